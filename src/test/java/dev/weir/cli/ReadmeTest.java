package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitor.Monitors;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The README tells the truth: its commands run, its job files are valid, its tables are whole. */
class ReadmeTest {
  private static final String README = read("README.md");

  /** Run elsewhere: by integration tests of their own; the second runs this very test. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "./weir demo",
          "./mvnw verify",
          "./weir cluster up --dir out/cluster",
          "./weir cluster submit --dir out/cluster --job jobs/churn/weir.yaml",
          "./weir cluster status --dir out/cluster",
          "./weir cluster down --dir out/cluster");

  /** These need a Kafka at a fixed address; here only their flags are looked at. */
  private static final String NEEDS_KAFKA = "--bootstrap-servers localhost:9092";

  private static final int ROWS_OF_FLIGHTS = 1500;

  @TempDir static Path root;

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new AssertionError(file + " cannot be read", e);
    }
  }

  @BeforeAll
  static void writeFiles() throws IOException {
    TestingFiles.in(root.resolve("churn"));
    Path flights = Files.createDirectories(root.resolve("jobs/flights-delay/stream")).getParent();
    for (String name : List.of("weir.yaml", "reference.csv")) {
      Files.copy(Path.of("jobs/flights-delay", name), flights.resolve(name));
    }
    for (String input : List.of("features", "predictions", "labels")) {
      String name = "stream/" + input + ".csv.gz";
      shorten(Path.of("jobs/flights-delay", name), flights.resolve(name));
    }
  }

  private static void shorten(Path from, Path to) throws IOException {
    try (BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(from)), StandardCharsets.UTF_8));
        BufferedWriter writer =
            new BufferedWriter(
                new OutputStreamWriter(
                    new GZIPOutputStream(Files.newOutputStream(to)), StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      for (int i = 0; line != null && i <= ROWS_OF_FLIGHTS; i++) {
        writer.write(line + "\n");
        line = reader.readLine();
      }
    }
  }

  private static List<String> blocks(String language) {
    return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
        .matcher(README)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** All commands, in the order of reading, continued lines joined. */
  private static List<String> commands() {
    return blocks("sh").stream()
        .flatMap(block -> block.replaceAll("\\\\\\n\\s*", "").lines())
        .map(line -> line.strip().replaceAll(" +", " "))
        .filter(line -> !line.isEmpty())
        .toList();
  }

  static List<String> jobFiles() {
    return blocks("yaml");
  }

  /** The words of a command, with paths moved into the folder of this test. */
  private static String[] words(String command) {
    return Arrays.stream(command.split(" "))
        .skip(1)
        .map(word -> word.matches("(churn|jobs|out)/.*") ? root.resolve(word) : word)
        .map(Object::toString)
        .toArray(String[]::new);
  }

  @Test
  void commands_run_oneAfterTheOther() {
    List<String> ran = new ArrayList<>();
    for (String command : commands()) {
      if (ELSEWHERE.contains(command)) {
        continue;
      }
      assertThat(command).startsWith("./weir ");
      if (command.contains(NEEDS_KAFKA)) {
        CommandLine.ParseResult parsed = Weir.commandLine().parseArgs(words(command));
        assertThat(parsed.hasSubcommand()).as(command).isTrue();
      } else {
        Ran result = Ran.command((Object[]) words(command));
        assertThat(result.code()).as(command + "\n" + result.err()).isZero();
        ran.add(command.split(" ")[1]);
      }
    }
    assertThat(ran).contains("init", "validate", "explain", "replay", "profile", "topics");
  }

  @Test
  void elsewhere_isStillSaidInTheReadme() {
    assertThat(commands()).containsAll(ELSEWHERE);
  }

  @ParameterizedTest
  @MethodSource("jobFiles")
  void jobFile_isValid(String text) throws IOException {
    Path file =
        Files.writeString(Files.createTempFile(root.resolve("churn"), "job", ".yaml"), text);

    Ran ran = Ran.command("validate", file);

    assertThat(ran.code()).as(ran.out()).isZero();
  }

  @Test
  void steps_areTheCommentsOfTheDataflow() {
    String source = read("src/main/java/dev/weir/flink/MonitoringJob.java");
    List<String> comments =
        Pattern.compile("(?m)^ +// ([1-7]\\. .*)$")
            .matcher(source)
            .results()
            .map(comment -> comment.group(1))
            .toList();

    assertThat(comments).hasSize(7);
    assertThat(README.lines()).containsSubsequence(comments);
  }

  @Test
  void metrics_haveOneRowEach() {
    TreeMap<String, String> rows = new TreeMap<>();
    for (MatchResult row :
        Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| ((?:`[a-z_]+` ?)+)\\|")
            .matcher(README)
            .results()
            .toList()) {
      assertThat(rows.put(row.group(1), row.group(2).strip()))
          .as("twice: " + row.group(1))
          .isNull();
    }
    TreeMap<String, String> expected = new TreeMap<>();
    Monitors.metrics()
        .forEach(
            (monitor, metrics) ->
                metrics.forEach(
                    metric -> expected.merge(metric, "`" + monitor + "`", (a, b) -> a + " " + b)));

    assertThat(rows).isEqualTo(expected);
  }

  @Test
  void links_leadSomewhere() {
    Pattern.compile("]\\(([^)#]+)")
        .matcher(README)
        .results()
        .map(link -> link.group(1))
        .forEach(path -> assertThat(Path.of(path)).as("link in the README").exists());
  }

  @Test
  void everyMonitor_hasASectionThatAlertsCanLinkTo() {
    String operations = read("src/docs/operations.md");

    assertThat(operations.lines())
        .contains("## weir")
        .containsAll(Monitors.metrics().keySet().stream().map(id -> "## " + id).toList());
  }
}
