package dev.weir.cli;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.ReferenceProfiler;
import dev.weir.baseline.ReferenceRow;
import dev.weir.baseline.UnusableReferenceException;
import dev.weir.event.Control;
import dev.weir.event.WeirId;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Model;
import dev.weir.monitor.DispersionSurvey;
import dev.weir.spec.JobFileException;
import dev.weir.spec.JobFiles;
import dev.weir.spec.JobSpec;
import dev.weir.spec.LoadedJob;
import dev.weir.spec.ProblemPrinter;
import dev.weir.stats.inference.Dispersion;
import dev.weir.wire.BaselineAvro;
import dev.weir.wire.InputFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job file with the baseline it is compared with, loaded and ready to be run.
 *
 * @param spec the job file
 * @param baseline its baseline, read or profiled from its reference
 */
record JobFolder(JobSpec spec, Baseline baseline) {

  /**
   * Loads a job file and its reference or baseline.
   *
   * @param baselineFile baseline to use instead of the job file's reference; null: that
   * @throws CommandFailure naming file, line and remedy
   */
  static JobFolder load(Path jobFile, @Nullable Path baselineFile) {
    JobSpec spec = file(jobFile).spec();
    return new JobFolder(spec, baseline(spec, baselineFile));
  }

  /** Loads a job file alone. */
  static LoadedJob file(Path jobFile) {
    if (!Files.isRegularFile(jobFile)) {
      throw noJobFile(jobFile);
    }
    try {
      return JobFiles.load(jobFile, ReferenceFile::open);
    } catch (JobFileException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the job file cannot be used\n" + ProblemPrinter.HUMAN.print(e.problems()).strip(),
          e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION, "the job file " + jobFile + " cannot be read: " + e, e);
    }
  }

  /** What is said where a job file is not there. */
  static CommandFailure noJobFile(Path jobFile) {
    return new CommandFailure(
        ExitCode.CONFIGURATION,
        "no job file " + jobFile + "; 'weir init' writes one from a reference file");
  }

  /**
   * The baseline of a model, read or profiled.
   *
   * @param baselineFile baseline or reference rows; null: the reference of the job file
   * @throws CommandFailure if it cannot be read, has no row or is that of another model
   */
  static Baseline baseline(JobSpec spec, @Nullable Path baselineFile) {
    Path file = baselineFile == null ? Path.of(spec.reference().path()) : baselineFile;
    try {
      byte[] bytes = Files.readAllBytes(file);
      Baseline baseline =
          BaselineAvro.looksLike(bytes)
              ? BaselineAvro.read(bytes)
              : profile(spec, file, WeirId.sha256(bytes));
      requireUsable(spec, file, baseline);
      return baseline;
    } catch (NoSuchFileException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "no file " + file + "; 'weir profile' writes a baseline from reference rows",
          e);
    } catch (IOException | InputFileException | UnusableReferenceException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the reference " + file + " cannot be used: " + e.getMessage(),
          e);
    }
  }

  private static void requireUsable(JobSpec spec, Path file, Baseline baseline) {
    if (spec.dispersion().isEmpty() && !baseline.dispersionsMeasured()) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "dispersion: measured, but none was measured on "
              + file
              + ": it takes reference rows of at least "
              + Dispersion.MINIMUM_WINDOWS
              + " windows, here are "
              + baseline.windows()
              + "; profile a longer reference, or set a number");
    }
    if (spec.entity().isPresent() != baseline.gates()) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the baseline "
              + file
              + (baseline.gates() ? " was made with" : " was made without")
              + " 'entity', the job file is "
              + (baseline.gates() ? "without" : "with")
              + " it; make one with 'weir profile' and this job file");
    }
    if (!baseline.header().modelId().equals(spec.modelId())) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the baseline "
              + file
              + " is that of the model '"
              + Plain.text(baseline.header().modelId())
              + "', not of '"
              + spec.modelId()
              + "'; make one with 'weir profile'");
    }
  }

  /** Profiles a reference file; where dispersion is to be measured, measures it. */
  static Baseline profile(JobSpec spec, Path reference, String sha256) {
    ReferenceProfiler profiler =
        new ReferenceProfiler(
            spec.profile(),
            spec.seasonality().calendar(),
            spec.entityKey().orElse(null),
            spec.randomFeatures());
    Iterable<ReferenceRow> rows = ReferenceFile.rows(spec, reference);
    Baseline baseline =
        profiler.profile(rows, null, sha256, reference.getFileName().toString(), spec.configHash());
    if (spec.dispersion().isPresent() || baseline.windows() < Dispersion.MINIMUM_WINDOWS) {
      return baseline;
    }
    DispersionSurvey survey = new DispersionSurvey(Model.judging(spec), baseline);
    profiler.windows(rows, baseline, survey::add);
    return baseline.withDispersions(survey.dispersions());
  }

  /** The records that put this model in force from the beginning of time. */
  List<ControlRecord> control() {
    return List.of(
        new ControlRecord(
            new Control.JobFile(
                spec.modelId(),
                spec.configHash(),
                spec.source(),
                spec.resolved(),
                1,
                null,
                "service:weir",
                ""),
            0,
            Long.MIN_VALUE),
        new ControlRecord(
            new Control.BaselineFile(
                spec.modelId(), baseline.id(), BaselineAvro.write(baseline), null),
            1,
            Long.MIN_VALUE));
  }
}
