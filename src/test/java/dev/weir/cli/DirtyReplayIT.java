package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.event.Event.Input;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A replay of files in which everything is wrong that can be: each row ends as what is written
 * beside it, and the outcomes are those of the good rows.
 */
class DirtyReplayIT {
  private static final String DAY = "2026-01-05T";
  private static final String LONG_ID = "p".repeat(129);

  @TempDir private static Path folder;
  private static final Map<Input, List<Row>> ROWS = new EnumMap<>(Input.class);
  private static final Map<Input, Path> INPUTS = new EnumMap<>(Input.class);
  private static ReplayRun run;

  /**
   * A line of a file.
   *
   * @param fate what becomes of it: a count, or the reason and the field of a dead letter; empty:
   *     it is no record
   */
  private record Row(String fate, String line) {
    boolean deadLetter() {
      return Character.isUpperCase((fate + " ").charAt(0));
    }

    String count() {
      return deadLetter() ? "dead_lettered" : fate;
    }
  }

  private static Row row(String fate, String line) {
    return new Row(fate, line.replace("@", DAY));
  }

  static {
    ROWS.put(
        Input.FEATURES,
        List.of(
            row("", "prediction_id,event_time,x,channel,surprise"),
            row("used", "p1,@10:00:00Z,1.5,web,a"),
            row("", ""),
            row("used", "p2,@10:01:00Z,NaN,shop,a"),
            row("MISSING_FIELD prediction_id", ",@10:02:00Z,1,web,a"),
            row("INVALID_TIME event_time", "p3,yesterday,1,web,a"),
            row("INVALID_TIME event_time", "p3,@10:03:00,1,web,a"),
            row("INVALID_TIME event_time", "p3,1767607380,1,web,a"),
            row("MISSING_FIELD event_time", "p3,,1,web,a"),
            row("TIME_IN_FUTURE event_time", "p3,2150-01-01T00:00:00Z,1,web,a"),
            row("TOO_OLD event_time", "p3,1970-01-01T12:00:00Z,1,web,a"),
            row("INVALID_TIME event_time", "p3,1969-12-31T12:00:00Z,1,web,a"),
            row("OUT_OF_RANGE prediction_id", LONG_ID + ",@10:03:00Z,1,web,a"),
            row("used", "p3,@10:03:00Z,many,web,a"),
            row("used", "p4,@10:30:00Z,,\"web\",a"),
            row("late", "p5,@10:19:59Z,1,web,a"),
            row("used", "p6,@10:20:00Z,1,web,a"),
            row("duplicate", "p1,@10:31:00Z,1.5,web,a"),
            row("duplicate", "p4,@10:30:00Z,,\"web\",a"),
            row("UNDECODABLE ", "p7,@10:32:00Z,1"),
            row("UNDECODABLE ", "p7,@10:32:00Z,1,web,a,more"),
            row("UNDECODABLE ", "p7,@10:32:00Z,1,web,\"never closed")));
    ROWS.put(
        Input.PREDICTIONS,
        List.of(
            row("", "prediction_id,prediction_time,model_version,score,surprise"),
            row("used", "p1,@10:00:01Z,v1,0.9,a"),
            row("used", "p2,@10:01:01Z,v1,0.2,a"),
            row("OUT_OF_RANGE score", "p3,@10:03:01Z,v1,1.5,a"),
            row("OUT_OF_RANGE score", "p3,@10:03:01Z,v1,NaN,a"),
            row("WRONG_TYPE score", "p3,@10:03:01Z,v1,high,a"),
            row("MISSING_FIELD score", "p3,@10:03:01Z,v1,,a"),
            row("used", "p3,@10:03:01Z,v1,0.7,a"),
            row("", ""),
            row("used", "p4,@10:30:00Z,v1,0.4,a"),
            row("duplicate", "p4,@10:30:00Z,v1,0.4,a"),
            row("duplicate", "p4,@10:31:00Z,v1,0.8,a"),
            row("late", "p9,@10:20:59Z,v1,0.5,a"),
            row("expired", "p10,@10:40:00Z,v1,0.6,a"),
            row("expired", "p11,@10:41:00Z,v1,0.3,a"),
            row("expired", "p12,@10:42:00Z,v1,0.35,a"),
            row("used", "p13,@10:43:00Z,v1,0.45,a"),
            row("used", "p14,@10:44:00Z,v1,0.55,a")));
    ROWS.put(
        Input.LABELS,
        List.of(
            label("used", "p1", "10:30:00", "'label_class': '1'"),
            label("used", "p2", "10:31:00", "'label_class': 0, 'surprise': [1]"),
            label("LABEL_BEFORE_PREDICTION label_time", "p11", "10:40:30", "'label_class': '1'"),
            row("UNDECODABLE ", "{\"prediction_id\": \"p3\","),
            row("UNDECODABLE ", "p3,@10:50:00Z,1"),
            row("", ""),
            label("used", "p3", "10:50:00", "'label_class': '1'"),
            label("duplicate", "p3", "10:50:00", "'label_class': '1'"),
            label("MISSING_FIELD label_class", "p4", "10:51:00", "'label_class': null"),
            label("OUT_OF_RANGE revision", "p4", "10:51:00", "'label_class': '0', 'revision': -1"),
            label("WRONG_TYPE operation", "p4", "10:51:00", "'label_class': '0', 'operation': 'X'"),
            label("used", "p4", "10:52:00", "'label_class': '0', 'revision': 1"),
            label("duplicate", "p4", "10:53:00", "'label_class': '1', 'revision': 0"),
            label("expired", "ghost", "10:54:00", "'label_class': '1'"),
            label("used", "p12", "11:00:00", "'label_class': '1'"),
            label("used", "p12", "11:30:00", "'revision': 1, 'operation': 'RETRACT'"),
            label("used", "p13", "11:31:00", "'label_class': '0'"),
            label("used", "p14", "11:32:00", "'label_class': '0'"),
            label("late", "p1", "11:20:00", "'label_class': '0', 'revision': 5"),
            label("used", "p13", "14:30:00", "'label_class': '1', 'revision': 1"),
            label("used", "p14", "15:10:00", "'revision': 1, 'operation': 'RETRACT'"),
            label("expired", "p13", "15:50:00", "'label_class': '0', 'revision': 2")));
  }

