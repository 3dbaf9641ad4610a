package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.Baseline;
import dev.weir.wire.BaselineAvro;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What commands say and how they end. Bad input: one clear message, never a stack trace. */
class CommandsTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static TestingFiles churn;

  @BeforeAll
  static void writeFiles() throws IOException {
    churn = TestingFiles.in(shared.resolve("churn"));
  }

  private static void assertRefused(Ran ran, int code, String... said) {
    assertThat(ran.code()).as(ran.err()).isEqualTo(code);
    assertThat(ran.err()).startsWith("weir: ").contains(said).doesNotContain("\tat ");
    assertThat(ran.err()).doesNotContain("a defect of Weir");
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private Ran replay(Path job, Path predictions) {
    return Ran.command(
        "replay", "--job", job, "--predictions", predictions, "--out", folder.resolve("out"));
  }

  static Stream<CommandLine> commands() {
    return Weir.commandLine().getSubcommands().values().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_hasAnExampleAndTheExitCodes(CommandLine command) {
    String help = command.getUsageMessage();

    assertThat(help)
        .containsPattern("Examples?:\\R+ +(source <\\()?weir " + command.getCommandName());
    assertThat(help).contains("Exit codes:", "130   interrupted");
  }

  @Test
  void missingJobFile_isNamed() {
    assertRefused(
        replay(folder.resolve("weir.yaml"), churn.predictions()), 3, "no job file", "weir init");
    assertRefused(
        Ran.command("validate", folder.resolve("weir.yaml")), 3, "no job file", "weir init");
  }

  @Test
  void missingReference_isNamedWithItsLine() throws IOException {
    Path job = write("weir.yaml", "weir: 1", "model: churn", "reference: nowhere.csv");

    assertRefused(
        replay(job, churn.predictions()),
        3,
        "weir.yaml:3:12: error E301: reference not found: nowhere.csv");
  }

  @Test
  void emptyReference_isNamed() throws IOException {
    write("empty.csv");
    write("header.csv", "prediction_id,event_time,score,age");
    Path empty = write("empty.yaml", "weir: 1", "model: churn", "reference: empty.csv");
    Path header = write("header.yaml", "weir: 1", "model: churn", "reference: header.csv");

    assertRefused(replay(empty, churn.predictions()), 3, "E301", "the file is empty");
    assertRefused(replay(header, churn.predictions()), 3, "E301", "reference has no row");
    assertRefused(
        Ran.command(
            "profile",
            "--job",
            churn.job(),
            "--reference",
            folder.resolve("empty.csv"),
            "--out",
            folder.resolve("b")),
        3,
        "empty.csv",
        "the file is empty");
    assertRefused(
        Ran.command("init", "--model", "churn", "--reference", folder.resolve("empty.csv")),
        3,
        "empty.csv",
        "the file is empty");
  }

  @Test
  void referenceOfWhichNoRowCanBeUsed_saysWhatIsWrongWithTheFirst() throws IOException {
    List<String> rows = Files.readAllLines(churn.reference());
    Path later = write("later.csv", rows.get(0), rows.get(1).replace("2026-01-05T", "tomorrow "));

    Ran ran =
        Ran.command(
            "profile",
            "--job",
            churn.job(),
            "--reference",
            later,
            "--out",
            folder.resolve("of-no-row"));

    assertRefused(ran, 3, later + " has no row that can be used; line 2: event_time: ");
  }

  @Test
  void inputWithoutAMappedColumn_namesColumnAndKey() throws IOException {
    Path predictions =
        write(
            "p.csv",
            "id,event_time,prediction_time,score",
            "1,2026-01-15T00:00:00Z,2026-01-15T00:00:00Z,0.5");

    assertRefused(
        replay(churn.job(), predictions),
        3,
        "p.csv: no column 'prediction_id' for prediction_id",
        "columns.prediction_id");
  }

  @Test
  void missingInputFile_isNamed() {
    assertRefused(
        replay(churn.job(), folder.resolve("p.csv")), 3, "no file", "p.csv", "--predictions takes");
  }

  @Test
  void emptyInputFile_isNamed() throws IOException {
    assertRefused(replay(churn.job(), write("p.csv")), 3, "p.csv: the file is empty", "header");
  }

  @Test
  void constantAndEmptyFeatures_workWithAWarning() throws IOException {
    List<String> lines = Files.readAllLines(churn.reference());
    List<String> wider =
        lines.stream()
            .map(line -> line + (line.startsWith("pred") ? ",same,none" : ",7.5,"))
            .toList();
    Files.write(folder.resolve("reference.csv"), wider);
    Path job =
        write(
            "weir.yaml",
            "weir: 1",
            "model: churn",
            "reference: reference.csv",
            "labels: {horizon: 2h}");

    Ran validated = Ran.command("validate", job);
    Ran profiled = Ran.command("profile", "--job", job, "--out", folder.resolve("baseline"));

    assertThat(validated.code()).as(validated.toString()).isZero();
    assertThat(validated.out())
        .contains("warning W401: feature 'same' has one value in the whole reference")
        .contains("warning W401: feature 'none' has no value in the whole reference");
    assertThat(Ran.command("validate", "--strict", job).code()).isEqualTo(3);
    assertThat(profiled.code()).as(profiled.err()).isZero();
  }

  @Test
  void folderThatCannotBeWritten_isNamed() throws IOException {
    Path file = write("file", "not a folder");
    Path inside = file.resolve("out");

    assertRefused(
        Ran.command("replay", "--job", churn.job(), "--labels", churn.labels(), "--out", inside),
        3,
        inside.toString(),
        "name another one with --out");
    assertRefused(
        Ran.command("profile", "--job", churn.job(), "--out", inside),
        3,
        inside.toString(),
        "--out");
    assertRefused(
        Ran.command("init", "--model", "churn", "--reference", churn.reference(), "-o", inside),
        3,
        inside.toString(),
        "-o");
  }

  @Test
  void folderThatIsNotEmpty_isKeptWithoutForce() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Path kept = Files.writeString(out.resolve("metrics.jsonl"), "kept");

    assertRefused(replay(churn.job(), churn.predictions()), 3, "is not empty", "--force");
    assertThat(kept).hasContent("kept");
  }

  @Test
  void jobFileThatIsThere_isKeptWithoutForce() throws IOException {
    Path kept = write("weir.yaml", "kept");

    Ran refused =
        Ran.command("init", "--model", "churn", "--reference", churn.reference(), "-o", kept);

    assertRefused(refused, 3, "is already there", "--force");
    assertThat(kept).hasContent("kept");
  }

  @Test
  void unknownFlag_isUsageWithASuggestion() {
    Ran ran = Ran.command("replay", "--job", churn.job(), "--out", "o", "--feature=f");

    assertRefused(ran, 2, "Unknown option: '--feature=f'", "--features", "weir replay --help");
  }

  @Test
  void unknownCommand_isUsageWithASuggestion() {
    assertRefused(Ran.command("validat", "f"), 2, "validate", "--help");
  }

  @Test
  void missingFlagAndWrongNumber_areUsage() {
    assertRefused(Ran.command("replay", "--out", "o"), 2, "--job");
    assertRefused(
        Ran.command("replay", "--job", churn.job(), "--out", folder, "--parallelism", "0"),
        2,
        "--parallelism must be 1 or more");
    assertRefused(
        Ran.command("replay", "--job", churn.job(), "--out", folder), 2, "nothing to replay");
  }

  @Test
  void brokerThatDoesNotAnswer_isNotReachable() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Path quick = write("client.properties", "default.api.timeout.ms=300", "request.timeout.ms=200");

    Ran ran =
        Ran.command(
            "topics",
            "--create",
            "--bootstrap-servers",
            "127.0.0.1:" + closed,
            "--kafka-config",
            quick);

    assertRefused(ran, 4, "127.0.0.1:" + closed, "--bootstrap-servers");
  }

  @Test
  void unknownKey_isShownWithACaretAndTheKeyThatWasMeant() throws IOException {
    Path job =
        write(
            "weir.yaml",
            "weir: 1",
            "model: churn",
            "reference: " + churn.reference(),
            "labels: {horizon: 2h}",
            "monitors:",
            "  drift:",
            "    tolerence: 0.02");

    Ran ran = Ran.command("validate", job);

    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out())
        .startsWith(
            job
                + ":7:5: error E201: unknown key 'tolerence' in monitors.drift\n"
                + "    7 |     tolerence: 0.02\n"
                + "      |     ^^^^^^^^^\n"
                + "      = did you mean 'tolerance'?\n");
    assertThat(Ran.command("validate", "--format", "json", job).out())
        .startsWith("{")
        .contains("\"code\":\"E201\"")
        .contains("\"line\":7");
    assertThat(Ran.command("validate", "--format", "github", job).out())
        .startsWith("::error file=")
        .contains("line=7,col=5");
    assertRefused(replay(job, churn.predictions()), 3, ":7:5: error E201");
  }

  @Test
  void inputOfAModelServer_needsToKnowWhereThePredictionIs() throws IOException {
    String known =
        "weir: 1\nmodel: churn\nreference: " + churn.reference() + "\nlabels: {horizon: 2h}\n";
    Path job = folder.resolve("weir.yaml");

    Files.writeString(job, known + "input: {format: kserve}\n");
    assertThat(Ran.command("validate", job).out())
        .contains("error E202: input.format kserve needs input.outputs")
        .contains("outputs: {score: 0}");

    Files.writeString(job, known + "input: {names: [a], outputs: {score: 0}}\n");
    assertThat(Ran.command("validate", job).out())
        .contains("error E303: input.names says nothing about input.format auto")
        .contains("error E303: input.outputs says nothing about input.format auto");

    Files.writeString(job, known + "input: {format: kserve, outputs: {points: 0}}\n");
    assertThat(Ran.command("validate", job).out())
        .contains("error E201: unknown role 'points' in input.outputs");

    Files.writeString(job, known + "input: {format: kserve, outputs: {score: 0}}\n");
    Ran ran = Ran.command("validate", job);
    assertThat(ran.code()).as(ran.out()).isZero();
    assertThat(ran.out()).doesNotContain("input");
  }

  @Test
  void stackTrace_onlyWithVerbose() {
    Ran ran = Ran.command("-v", "replay", "--job", folder, "--labels", "l", "--out", "o");

    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err()).startsWith("weir: ").contains("\tat ");
  }

  @Test
  void baseline_ofProfile_isReadBack() throws IOException {
    Path out = folder.resolve("deep/baseline.avro");

    Ran ran =
        Ran.command(
            "profile", "--job", churn.job(), "--reference", churn.reference(), "--out", out);

    assertThat(ran.code()).as(ran.err()).isZero();
    Baseline read = BaselineAvro.read(Files.readAllBytes(out));
    assertThat(read.header().rows()).isEqualTo(2500);
    assertThat(read.windows()).isEqualTo(10);
    assertThat(ran.err()).contains(read.id());
  }

  @Test
  void baselineOfAnotherModel_isRefused() throws IOException {
    Path out = folder.resolve("baseline.avro");
    Ran.command("profile", "--job", churn.job(), "--out", out);
    Path other =
        write(
            "weir.yaml",
            "weir: 1",
            "model: other",
            "reference: " + churn.reference(),
            "labels: {horizon: 2h}");

    Ran ran =
        Ran.command(
            "replay",
            "--job",
            other,
            "--baseline",
            out,
            "--labels",
            churn.labels(),
            "--out",
            folder.resolve("out"));

    assertRefused(ran, 3, "is that of the model 'churn', not of 'other'");
  }

  @Test
  void init_writesWhatValidates_andSaysWhy() {
    Path job = folder.resolve("jobs/churn/weir.yaml");

    Ran ran = Ran.command("init", "--model", "churn", "--reference", churn.reference(), "-o", job);

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("task: [binary]", "because:", "Next: weir validate " + job);
    assertThat(job).content().contains("model: churn", "horizon: 1h");
    assertThat(Ran.command("validate", job).code()).isZero();
  }

  @Test
  void init_withoutAFile_writesToStandardOutput() {
    Ran ran = Ran.command("init", "--model", "churn", "--reference", churn.reference());

    assertThat(ran.out()).contains("weir: 1\nmodel: churn\n");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void init_withoutAPredictionId_stops() throws IOException {
    Path reference = write("r.csv", "event_time,score,age", "2026-01-05T00:00:00Z,0.5,3");

    assertRefused(
        Ran.command("init", "--model", "churn", "--reference", reference),
        3,
        "E302",
        "no column with the prediction id");
  }

  @Test
  void explain_tellsOriginsAndThePriceOfAnAlarm() {
    Ran ran = Ran.command("explain", churn.job());

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .containsPattern("labels\\.horizon +\"2h\" +file")
        .containsPattern("monitors\\.drift\\.tolerance +0\\.02 +default")
        .containsPattern("window\\.size +\"1d\" +inferred +smallest that fits");
    // Drift has two series. Without coverage, families present have shares that sum to 0.9, of
    // which drift has 0.25; one version has nine tenths: 0.25/0.9 * 0.9 / 2 = 0.125, and
    // ln(90 / 0.125) = 6.58.
    assertThat(ran.out())
        .containsPattern("drift +drift\\.total_variation of age +0\\.125 +6\\.58 +0\\.02 ");
  }

  @Test
  void explain_ofOneKey_saysWhatItIs() {
    Ran ran = Ran.command("explain", churn.job(), "monitors.drift.tolerance");

    assertThat(ran.out())
        .startsWith("monitors.drift.tolerance  0.02")
        .contains("default: 0.02", "allowed: above 0 and below 1")
        .doesNotContain("labels.horizon");
    assertRefused(
        Ran.command("explain", churn.job(), "monitors.drift.tolerence"),
        2,
        "did you mean 'monitors.drift.tolerance'?");
  }

  @Test
  void explain_asJson_isOneObjectALine() {
    Ran ran = Ran.command("explain", churn.job(), "-o", "json");

    assertThat(ran.out().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    assertThat(ran.out()).contains("\"log_e_threshold\":", "\"origin\":\"default\"");
  }

  @Test
  void topics_printsAllOfThem_underAnyName() {
    Ran table = Ran.command("topics", "--topic-prefix", "acme.", "--topic", "labels=a,b");
    Ran script = Ran.command("topics", "-o", "script", "--replication", "1");
    Ran yaml = Ran.command("topics", "-o", "yaml");

    assertThat(table.out().lines()).hasSize(1 + 13 + 1);
    assertThat(table.out())
        .containsPattern("acme\\.features +12 +delete +7 d +producers")
        .containsPattern("acme\\.audit +3 +delete +for ever +the job")
        .containsPattern("(?m)^a +12 ")
        .containsPattern("(?m)^b +12 ");
    assertThat(script.out().lines()).hasSize(13);
    assertThat(script.out())
        .contains("--topic 'weir.job-files' --partitions 1 --replication-factor 1")
        .contains("min.insync.replicas=1");
    assertThat(yaml.out()).contains("topicName: weir.labels", "retention.ms: \"3024000000\"");
    assertRefused(Ran.command("topics", "--topic", "lables=a"), 2, "no topic 'lables'");
    assertRefused(Ran.command("topics", "--create"), 2, "--bootstrap-servers");
  }

  @Test
  void acls_arePrintedForPeopleForShellsAndForRepositories() {
    Ran table = Ran.command("topics", "--acls", "--topic-prefix", "acme.", "--deployment", "blue");
    Ran script =
        Ran.command("topics", "--acls", "-o", "script", "--principal", "job=User:CN=weir,O=acme");
    Ran yaml = Ran.command("topics", "--acls", "-o", "yaml");

    assertThat(table.out())
        .containsPattern("User:weir-job +Write topic acme\\.metrics +write results")
        .containsPattern("User:weir-job +Write transactional id weir-blue-\\* +write exactly once")
        .containsPattern("User:weir-job +Read group blue-features ")
        .containsPattern("User:weir-orchestrator +Write topic acme\\.retraining-status ");
    assertThat(script.out().lines())
        .contains(
            "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP_SERVERS\""
                + " ${KAFKA_CONFIG:+--command-config \"$KAFKA_CONFIG\"} --add"
                + " --allow-principal 'User:CN=weir,O=acme' --operation Write"
                + " --resource-pattern-type prefixed --transactional-id 'weir-weir-'");
    assertThat(yaml.out())
        .contains(
            "kind: KafkaUser\nmetadata:\n  name: weir-labels-producer\n", "[DescribeConfigs]");
    assertRefused(
        Ran.command("topics", "--acls", "--principal", "jop=User:x"), 2, "no party 'jop'", "job");
    assertRefused(
        Ran.command("topics", "--acls", "--principal", "job='; rm"), 2, "is not TYPE:NAME");
  }

  @Test
  void secretInArguments_isRefusedWithoutSayingIt() {
    assertRefused(
        Ran.command(
            "run",
            "--job",
            churn.job(),
            "--bootstrap-servers",
            "127.0.0.1:1",
            "--property",
            "sasl.jaas.config=x required password=\"hunter2\";"),
        2,
        "'sasl.jaas.config' is a secret",
        "--kafka-config FILE");
  }

  @Test
  void unknownKafkaSetting_isNamedWithItsFile() throws IOException {
    Path file = write("client.properties", "sasl.jaas.confg=hunter2");
    assertRefused(
        Ran.command(
            "topics", "--create", "--bootstrap-servers", "127.0.0.1:1", "--kafka-config", file),
        3,
        file.toString(),
        "'sasl.jaas.confg'");
  }

  @Test
  void completion_knowsEveryCommand() {
    assertThat(Ran.command("completion", "bash").out()).contains("validate", "--predictions");
    assertThat(Ran.command("completion", "zsh").out()).contains("compinit", "validate");
    assertRefused(Ran.command("completion", "fish"), 2, "BASH, ZSH");
  }
}
