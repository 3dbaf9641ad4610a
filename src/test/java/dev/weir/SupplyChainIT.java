package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** What the jars are made of: the bill of materials is true, and nothing in it is known as bad. */
class SupplyChainIT {
  private static final Path TARGET = Path.of("target");
  private static final Path DENIED = Path.of("src/test/resources/supply-chain/deny-list.csv");
  private static final Pattern PARTS = Pattern.compile("[.-]");

  /** The age at which the list should be looked at again. */
  private static final int OLD_DAYS = 90;

  private record Library(String group, String artifact, String version) {
    String jar() {
      return artifact + "-" + version + ".jar";
    }
  }

  private record Denial(
      String group, String artifact, String from, String below, String reason, String source) {
    static Denial of(String line) {
      String[] cells = line.split(",", -1);
      assertThat(cells).as(line).hasSize(7);
      assertThat(LocalDate.parse(cells[6])).as(line).isNotNull();
      assertThat(List.of(cells[4], cells[5])).as(line).doesNotContain("");
      return new Denial(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]);
    }

    boolean hits(Library library) {
      return library.group().equals(group)
          && library.artifact().equals(artifact)
          && compare(library.version(), from) >= 0
          && compare(library.version(), below) < 0;
    }
  }

  private static List<Library> bill() throws IOException {
    List<Library> libraries = new ArrayList<>();
    JsonNode bill = new ObjectMapper().readTree(TARGET.resolve("weir-sbom.json").toFile());
    for (JsonNode one : bill.get("components")) {
      libraries.add(
          new Library(
              one.get("group").asText(), one.get("name").asText(), one.get("version").asText()));
    }
    assertThat(libraries).isNotEmpty();
    return libraries;
  }

  private static List<String> denyList() throws IOException {
    return Files.readAllLines(DENIED);
  }

  private static List<Denial> denials() throws IOException {
    return denyList().stream()
        .filter(line -> !line.startsWith("#"))
        .skip(1)
        .map(Denial::of)
        .toList();
  }

  /** Numbers by size, words by letter; what ends first is smaller. */
  private static int compare(String one, String other) {
    List<String> left = Arrays.stream(PARTS.split(one)).toList();
    List<String> right = Arrays.stream(PARTS.split(other)).toList();
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      boolean numbers = left.get(i).matches("\\d{1,9}") && right.get(i).matches("\\d{1,9}");
      int difference =
          numbers
              ? Integer.compare(Integer.parseInt(left.get(i)), Integer.parseInt(right.get(i)))
              : left.get(i).compareTo(right.get(i));
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  @Test
  void nothingThatIsDenied_isBuiltOn() throws IOException {
    List<String> hits = new ArrayList<>();
    for (Denial denial : denials()) {
      bill().stream()
          .filter(denial::hits)
          .forEach(library -> hits.add(library + ": " + denial.reason()));
    }
    assertThat(hits).isEmpty();
  }

  @Test
  void denyList_hitsWhatItMeans() throws IOException {
    List<Denial> denials = denials();
    assertThat(denials).anyMatch(one -> one.hits(new Library("org.apache.avro", "avro", "1.11.4")));
    assertThat(denials)
        .anyMatch(one -> one.hits(new Library("org.apache.kafka", "kafka-clients", "4.1.1")))
        .noneMatch(one -> one.hits(new Library("org.apache.kafka", "kafka-clients", "4.1.2")))
        .anyMatch(one -> one.hits(new Library("org.yaml", "snakeyaml", "1.33")))
        .noneMatch(one -> one.hits(new Library("org.yaml", "snakeyaml", "2.0")))
        .anyMatch(one -> one.hits(new Library("com.google.guava", "guava", "31.1-jre")));
  }

  /** Told, not failed: the date is that of the newest commit, so that old sources still build. */
  @Test
  void denyList_isDated(TestReporter reporter) throws Exception {
    String header = "# checked: ";
    LocalDate checked =
        denyList().stream()
            .filter(line -> line.startsWith(header))
            .map(line -> LocalDate.parse(line.substring(header.length())))
            .findFirst()
            .orElseThrow();
    LocalDate source = dateOfSources();
    if (source.isAfter(checked.plusDays(OLD_DAYS))) {
      reporter.publishEntry(
          "warning", DENIED + " was checked on " + checked + ", the sources are of " + source);
    }
    assertThat(checked).isAfterOrEqualTo(LocalDate.of(2026, 11, 28));
  }

  private static LocalDate dateOfSources() throws Exception {
    try {
      Process log = new ProcessBuilder("git", "log", "-1", "--format=%cI").start();
      String date = new String(log.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return log.waitFor() == 0 && !date.isEmpty()
          ? OffsetDateTime.parse(date).atZoneSameInstant(ZoneOffset.UTC).toLocalDate()
          : LocalDate.ofInstant(Instant.EPOCH, ZoneOffset.UTC);
    } catch (IOException noGit) {
      return LocalDate.ofInstant(Instant.EPOCH, ZoneOffset.UTC);
    }
  }

  /** Class by class: whatever is in a jar came from a library that the bill names, or is ours. */
  @Test
  void bill_namesEverythingThatIsInTheJars() throws IOException {
    Set<String> explained = new HashSet<>();
    Set<String> silent = new TreeSet<>();
    for (Library library : bill()) {
      List<String> classes = classes(onClassPath(library));
      explained.addAll(classes);
      silent.add(library.jar());
    }
    for (String jar : List.of("weir.jar", "weir-job.jar")) {
      List<String> unexplained =
          classes(TARGET.resolve(jar)).stream()
              .filter(name -> !name.startsWith("dev/weir/") && !explained.contains(name))
              .toList();
      assertThat(unexplained).as("classes of %s that no library of the bill has", jar).isEmpty();
    }
    Set<String> inside = new HashSet<>(classes(TARGET.resolve("weir.jar")));
    for (Library library : bill()) {
      if (classes(onClassPath(library)).stream().allMatch(inside::contains)) {
        silent.remove(library.jar());
      }
    }
    assertThat(silent).as("libraries of the bill of which weir.jar lacks a class").isEmpty();
  }

  private static Path onClassPath(Library library) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.endsWith(library.jar()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(library + " is not on the class path"));
  }

  private static List<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
          .toList();
    }
  }
}