  private static Row label(String fate, String id, String time, String rest) {
    String line = "{'prediction_id': '%s', 'label_time': '@%sZ', %s}".formatted(id, time, rest);
    return row(fate, line.replace('\'', '"'));
  }

  @BeforeAll
  static void replay() throws IOException {
    List<String> reference = new ArrayList<>();
    reference.add(
        "prediction_id,event_time,prediction_time,x,channel,score,label_time,label_class");
    for (int i = 0; i < 400; i++) {
      reference.add(
          "r%d,2026-01-01T%02d:00:00Z,2026-01-01T%02d:00:00Z,%d,%s,%s,2026-01-01T%02d:30:00Z,%d"
              .formatted(
                  i,
                  i % 20,
                  i % 20,
                  i,
                  i % 2 == 0 ? "web" : "shop",
                  i / 1000.0,
                  i % 20,
                  i % 3 == 0 ? 1 : 0));
    }
    Files.write(folder.resolve("reference.csv"), reference);
    Files.writeString(
        job(),
        """
        weir: 1
        model: small
        task: binary
        reference: reference.csv
        window: {size: 1h, min_events: 1}
        labels: {horizon: 3h, corrections_for: 2h, min_completeness: 0.5}
        """);
    for (Input input : Input.values()) {
      String name = input.id() + (input == Input.LABELS ? ".jsonl" : ".csv");
      List<String> lines = ROWS.get(input).stream().map(Row::line).toList();
      INPUTS.put(input, Files.write(folder.resolve(name), lines));
    }
    run = ReplayRun.of(job(), INPUTS, 2, folder.resolve("out"));
  }

  private static Path job() {
    return folder.resolve("weir.yaml");
  }

