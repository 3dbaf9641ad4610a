package dev.weir.testing;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.GatedRows;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.ReferenceProfiler;
import dev.weir.baseline.ReferenceRow;
import dev.weir.decide.ModelDecision;
import dev.weir.decide.ModelLedger;
import dev.weir.decide.Output;
import dev.weir.decide.SeriesStore;
import dev.weir.decide.Tick;
import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.Report;
import dev.weir.monitor.DispersionSurvey;
import dev.weir.monitor.Rule;
import dev.weir.spec.JobFileException;
import dev.weir.spec.JobFiles;
import dev.weir.spec.JobSpec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One numeric feature {@code x}, hour by hour, through everything between the job file and the
 * alert but Flink: the profiler, the monitors, the decision. Hours count from Monday 2026-01-05.
 */
public final class JudgedTraffic {
  /** Start of hour 0. */
  public static final long START = 1_767_571_200_000L;

  /** Rows of an hour that are about one entity, one after the other. */
  public static final int ROWS_PER_ENTITY = 20;

  private static final String ID = "traffic";
  private static final long HOUR = 3_600_000;
  private static final int SHORTEST = 40;

  private final JobSpec spec;

  /** The job file with these further lines. */
  public JudgedTraffic(Path folder, String lines) throws IOException, JobFileException {
    List<String> reference = new ArrayList<>(List.of("prediction_id,event_time,x,who"));
    for (int hour = 0; hour < SHORTEST; hour++) {
      reference.add(
          "r%d,2026-01-%02dT%02d:00:00Z,%d.5,e%d"
              .formatted(hour, 5 + hour / 24, hour % 24, hour, hour));
    }
    Files.write(folder.resolve("reference.csv"), reference);
    String job =
        """
        weir: 1
        model: traffic
        reference: reference.csv
        columns: {numeric: [x], tags: [who]}
        window: {size: 1h, min_events: 20}
        labels: {horizon: 1h}
        monitors: {drift: true, quality: false}
        """
            + lines;
    this.spec =
        JobFiles.load(
                job.getBytes(StandardCharsets.UTF_8), "weir.yaml", folder, TestingReference::open)
            .spec();
  }

  /** The job file. */
  public JobSpec spec() {
    return spec;
  }

  /** The model with the baseline of these reference rows, as {@code weir profile} makes it. */
  public Model model(List<ReferenceRow> rows) {
    ReferenceProfiler profiler =
        new ReferenceProfiler(
            spec.profile(),
            spec.seasonality().calendar(),
            spec.entityKey().orElse(null),
            spec.randomFeatures());
    Baseline baseline = profiler.profile(rows, null, "00", null, spec.configHash());
    if (spec.dispersion().isEmpty()) {
      DispersionSurvey survey = new DispersionSurvey(Model.judging(spec), baseline);
      profiler.windows(rows, baseline, survey::add);
      baseline = baseline.withDispersions(survey.dispersions());
    }
    return new Model(spec, baseline);
  }

  /** Reference rows with these values in each hour. */
  public static List<ReferenceRow> rows(int hours, IntFunction<double[]> values) {
    List<ReferenceRow> rows = new ArrayList<>();
    for (int hour = 0; hour < hours; hour++) {
      double[] drawn = values.apply(hour);
      for (int i = 0; i < drawn.length; i++) {
        rows.add(
            new ReferenceRow(features("r" + rows.size(), hour, drawn[i], whom(i)), null, null));
      }
    }
    return rows;
  }

  private static String whom(int row) {
    return "e" + row / ROWS_PER_ENTITY;
  }

  /** One delivery of inputs. */
  public static Event.Features features(String id, int hour, double value, String entity) {
    FeatureValues values = new FeatureValues();
    values.addDouble("x", value);
    return new KeptFeatures(
        id, ID, START + hour * HOUR, values, null, Map.of(), null, Map.of("who", entity), null);
  }

  /** What is said about an hour after an hour. */
  public static final class Listener {
    private final Model model;
    private final ModelLedger ledger = new ModelLedger(ID, new MapStore());

    /** Listens to this model from its first hour on. */
    public Listener(Model model) {
      this.model = model;
    }

    /** All that is said when this hour, with these values, closes. */
    public List<Output> hear(int hour, double[] values) {
      ProfileSummary window = new ProfileSummary(model.profileLayout());
      GatedRows gated = model.newGatedRows();
      for (int i = 0; i < values.length; i++) {
        Event.Features event = features("p" + hour + "-" + i, hour, values[i], whom(i));
        window.addFeatures(event);
        model.entity().ifPresent(entity -> gated.add(event, entity.of(event)));
      }
      return hear(hour, window, gated);
    }

    /** All that is said when this hour, with one row per entity, closes. */
    public List<Output> hear(int hour, ProfileSummary window, GatedRows gated) {
      long start = START + hour * HOUR;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        window.encode(new DataOutputStream(bytes));
        Report report =
            new Report(
                Part.Kind.PROFILE,
                ID,
                "v1",
                null,
                model.layoutId(),
                start,
                start + HOUR,
                start + HOUR,
                0,
                true,
                true,
                bytes.toByteArray(),
                gated(gated),
                Report.NONE);
        Judgement judgement = model.judge(report, model.newOrderedState());
        Tick tick =
            new Tick(
                start + HOUR,
                false,
                judgement.findings(),
                List.of(),
                List.of(),
                judgement.notices(),
                judgement.deliveries());
        return ModelDecision.decide(tick, model.spec().decision(), model.evidenceBook(), ledger);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static byte[] gated(GatedRows rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    rows.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** The first of these hours in which evidence raises an alert; -1: none does. */
  public static int firstAlarm(Model model, int from, int hours, IntFunction<double[]> values) {
    Listener listener = new Listener(model);
    for (int hour = from; hour < from + hours; hour++) {
      boolean alarm =
          listener.hear(hour, values.apply(hour)).stream()
              .anyMatch(
                  said ->
                      said instanceof Output.Alert alert
                          && alert.rule() == Rule.EVIDENCE
                          && alert.status() == Output.Status.FIRING);
      if (alarm) {
        return hour;
      }
    }
    return -1;
  }

  /** The metrics of the judged series among what was said. */
  public static List<Output.Metric> judged(List<Output> said) {
    return said.stream()
        .filter(Output.Metric.class::isInstance)
        .map(Output.Metric.class::cast)
        .filter(metric -> metric.finding().series().metric().equals("total_variation"))
        .toList();
  }

  private static final class MapStore implements SeriesStore {
    private final Map<String, byte[]> bytes = new HashMap<>();

    @Override
    public byte @Nullable [] get(String key) {
      return bytes.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
      bytes.put(key, value);
    }

    @Override
    public void remove(String key) {
      bytes.remove(key);
    }

    @Override
    public List<String> keys() {
      return List.copyOf(bytes.keySet());
    }
  }
}
