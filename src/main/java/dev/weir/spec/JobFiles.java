package dev.weir.spec;

import dev.weir.baseline.ReferenceRows;
import dev.weir.event.CanonicalJson;
import dev.weir.event.WeirId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Job files: YAML with positions, held against the schema, then against the reference, then filled
 * in. All mistakes are told at once.
 */
public final class JobFiles {
  /** Largest job file, in bytes. */
  private static final int LARGEST = 256 * 1024;

  /** First bytes of a baseline that {@code weir profile} wrote. */
  private static final int[] BASELINE_MARK = {0xC3, 0x01};

  private JobFiles() {}

  /**
   * The job file with everything filled in.
   *
   * @param file the job file; its reference is looked up beside it
   * @param references opens the reference, which is read once
   * @throws JobFileException with every problem if there is at least one error
   * @throws IOException if the job file itself cannot be read
   */
  public static LoadedJob load(Path file, ReferenceRows.Opener references)
      throws IOException, JobFileException {
    Path parent = file.toAbsolutePath().getParent();
    Path folder = parent == null ? file.toAbsolutePath() : parent;
    return load(Files.readAllBytes(file), file.toString(), folder, references);
  }

  /**
   * The job file in {@code bytes} with everything filled in.
   *
   * @param name how problems name the file
   * @param folder where a relative path of the reference begins
   * @throws JobFileException with every problem if there is at least one error
   */
  public static LoadedJob load(
      byte[] bytes, String name, Path folder, ReferenceRows.Opener references)
      throws JobFileException {
    Resolution resolution = resolve(bytes, name, folder, references);
    List<Problem> problems = resolution.problems().sorted();
    if (problems.stream().anyMatch(Problem::isError)) {
      throw new JobFileException(problems);
    }
    String text = text(bytes, name);
    JobSpec spec = fromResolved(CanonicalJson.write(resolution.root()), text).in(folder);
    return new LoadedJob(spec, resolution.explanations(), problems);
  }

  /**
   * The job file with everything filled in that can be, and its problems.
   *
   * @throws JobFileException if it is not even a block of keys
   */
  static Resolution resolve(byte[] bytes, String name, Path folder, ReferenceRows.Opener references)
      throws JobFileException {
    String text = text(bytes, name);
    Problems problems = new Problems(name, text);
    YamlNode written = YamlReader.read(text, problems);
    if (written == null) {
      throw new JobFileException(problems.sorted());
    }
    YamlNode sound = JobSchema.shipped().check(written, problems);
    if (!(written instanceof YamlNode.Keys all) || !(sound instanceof YamlNode.Keys keys)) {
      throw new JobFileException(problems.sorted());
    }
    JobDocument document = new JobDocument(all, keys);
    Optional<Path> reference = reference(document, folder, problems);
    boolean isBaseline = reference.isPresent() && isBaseline(reference.get());
    ReferenceFacts facts =
        reference.isPresent() && !isBaseline
            ? facts(document, reference.get(), references, problems)
            : null;
    Resolution resolution = new Resolution(document, facts, isBaseline, problems);
    Inference.fill(resolution);
    MeaningCheck.check(resolution);
    return resolution;
  }

  /**
   * The records of a job file that was accepted before; touches no file and no reference.
   *
   * @param resolved canonical JSON as in {@link JobSpec#resolved()}
   * @param source the YAML as written
   * @throws IllegalArgumentException if {@code resolved} is no such text
   */
  public static JobSpec fromResolved(String resolved, String source) {
    return SpecReader.read(resolved, source);
  }

  private static String text(byte[] bytes, String name) throws JobFileException {
    Problems problems = new Problems(name, "");
    if (bytes.length > LARGEST) {
      problems.error(
          Position.START,
          "E104",
          "too large: " + bytes.length + " bytes, at most " + LARGEST + " are read");
      throw new JobFileException(problems.sorted());
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      problems.error(Position.START, "E101", "not valid YAML: not UTF-8");
      throw new JobFileException(problems.sorted());
    }
  }

  /** The reference, if it is there and is the right one. */
  private static Optional<Path> reference(JobDocument document, Path folder, Problems problems) {
    String key = document.has("reference.path") ? "reference.path" : "reference";
    Optional<String> path = document.text(key);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Path file = folder.resolve(path.get()).normalize();
    if (!Files.isRegularFile(file)) {
      problems.error(
          document.at(key), "E301", "reference not found: " + path.get(), "looked for " + file);
      return Optional.empty();
    }
    try {
      return digestFits(document, file, problems) ? Optional.of(file) : Optional.empty();
    } catch (IOException e) {
      reportUnreadable(document, e, problems);
      return Optional.empty();
    }
  }

  private static void reportUnreadable(JobDocument document, IOException cause, Problems problems) {
    String key = document.has("reference.path") ? "reference.path" : "reference";
    String message = "reference cannot be read: " + document.text(key).orElse("");
    problems.error(document.at(key), "E301", message, String.valueOf(cause.getMessage()));
  }

  private static @Nullable ReferenceFacts facts(
      JobDocument document, Path file, ReferenceRows.Opener references, Problems problems) {
    try {
      return scan(document, references.open(file), problems);
    } catch (IOException e) {
      reportUnreadable(document, e, problems);
      return null;
    }
  }

  private static ReferenceFacts scan(JobDocument document, ReferenceRows rows, Problems problems)
      throws IOException {
    double from = bound(document, "reference.from", Double.NEGATIVE_INFINITY, problems);
    double to = bound(document, "reference.to", Double.POSITIVE_INFINITY, problems);
    Map<Role, String> named = ColumnInference.named(document);
    ReferenceFacts facts = ReferenceScan.read(rows, named, from, to, Inference.zone(document));
    if (facts.rows() == 0) {
      problems.error(document.at("reference"), "E301", "reference has no row that is used");
    }
    return facts;
  }

  private static double bound(
      JobDocument document, String path, double otherwise, Problems problems) {
    Optional<String> text = document.text(path);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      return Cells.instant(text.get());
    } catch (DateTimeException e) {
      problems.error(document.at(path), "E205", path + " is no date or time: '" + text.get() + "'");
      return otherwise;
    }
  }

  private static boolean digestFits(JobDocument document, Path file, Problems problems)
      throws IOException {
    Optional<String> expected = document.text("reference.sha256");
    if (expected.isEmpty()) {
      return true;
    }
    String actual = digest(file);
    if (!actual.equals(expected.get())) {
      problems.error(
          document.at("reference.sha256"),
          "E301",
          "the reference has another digest",
          "found: " + actual);
    }
    return actual.equals(expected.get());
  }

  private static String digest(Path file) throws IOException {
    MessageDigest digest = WeirId.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream stream = Files.newInputStream(file)) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static boolean isBaseline(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.read() == BASELINE_MARK[0] && stream.read() == BASELINE_MARK[1];
    } catch (IOException e) {
      return false; // told when it is opened as a table
    }
  }
}