  /** Bad, late, repeated, expired and corrected records too are dealt out differently. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void bytes_areTheSameAtEveryParallelism(int parallelism) throws IOException {
    Path out = folder.resolve("out-" + parallelism);
    ReplayRun.of(job(), INPUTS, parallelism, out).assertSameBytesAs(run);
  }

  @ParameterizedTest
  @EnumSource(Input.class)
  void everyRecord_endsAsWhatIsWrittenBesideIt(Input input) throws IOException {
    Map<String, Long> expected = new TreeMap<>();
    for (String fate : List.of("in", "used", "duplicate", "late", "expired", "dead_lettered")) {
      expected.put(fate, 0L);
    }
    for (Row row : ROWS.get(input)) {
      if (!row.fate().isEmpty()) {
        expected.merge("in", 1L, Long::sum);
        expected.merge(row.count(), 1L, Long::sum);
      }
    }
    assertThat(run.counts(input)).isEqualTo(expected);
  }

  @Test
  void counts_addUp() throws IOException {
    run.assertCountsAddUp();
  }

  @Test
  void deadLetters_areExactByLineReasonAndField() throws IOException {
    List<String> expected = new ArrayList<>();
    for (Map.Entry<Input, List<Row>> input : ROWS.entrySet()) {
      for (int i = 0; i < input.getValue().size(); i++) {
        Row row = input.getValue().get(i);
        if (row.deadLetter()) {
          expected.add(input.getKey().id() + " 0 " + (i + 1) + " " + row.fate());
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (JsonNode letter : run.lines("dead-letters.jsonl")) {
      String field = letter.get("field").isNull() ? "" : letter.get("field").asText();
      found.add(
          letter.get("topic").asText()
              + " "
              + letter.get("partition")
              + " "
              + letter.get("offset")
              + " "
              + letter.get("reason").asText()
              + " "
              + field);
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void columnsWithoutARole_areNamed() throws IOException {
    JsonNode ignored = run.summary().get("ignored_columns");
    assertThat(ignored.get("predictions")).extracting(JsonNode::asText).containsExactly("surprise");
    assertThat(ignored.has("features")).as("a feature nobody expected is a feature").isFalse();
  }

  @Test
  void profile_countsDeliveriesThatWereOnTime() throws IOException {
    assertThat(value("volume", null, "*")).isEqualTo(7);
    assertThat(value("volume", null, "v1")).isEqualTo(11);
    assertThat(value("nan_rate", "x", "*")).isEqualTo(1 / 7.0, within(1e-12));
    assertThat(value("type_error_rate", "x", "*")).isEqualTo(1 / 7.0, within(1e-12));
    assertThat(value("missing_rate", "x", "*")).isEqualTo(2 / 7.0, within(1e-12));
    assertThat(value("duplicate_rate", null, "*")).isEqualTo(2 / 7.0, within(1e-12));
    assertThat(value("duplicate_rate", null, "v1")).isEqualTo(2 / 11.0, within(1e-12));
  }

  private static double value(String metric, String feature, String version) throws IOException {
    List<JsonNode> found =
        run.lines("metrics.jsonl").stream()
            .filter(record -> record.get("metric").asText().equals(metric))
            .filter(record -> record.get("model_version").asText().equals(version))
            .filter(record -> feature == null || record.get("feature").asText().equals(feature))
            .filter(record -> record.get("window_start").asText().startsWith(DAY + "10:00"))
            .toList();
    assertThat(found).as("%s %s %s", metric, feature, version).hasSize(1);
    return found.get(0).get("value").asDouble();
  }

  /** Labels of the cohort of ten o'clock at its horizon, after a correction, after a retraction. */
  @Test
  void correctionAndRetraction_giveNewRevisions() throws IOException {
    double untouched = 0.1 * 0.1 + 0.2 * 0.2 + 0.3 * 0.3 + 0.4 * 0.4;
    List<String> rows = revisions("brier", "n_current");
    assertThat(rows.subList(rows.size() - 3, rows.size())).containsExactly("6", "6", "5");
    assertLast("accuracy", 5 / 6.0, 4 / 6.0, 4 / 5.0);
    assertLast(
        "brier",
        (untouched + 0.45 * 0.45 + 0.55 * 0.55) / 6,
        (untouched + 0.55 * 0.55 + 0.55 * 0.55) / 6,
        (untouched + 0.55 * 0.55) / 5);
    assertLast("label_completeness", 6 / 9.0, 6 / 9.0, 5 / 9.0);
    List<String> verdicts = revisions("accuracy", "verdict");
    assertThat(verdicts.subList(0, verdicts.size() - 3)).isNotEmpty().containsOnly("PROVISIONAL");
    assertThat(verdicts.subList(verdicts.size() - 3, verdicts.size())).containsOnly("NOT_JUDGED");
  }

  private static void assertLast(String metric, double... expected) throws IOException {
    List<String> values = revisions(metric, "value");
    for (int i = 0; i < expected.length; i++) {
      String value = values.get(values.size() - expected.length + i);
      assertThat(Double.parseDouble(value)).as(metric).isEqualTo(expected[i], within(1e-8));
    }
  }

  /** A field of all revisions of the cohort of ten o'clock, which are numbered without a gap. */
  private static List<String> revisions(String metric, String field) throws IOException {
    TreeMap<Integer, String> revisions = new TreeMap<>();
    for (JsonNode record : run.lines("metrics.jsonl")) {
      if (record.get("metric").asText().equals(metric)
          && record.get("window_start").asText().startsWith(DAY + "10:00")) {
        revisions.put(record.get("revision").asInt(), record.get(field).asText());
      }
    }
    assertThat(revisions.keySet()).startsWith(0);
    assertThat(revisions.lastKey()).isEqualTo(revisions.size() - 1);
    return new ArrayList<>(revisions.values());
  }
}
