package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.weir.baseline.FeaturePlan;
import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.Loss;
import dev.weir.baseline.ProfileSettings;
import dev.weir.baseline.RandomFeatures;
import dev.weir.baseline.Season;
import dev.weir.baseline.Task;
import dev.weir.baseline.WindowSettings;
import dev.weir.decide.RetrainingPolicy;
import dev.weir.event.WeirId;
import dev.weir.monitor.MonitorSettings;
import dev.weir.monitor.PlainRule;
import dev.weir.monitor.Severity;
import dev.weir.testing.ChurnReference;
import dev.weir.testing.TestingReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Defaults are pinned, every key reaches one field, and what was accepted reads the same anywhere.
 */
class JobFilesTest {
  private static final Path FLIGHTS = Path.of("jobs/flights-delay/weir.yaml");

  @TempDir static Path folder;

  private static JobSpec flights;
  private static JobSpec example;
  private static LoadedJob smallest;

  @BeforeAll
  static void loadAll() throws IOException, JobFileException {
    flights = JobFiles.load(FLIGHTS, TestingReference::open).spec();
    Path reference = folder.resolve("reference.jsonl.gz");
    ChurnReference.write(reference);
    String digest = WeirId.sha256(Files.readAllBytes(reference));
    String text = Files.readString(Path.of("schemas/weir-job.example.yaml"));
    example = load(text.replaceFirst("sha256: [0-9a-f]{64}", "sha256: \"" + digest + "\"")).spec();
    Path plain = folder.resolve("reference.csv");
    Files.copy(Path.of("jobs/flights-delay/reference.csv"), plain);
    smallest = load("weir: 1\nmodel: flights-delay\nreference: reference.csv\n");
  }

