package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.testing.ChurnReference;
import dev.weir.testing.TestingReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of mistake has its code and is told where it was made. */
class JobFileErrorsTest {
  /** Lines 1 to 4; the mistake begins on line 5. */
  private static final String HEAD =
      "weir: 1\nmodel: churn\nreference: reference.txt\nwindow: {size: 1d, time_zone: UTC}\n";

  @TempDir static Path folder;

  @BeforeAll
  static void writeReference() throws IOException {
    Path file = folder.resolve("reference.txt");
    ChurnReference.write(file);
    String known =
        Files.readString(file).replaceFirst("\\|outcome\\|spend\\|", "|label_class|paid|");
    Files.writeString(file, known);
  }

  private static LoadedJob load(String text) throws JobFileException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return JobFiles.load(bytes, "weir.yaml", folder, TestingReference::open);
  }

  private static List<Problem> errors(String text) {
    try {
      load(text);
      return List.of();
    } catch (JobFileException e) {
      return e.problems().stream().filter(Problem::isError).toList();
    }
  }

  private static List<String> headlines(String text) {
    return errors(text).stream().map(ProblemPrinter::headline).toList();
  }

  @Test
  void head_alone_isAccepted() {
    assertThat(headlines(HEAD)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      maxCharsPerColumn = 8192,
      textBlock =
          """
          owner: [a # 6:1: error E101: not valid YAML: expected ',' or ']', but got <stream end>
          owner: &a x # 5:8: error E103: anchors are not allowed in job files: '&a'
          owner: *a # 5:8: error E103: aliases are not allowed in job files
          owner: !x y # 5:8: error E103: tags are not allowed in job files: '!x'
          model: b # 5:1: error E102: duplicate key 'model'
          ownr: x # 5:1: error E201: unknown key 'ownr'
          monitors: {drift: {tolerence: 1}} # 5:20: error E201: unknown key 'tolerence' in monitors.drift
          retraining: [{name: a}] # 5:15: error E202: missing key 'when' in retraining[0]
          owner: 5 # 5:8: error E203: owner must be text, not 5
          owner: # 5:7: error E203: owner must be text, not empty
          monitors: {drift: {evidence: no}} # 5:30: error E203: monitors.drift.evidence must be true or false, not text 'no'
          versions: {a: b} # 5:11: error E203: versions must be a list, not a block of keys
          task: binry # 5:7: error E204: task cannot be text 'binry'
          versions: [a, a] # 5:15: error E204: versions has text 'a' twice
          alerts: {labels: {metric: x}} # 5:19: error E204: name 'metric' in alerts.labels is reserved
          labels: {horizon: 7 days} # 5:19: error E205: labels.horizon is not of the expected form: '7 days'
          false_alarms: 1 per year # 5:15: error E205: false_alarms is not of the expected form: '1 per year'
          monitors: {drift: {rules: [psi is high]}} # 5:28: error E205: monitors.drift.rules[0] is not of the expected form: 'psi is high'
          labels: {complete_at: 1.5} # 5:23: error E206: labels.complete_at must be above 0 and at most 1, not 1.5
          monitors: {multivariate_drift: {dimensions: 65}} # 5:45: error E206: monitors.multivariate_drift.dimensions must be a multiple of 2, not 65
          monitors: {} # 5:11: error E206: monitors must have at least 1 keys, not 0
          labels: {absent: negative} # 5:10: error E307: missing key 'horizon' in labels
          labels: {horizon: 0s} # 5:19: error E206: labels.horizon must be above 0
          columns: {score: probabilty} # 5:18: error E302: columns.score: the reference has no column 'probabilty'
          columns: {tags: [region], categorical: [region]} # 5:41: error E204: columns.categorical: 'region' is already in columns.tags
          columns: {numeric: [region]} # 5:21: error E303: columns.numeric: 'region' has values that are no numbers in the reference
          entity: custmer # 5:9: error E302: entity: the reference has no column 'custmer'
          positive_class: gone # 5:17: error E204: positive_class: no label of the reference is 'gone'
          segments: [age] # 5:12: error E303: segments: 'age' is neither a categorical feature nor a tag
          segments: [nowhere] # 5:12: error E302: segments: no feature 'nowhere'
          weights: {drift: 0.9} # 5:1: error E311: weights are together 1.65, above 1
          summaries: {bins: 30} # 5:19: error E206: summaries.fine_bins (256) must be a multiple of summaries.bins (30)
          labels: {min_completeness: 0.999} # 5:28: error E206: labels.min_completeness (0.999) must be at most labels.complete_at (0.99)
          labels: {lateness: 2d} # 5:20: error E206: labels.lateness must be at most window.size (1d), not 2d
          seasonality: {by: hour_of_day} # 5:19: error E313: a window of 1d crosses cells of seasonality.by hour_of_day: it must divide 1h
          seasonality: {by: day_of_week, time_zone: America/New_York} # 5:19: error E313: a window of 1d crosses cells of seasonality.by day_of_week: one begins within a window at 2024-01-01T05:00:00.000Z
          seasonality: {time_zone: Europe/Berlni} # 5:26: error E204: seasonality.time_zone: no time zone 'Europe/Berlni'
          monitors: {coverage: true} # 5:22: error E304: monitor 'coverage' lacks its columns: needs lower, upper and label_value
          monitors: {prediction_drift: {columns: [value]}} # 5:41: error E304: monitors.prediction_drift.columns: no column has the role value
          monitors: {performance: {loss: mae}} # 5:32: error E303: loss 'mae' does not fit the task binary
          monitors: {performance: {loss: [brier, error_rate]}} # 5:40: error E303: a second loss for the task binary: 'error_rate'
          monitors: {performance: {rules: [rmse > 1]}} # 5:34: error E303: metric 'rmse' does not fit the task binary
          monitors: {labels: {rules: [psi > 1]}} # 5:29: error E303: metric 'psi' is none of monitor labels
          monitors: {drift: {rules: [{when: ks > 0.5, features: [plan]}]}} # 5:35: error E303: metric 'ks' needs a numeric feature
          monitors: {drift: {rules: [psii > 0.5]}} # 5:28: error E308: unknown metric 'psii'
          monitors: {drift: {features: [age], exclude: [plan]}} # 5:37: error E310: features and exclude together in monitors.drift
          monitors: {drift: {exclude: [aeg]}} # 5:30: error E302: monitors.drift.exclude: no feature 'aeg'
          monitors: {drift: {groups: {age: {a: [b]}}}} # 5:29: error E303: monitors.drift.groups: 'age' is not categorical
          monitors: {quality: {ranges: {age: [9, 1]}}} # 5:36: error E206: monitors.quality.ranges.age: the lowest value is above the highest
          retraining: [{name: a, when: performance.allert}] # 5:30: error E305: retraining[0].when: unknown name 'performance.allert'
          retraining: [{name: a, when: model.age_days > 180}] # 5:45: error E305: retraining[0].when: '>' cannot be applied to double, int
          retraining: [{name: a, when: true || coverage.alert}] # 5:38: error E305: retraining[0].when: monitor 'coverage' is off, so a policy cannot name it
          retraining: [{name: a, when: concept_drift.alert}] # 5:30: error E309: retraining[0].when can never hold
          """)
  void mistake_hasItsCodeAndPlace(String line, String expected) {
    String text = HEAD + line + "\n";

    assertThat(headlines(text)).as(text).containsExactly("weir.yaml:" + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      textBlock =
          """
          {size: 30s} # 4:16: error E206: window.size must be from 1m to 4w, not 30s
          {size: 5w} # 4:16: error E206: window.size must be from 1m to 4w, not 35d
          {size: 36h} # 4:16: error E306: window.size from a day on must be whole days, not 36h
          {size: 1h, slide: 7m} # 4:27: error E306: window.slide 7m does not divide window.size 1h
          {size: 1h, slide: 0s} # 4:27: error E306: window.slide 0s does not divide window.size 1h
          {size: 1h, slide: 1m} # 4:27: error E306: window.slide must be at least a 48th of window.size 1h, not 1m
          {size: 1h, offset: 1h} # 4:28: error E306: window.offset must be below window.slide (1h), not 1h
          {size: 5m, lateness: 6m} # 4:30: error E206: window.lateness must be at most window.size (5m), not 6m
          {time_zone: Mars/Base} # 4:21: error E204: window.time_zone: no time zone 'Mars/Base'
          """)
  void window_relationsAreChecked(String window, String expected) {
    String text = HEAD.replace("{size: 1d, time_zone: UTC}", window);

    assertThat(headlines(text)).as(text).containsExactly("weir.yaml:" + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      textBlock =
          """
          reference: {path: reference.txt, to: 2026-01-05T00:05Z} # W401
          reference: {path: reference.txt, from: 2026-01-06, to: 2026-01-07} # W408
          window: {min_events: 5000} # W402
          monitors: {drift: {rules: [psi > 0.01]}} # W403
          columns: {categorical: [customer_name]} # W405
          retraining: [{name: a, when: drift.alert}] # W407
          """)
  void oddity_isAWarningAndNoError(String line, String code) throws JobFileException {
    String reference = line.startsWith("reference") ? "" : "reference: reference.txt\n";
    String text = "weir: 1\nmodel: churn\nlabels: {horizon: 3d}\n" + reference;

    List<Problem> warnings = load(text + line + "\n").warnings();

    assertThat(warnings).extracting(Problem::code).contains(code);
    assertThat(warnings).extracting(Problem::severity).containsOnly(Problem.Severity.WARNING);
  }

  @Test
  void season_withFewRowsACell_isAWarning() throws JobFileException {
    String text = HEAD.replace("size: 1d", "size: 1h") + "seasonality: {by: hour_of_week}\n";

    assertThat(load(text).warnings())
        .filteredOn(warning -> warning.code().equals("W404"))
        .extracting(ProblemPrinter::headline)
        .containsExactly(
            "weir.yaml:5:19: warning W404: 168 of 168 cells of hour_of_week have fewer than 1000"
                + " rows or 4 dates in the reference",
            "weir.yaml:5:19: warning W404: 24 of 24 cells of hour_of_day have fewer than 1000"
                + " rows or 4 dates in the reference",
            "weir.yaml:5:19: warning W404: 48 of 48 cells of hour_weekend have fewer than 1000"
                + " rows or 4 dates in the reference");
  }

  @Test
  void feature_thatTellsTheLabel_isSuspicious() throws JobFileException {
    // The producer's decision is the label in this reference.
    String text = HEAD + "columns: {predicted_class: zip3, categorical: [decision]}\n";

    assertThat(load(text).warnings())
        .filteredOn(warning -> warning.code().equals("W406"))
        .extracting(ProblemPrinter::headline)
        .singleElement()
        .asString()
        .startsWith("weir.yaml:5:48: warning W406: feature 'decision' predicts the label too well");
  }

  @Test
  void reference_missing_isOneMessage() {
    assertThat(headlines("weir: 1\nmodel: a\nreference: nothing.csv\n"))
        .containsExactly("weir.yaml:3:12: error E301: reference not found: nothing.csv");
  }

  @Test
  void reference_withAnotherDigest_isRefused() {
    String digest = "0".repeat(64);
    String text =
        "weir: 1\nmodel: a\nreference:\n  path: reference.txt\n  sha256: \"" + digest + "\"\n";

    assertThat(headlines(text))
        .containsExactly("weir.yaml:5:11: error E301: the reference has another digest");
  }

  @Test
  void dispersion_measuredOnFewWindows_isRefused() {
    String text = HEAD.replace("size: 1d", "size: 1w") + "dispersion: measured\n";

    assertThat(headlines(text))
        .containsExactly(
            "weir.yaml:5:13: error E312: dispersion cannot be measured:"
                + " the reference has 3 whole windows of 7d, needed are 28");
  }

  @Test
  void file_largerThan256KiB_isRefusedUnread() {
    String text = HEAD + "#".repeat(256 * 1024);

    assertThat(headlines(text).get(0)).startsWith("weir.yaml:1:1: error E104: too large:");
  }

  @Test
  void file_empty_isToldWhatItMustBe() {
    assertThat(headlines(""))
        .containsExactly(
            "weir.yaml:1:1: error E203: the job file must be a block of keys, not empty");
  }

  @Test
  void allMistakes_areToldAtOnce_byPosition() {
    List<Problem> errors = errors(HEAD + "ownr: x\nfalse_alarms: never\nsegments: [nowhere]\n");

    assertThat(errors).extracting(Problem::code).containsExactly("E201", "E205", "E302");
    assertThat(errors).extracting(Problem::line).containsExactly(5, 6, 7);
  }

  @Test
  void expression_inABlock_isPointedInto() {
    String text =
        HEAD + "retraining:\n  - name: a\n    when: |\n      drift.alert ||\n        drift.alrt\n";

    assertThat(headlines(text))
        .containsExactly(
            "weir.yaml:9:9: error E305: retraining[0].when: unknown name 'drift.alrt'");
  }

  @Test
  void exception_carriesEveryProblem() {
    JobFileException refused =
        catchThrowableOfType(JobFileException.class, () -> load(HEAD + "ownr: x\n"));

    assertThat(refused).hasMessage("weir.yaml:5:1: error E201: unknown key 'ownr'");
    assertThat(refused.problems()).hasSize(1);
  }
}