  private static LoadedJob load(String text) throws JobFileException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return JobFiles.load(bytes, "weir.yaml", folder, TestingReference::open);
  }

  // Defaults.

  @Test
  void smallestFile_hasTheDocumentedDefaults() {
    JobSpec spec = smallest.spec();
    ProfileSettings profile = spec.profile();

    assertThat(spec.reference().delta()).isEqualTo(0.01);
    assertThat(spec.dispersion()).contains(1.0);
    assertThat(spec.entity()).isEmpty();
    assertThat(spec.seasonality())
        .isEqualTo(new JobSpec.Seasonality(Season.NONE, ZoneId.of("UTC"), 1000));
    assertThat(spec.input()).isEqualTo(new JobSpec.Input("auto", List.of(), Map.of()));
    assertThat(spec.limits())
        .isEqualTo(
            new JobSpec.Limits(
                2000, 0, 10, 100_000, 5_000_000, Duration.ofMinutes(5), Duration.ofDays(90)));
    assertThat(profile.bins()).isEqualTo(32);
    assertThat(profile.fineBins()).isEqualTo(256);
    assertThat(profile.topCategories()).isEqualTo(20);
    assertThat(profile.window())
        .isEqualTo(
            new WindowSettings(
                Duration.ofDays(1),
                Duration.ofDays(1),
                Duration.ZERO,
                ZoneId.of("UTC"),
                Duration.ofMinutes(10),
                200));
    assertThat(spec.decision().budgetDays()).isEqualTo(90);
    assertThat(spec.decision().weights()).isEmpty();
    assertThat(spec.decision().resolveAfter()).isEqualTo(2);
    assertThat(spec.decision().policies()).isEmpty();
    assertThat(spec.decision().runbook()).isNull();
  }

  @Test
  void monitors_haveTheDocumentedDefaults() {
    MonitorSettings monitors = smallest.spec().monitors();
    MonitorSettings.Common judged =
        new MonitorSettings.Common(true, Severity.WARNING, true, 200, List.of());
    MonitorSettings.Common shown =
        new MonitorSettings.Common(false, Severity.WARNING, true, 200, List.of());
    MonitorSettings.Selection all = new MonitorSettings.Selection(List.of(), List.of());
    List<String> distances = MetricCatalogue.distances();

    assertThat(monitors)
        .isEqualTo(
            new MonitorSettings(
                Optional.of(
                    new MonitorSettings.Quality(
                        judged, all, List.of(), 0.005, 0.01, null, Map.of(), null)),
                Optional.of(
                    new MonitorSettings.Drift(judged, all, List.of(), 0.02, distances, Map.of())),
                Optional.of(
                    new MonitorSettings.ColumnDrift(
                        judged,
                        List.of("score", "value", "predicted_class", "interval_width"),
                        0.02,
                        distances)),
                Optional.of(new MonitorSettings.ColumnDrift(judged, List.of(), 0.02, distances)),
                Optional.empty(),
                Optional.of(
                    new MonitorSettings.Performance(
                        judged, List.of(new Loss("brier", 1), new Loss("mae", 126.223)), 0.01)),
                Optional.of(new MonitorSettings.Calibration(judged, 0.02, false)),
                Optional.of(new MonitorSettings.Coverage(judged, 0.9, 0.02, false, null)),
                Optional.of(new MonitorSettings.Labels(judged, 0.05, null)),
                Optional.of(new MonitorSettings.EstimatedPerformance(shown)),
                Optional.of(
                    new MonitorSettings.ConceptDrift(
                        shown,
                        List.of("adwin", "page_hinkley", "ddm", "bocpd"),
                        0.002,
                        0.005,
                        50,
                        2,
                        3,
                        0.004)),
                Optional.of(new MonitorSettings.Comparison(shown, 0.05))));
  }

  @Test
  void policy_hasTheDocumentedDefaults() throws JobFileException {
    String text =
        "weir: 1\nmodel: a\nreference: reference.csv\n"
            + "retraining: [{name: r, when: performance.alert}]\n";

    RetrainingPolicy policy = load(text).spec().decision().policies().get(0);

    assertThat(policy)
        .isEqualTo(
            new RetrainingPolicy(
                "r",
                "performance.alert",
                policy.condition(),
                Duration.ofDays(7),
                2,
                Duration.ofDays(30),
                1000,
                200,
                0.05,
                0.05,
                Duration.ofDays(60),
                Duration.ofHours(24),
                1,
                false,
                true,
                Map.of()));
  }

  // Inference. Expected numbers were computed from the file by other means.

  @Test
  void flightsReference_tellsTheRest() {
    ProfileSettings profile = smallest.spec().profile();

    assertThat(profile.tasks()).isEqualTo(Set.of(Task.BINARY, Task.REGRESSION));
    assertThat(profile.positiveClass()).isEqualTo("1");
    assertThat(profile.nominalCoverage()).isEqualTo(0.9);
    assertThat(profile.labels())
        .isEqualTo(
            new LabelSettings(
                Duration.ofHours(7),
                LabelSettings.Absent.CENSORED,
                Duration.ofSeconds(6644),
                0.99,
                0.8,
                Duration.ofMinutes(10),
                Duration.ofDays(7)));
    assertThat(profile.features())
        .contains(
            new FeaturePlan("hour", FeaturePlan.Kind.NUMERIC, true),
            new FeaturePlan("weekday", FeaturePlan.Kind.CATEGORICAL, true),
            new FeaturePlan("origin", FeaturePlan.Kind.CATEGORICAL, false),
            new FeaturePlan("distance", FeaturePlan.Kind.NUMERIC, false))
        .hasSize(10);
    assertThat(smallest.spec().ignoredColumns()).containsExactly("y_pred_median");
    assertThat(smallest.spec().columns().byRole())
        .contains(
            entry("prediction_id", "event_id"),
            entry("score", "p_positive"),
            entry("value", "y_pred"),
            entry("predicted_class", "y_pred_class"),
            entry("lower", "y_lower90"));
    assertThat(smallest.spec().columns().of("model_version")).isEqualTo("model_version");
  }

  @Test
  void explanations_sayWhoSaidSo() {
    assertThat(smallest.explanations())
        .contains(
            new Explanation("model", "\"flights-delay\"", Explanation.Origin.FILE, ""),
            new Explanation("monitors.drift.tolerance", "0.02", Explanation.Origin.DEFAULT, ""),
            new Explanation(
                "labels.horizon",
                "\"7h\"",
                Explanation.Origin.INFERRED,
                "99 % of the labels of every class came within it in the reference"));
  }

  // Every key.

  @Test
  void example_shapesSummaries() {
    ProfileSettings profile = example.profile();

    assertThat(example.modelId()).isEqualTo("churn");
    assertThat(profile.tasks()).isEqualTo(Set.of(Task.BINARY, Task.REGRESSION));
    assertThat(profile.positiveClass()).isEqualTo("churned");
    assertThat(profile.entity()).isTrue();
    assertThat(example.columns().tags()).containsExactly("channel", "region");
    assertThat(profile.segments()).containsExactly(List.of("region"), List.of("region", "channel"));
    assertThat(profile.maxSegments()).isEqualTo(50);
    assertThat(profile.groups()).isEqualTo(Map.of("plan", Map.of("paid", List.of("basic", "pro"))));
    assertThat(profile.ranges()).isEqualTo(Map.of("age", new ProfileSettings.Range(0, 120)));
    assertThat(profile.losses()).containsExactly(new Loss("brier", 1), new Loss("mae", 500));
    assertThat(profile.features())
        .containsExactly(
            new FeaturePlan("age", FeaturePlan.Kind.NUMERIC, false),
            new FeaturePlan("hour", FeaturePlan.Kind.NUMERIC, true),
            new FeaturePlan("income", FeaturePlan.Kind.NUMERIC, false),
            new FeaturePlan("plan", FeaturePlan.Kind.CATEGORICAL, false),
            new FeaturePlan("plan_code", FeaturePlan.Kind.NUMERIC, false),
            new FeaturePlan("text_vector", FeaturePlan.Kind.EMBEDDING, false),
            new FeaturePlan("zip3", FeaturePlan.Kind.CATEGORICAL, false));
    assertThat(profile.window())
        .isEqualTo(
            new WindowSettings(
                Duration.ofHours(1),
                Duration.ofMinutes(10),
                Duration.ZERO,
                ZoneId.of("Europe/Berlin"),
                Duration.ofMinutes(10),
                500));
    assertThat(profile.labels())
        .isEqualTo(
            new LabelSettings(
                Duration.ofDays(30),
                LabelSettings.Absent.NEGATIVE,
                Duration.ofDays(7),
                0.99,
                0.8,
                Duration.ofHours(1),
                Duration.ofDays(14)));
  }

  @Test
  void example_namesColumnsAndInput() {
    assertThat(example.columns().byRole())
        .hasSize(Role.values().length)
        .contains(entry("event_time", "served_at"), entry("operation", "label_operation"));
    assertThat(example.columns().classScores())
        .isEqualTo(Map.of("churned", "p_churned", "stays", "p_stays"));
    assertThat(example.columns().tags()).containsExactly("channel", "region");
    assertThat(example.ignoredColumns()).containsExactly("customer_name");
    assertThat(example.inputFormat()).isEqualTo("oip-v2");
    assertThat(example.input().names()).containsExactly("age", "income", "plan_code");
    assertThat(example.input().outputs())
        .isEqualTo(Map.of("score", "probabilities", "value", "spend"));
    assertThat(example.entity()).contains("customer");
    assertThat(example.reference().from()).isEqualTo(1767225600000L);
    assertThat(example.reference().to()).isEqualTo(1769904000000L);
    assertThat(example.seasonality())
        .isEqualTo(new JobSpec.Seasonality(Season.HOUR_OF_WEEK, ZoneId.of("Europe/Berlin"), 1000));
    assertThat(example.ownerAndDescription())
        .contains(entry("owner", "growth"), entry("target_unit", "EUR"));
  }

  @Test
  void example_setsMonitors() {
    MonitorSettings monitors = example.monitors();
    PlainRule psi =
        new PlainRule("psi", PlainRule.Comparison.GREATER, 0.2, 3, List.of(), false, null);
    PlainRule ks =
        new PlainRule(
            "ks", PlainRule.Comparison.GREATER, 0.15, 2, List.of("age"), false, Severity.ERROR);
    PlainRule wasserstein =
        new PlainRule("wasserstein", PlainRule.Comparison.GREATER, 0.5, 1, List.of(), false, null);

    assertThat(monitors.quality().orElseThrow().volume()).isEqualTo(0.5);
    assertThat(monitors.quality().orElseThrow().freshness()).isEqualTo(Duration.ofHours(2));
    assertThat(monitors.quality().orElseThrow().common().severity()).isEqualTo(Severity.ERROR);
    assertThat(monitors.drift().orElseThrow().common().rules()).containsExactly(psi, ks);
    assertThat(monitors.drift().orElseThrow().metrics())
        .containsExactly("psi", "ks", "jensen_shannon");
    assertThat(monitors.drift().orElseThrow().selection().includes("zip3")).isFalse();
    assertThat(monitors.drift().orElseThrow().overrides())
        .containsExactly(
            new MonitorSettings.Override(
                List.of("income"), 0.05, Severity.INFO, List.of(wasserstein)));
    assertThat(monitors.predictionDrift().orElseThrow().columns())
        .containsExactly("score", "predicted_class");
    assertThat(example.randomFeatures()).isEqualTo(new RandomFeatures(256, 1));
    assertThat(monitors.performance().orElseThrow().harm()).isEqualTo(0.02);
    assertThat(monitors.performance().orElseThrow().common().severity())
        .isEqualTo(Severity.CRITICAL);
    assertThat(monitors.labels().orElseThrow().expectWithin()).isEqualTo(Duration.ofDays(21));
    assertThat(monitors.conceptDrift().orElseThrow().bocpdHazard()).isEqualTo(0.004);
  }

  @Test
  void example_setsDecisions() {
    assertThat(example.decision().versions()).containsExactly("2025-11", "2026-02");
    assertThat(example.decision().windowDays()).isEqualTo(1.0 / 24);
    assertThat(example.decision().labelsAbsent()).isEqualTo("negative");
    assertThat(example.decision().alertLabels()).isEqualTo(Map.of("team", "growth", "tier", "1"));
    assertThat(example.decision().runbook()).isEqualTo("https://wiki.example.com/churn#{monitor}");
    RetrainingPolicy retrain = example.decision().policies().get(1);
    assertThat(retrain.name()).isEqualTo("retrain");
    assertThat(retrain.minLabels()).isEqualTo(20000);
    assertThat(retrain.minRareLabels()).isEqualTo(500);
    assertThat(retrain.gain()).isEqualTo(0.02);
    assertThat(retrain.trainingWindow()).isEqualTo(Duration.ofDays(90));
    assertThat(retrain.attempts()).isEqualTo(2);
    assertThat(retrain.approval()).isTrue();
    assertThat(retrain.dryRun()).isFalse();
    assertThat(retrain.parameters()).containsEntry("max_hours", "6");
  }

  // The same everywhere.

  @Test
  void resolved_readsTheSameWithoutAnyFile() {
    for (JobSpec spec : List.of(flights, example, smallest.spec())) {
      JobSpec again = JobFiles.fromResolved(spec.resolved(), spec.source());

      Path home = Path.of(spec.reference().path()).getParent();
      assertThat(again.in(home)).isEqualTo(spec);
      assertThat(again.configHash())
          .isEqualTo(
              WeirId.sha256(spec.resolved().getBytes(StandardCharsets.UTF_8)).substring(0, 16));
    }
  }

  @Test
  void resolved_isAJobFileThatResolvesToItself() throws JobFileException {
    JobSpec spec = smallest.spec();

    assertThat(load(spec.resolved()).spec().resolved()).isEqualTo(spec.resolved());
  }

  @Test
  void configHash_isThatOfTheMeaning_notOfTheText() throws JobFileException {
    String other = "# a comment\nmodel: flights-delay\nreference: {path: reference.csv}\nweir: 1\n";

    assertThat(load(other).spec().configHash()).isEqualTo(smallest.spec().configHash());
    assertThat(load(other + "false_alarms: 1 per 30d\n").spec().configHash())
        .isNotEqualTo(smallest.spec().configHash());
  }

  @Test
  void fromResolved_refusesWhatIsNone() {
    assertThatThrownBy(() -> JobFiles.fromResolved("{}", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JobFiles.fromResolved("nonsense", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shippedJobFiles_areAccepted() throws IOException, JobFileException {
    try (Stream<Path> jobs = Files.list(Path.of("jobs"))) {
      for (Path job : jobs.toList()) {
        LoadedJob loaded = JobFiles.load(job.resolve("weir.yaml"), TestingReference::open);
        assertThat(loaded.spec().modelId()).isEqualTo(job.getFileName().toString());
        assertThat(loaded.warnings()).extracting(Problem::code).containsOnly("W407");
      }
    }
  }

  // The first file.

  @Test
  void init_writesAShortFileThatIsAccepted() throws JobFileException {
    String text = InitFile.write("flights-delay", "reference.csv", folder, TestingReference::open);

    assertThat(text.lines()).hasSizeLessThanOrEqualTo(40);
    assertThat(text)
        .contains("task: [binary, regression]", "# a score and a label with 2 classes")
        .contains("horizon: 7h")
        .contains("{name: mae, max: 126.223}");
    JobSpec written = load(text).spec();
    assertThat(written.profile()).isEqualTo(smallest.spec().profile());
    assertThat(written.decision().policies()).hasSize(1);
  }

  @Test
  void init_withoutLabelTime_leavesATodoThatIsRefused() throws IOException, JobFileException {
    Path file = folder.resolve("timeless.csv");
    Files.writeString(
        file,
        Files.readString(folder.resolve("reference.csv")).replaceFirst("label_time", "label_when"));

    String text = InitFile.write("a", "timeless.csv", folder, TestingReference::open);

    assertThat(text).contains("horizon: TODO");
    assertThatThrownBy(() -> load(text)).hasMessageContaining("E205: labels.horizon");
  }

  @Test
  void init_withoutPredictionId_stops() throws IOException {
    Path file = folder.resolve("anonymous.csv");
    Files.writeString(file, "event_time,a\n2026-01-01T00:00:00Z,1\n");

    assertThatThrownBy(() -> InitFile.write("a", "anonymous.csv", folder, TestingReference::open))
        .isInstanceOf(JobFileException.class)
        .hasMessageContaining("E302");
  }
}
