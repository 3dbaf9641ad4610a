package dev.weir.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.Against;
import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.Loss;
import dev.weir.baseline.ProfileSettings;
import dev.weir.baseline.ReferenceProfiler;
import dev.weir.baseline.ReferenceRow;
import dev.weir.baseline.Task;
import dev.weir.baseline.WindowSettings;
import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.event.Outcome;
import dev.weir.simulation.Report;
import dev.weir.testing.KeptFeatures;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Labels of positives take 20 days on average, those of negatives one, both the longer the higher
 * the score; daily cohorts are final after 87 days ({@code statistics.md} 5.1, 5.3). What is said
 * of a cohort four days after its end, by the labels that came and by weighting them, beside the
 * error rate that it has when it is final.
 */
class EarlyEstimateSimulationTest {
  private static final long DAY = 86_400_000;
  private static final long HORIZON = 87 * DAY;
  private static final long AGE = 4 * DAY;
  private static final double POSITIVES = 20;

  private static ProfileSettings settings() {
    return new ProfileSettings(
        "m",
        Set.of(Task.BINARY),
        "1",
        List.of(),
        true,
        false,
        false,
        false,
        null,
        List.of(new Loss("error_rate", 1)),
        32,
        256,
        20,
        Map.of(),
        Map.of(),
        List.of(),
        50,
        false,
        new WindowSettings(
            Duration.ofDays(1),
            Duration.ofDays(1),
            Duration.ZERO,
            ZoneId.of("UTC"),
            Duration.ofMinutes(1),
            200),
        new LabelSettings(
            Duration.ofMillis(HORIZON),
            LabelSettings.Absent.CENSORED,
            Duration.ofHours(12),
            0.99,
            0.8,
            Duration.ofMinutes(1),
            Duration.ofDays(1)));
  }

  /** A prediction, its label and how long that takes. */
  private record Drawn(String id, long time, double score, boolean positive, double delayDays) {
    static Drawn draw(String id, double meanOfPositives, SplittableRandom random) {
      double score = random.nextDouble() * random.nextDouble();
      boolean positive = random.nextDouble() < score;
      double mean = (positive ? meanOfPositives : 1) * (0.5 + score);
      double delay = -mean * Math.log1p(-random.nextDouble());
      return new Drawn(id, (long) (DAY * random.nextDouble()), score, positive, delay);
    }

    long delay() {
      return Math.round(delayDays * DAY);
    }

    /** As the label says, whether the model was wrong. */
    boolean wrong() {
      return positive == score < 0.5;
    }

    Event.Prediction prediction() {
      return new Event.Prediction(
          id,
          "m",
          "v1",
          time,
          score,
          null,
          null,
          Map.of(),
          null,
          null,
          null,
          null,
          null,
          null,
          Event.Role.CHAMPION,
          1,
          null,
          Map.of(),
          null);
    }

    ReferenceRow reference() {
      Event.Features features =
          new KeptFeatures(
              id, "m", time, new FeatureValues(), "v1", Map.of(), null, Map.of(), null);
      Event.Label label =
          new Event.Label(
              id,
              "m",
              time + delay(),
              positive ? "1" : "0",
              null,
              0,
              Event.Operation.UPSERT,
              null,
              null,
              Map.of(),
              null);
      return new ReferenceRow(features, prediction(), label);
    }

    /** What is known of it at a time. */
    Outcome knownAt(long now) {
      Outcome outcome = Outcome.of(prediction());
      boolean known = time + delay() < now && delay() <= HORIZON;
      return known
          ? outcome.with(new Outcome.Known(positive ? "1" : "0", null, time + delay()))
          : outcome;
    }
  }

  private static Monitors monitors(int rows, SplittableRandom random) {
    List<ReferenceRow> reference = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      reference.add(Drawn.draw("r" + i, POSITIVES, random).reference());
    }
    ProfileSettings settings = settings();
    Baseline baseline =
        new ReferenceProfiler(settings).profile(reference, null, "00", null, "cafe");
    MonitorSettings usual = Settings.flights();
    MonitorSettings all =
        new MonitorSettings(
            usual.quality(),
            usual.drift(),
            usual.predictionDrift(),
            usual.labelDrift(),
            Optional.empty(),
            Optional.of(new MonitorSettings.Performance(Settings.COMMON, settings.losses(), 0.01)),
            usual.calibration(),
            Optional.empty(),
            usual.labels(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new Monitors(
        JudgedSeries.of(
            new JudgeSettings(
                settings, all, Map.of(), 0.01, Optional.of(1.0), 1000, Against.BASELINE, "cafe"),
            baseline));
  }

  private static Finding find(List<Finding> findings, String metric) {
    return findings.stream()
        .filter(finding -> finding.series().metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  /** What was said of one cohort. */
  private record Said(double labelledOnly, Finding weighted, double inTheEnd) {
    double bias() {
      return labelledOnly - inTheEnd;
    }

    double error() {
      return weighted.value() - inTheEnd;
    }
  }

  private static Said cohort(Monitors monitors, double meanOfPositives, SplittableRandom random) {
    CohortSummary cohort =
        new CohortSummary(monitors.series().baseline().orElseThrow().cohortLayout(), true);
    long labelled = 0;
    long wrong = 0;
    for (int i = 0; i < 2000; i++) {
      Drawn drawn = Drawn.draw("p" + i, meanOfPositives, random);
      cohort.add(drawn.knownAt(DAY + AGE), 1);
      labelled += drawn.delay() <= HORIZON ? 1 : 0;
      wrong += drawn.delay() <= HORIZON && drawn.wrong() ? 1 : 0;
    }
    WindowContext window = new WindowContext("v1", null, 0, DAY, DAY + AGE, 0, true);
    List<Finding> findings = monitors.judgeCohort(window, false, cohort);
    Finding accuracy = find(findings, "accuracy");
    assertThat(accuracy.verdict()).isEqualTo(Verdict.PROVISIONAL);
    return new Said(1 - accuracy.value(), find(findings, "ipw_loss"), (double) wrong / labelled);
  }

  /** The error rate of predictions labelled within the horizon, from very many. */
  private static double truth(double meanOfPositives) {
    SplittableRandom random = new SplittableRandom(99);
    long labelled = 0;
    long wrong = 0;
    for (int i = 0; i < 2_000_000; i++) {
      Drawn drawn = Drawn.draw("t", meanOfPositives, random);
      labelled += drawn.delay() <= HORIZON ? 1 : 0;
      wrong += drawn.delay() <= HORIZON && drawn.wrong() ? 1 : 0;
    }
    return (double) wrong / labelled;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double standardError(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }

  /** Each reference has few cohorts, because its own error is in all of them. */
  private static List<String> simulate(int references, int cohorts) {
    SplittableRandom random = new SplittableRandom(81);
    double truth = truth(POSITIVES);
    double[] biases = new double[references];
    double[] errors = new double[references];
    int covered = 0;
    for (int i = 0; i < references; i++) {
      Monitors monitors = monitors(10_000, random);
      for (int k = 0; k < cohorts; k++) {
        Said said = cohort(monitors, POSITIVES, random);
        assertThat(said.weighted().verdict()).isEqualTo(Verdict.PROVISIONAL);
        assertThat(said.weighted().counts()).as("never evidence").isNull();
        assertThat(said.weighted().blindTo()).containsExactly("delay");
        biases[i] += said.bias() / cohorts;
        errors[i] += said.error() / cohorts;
        covered += said.weighted().ciLow() <= truth && truth <= said.weighted().ciHigh() ? 1 : 0;
      }
    }
    assertThat(mean(biases)).as("what the first labels say").isLessThan(-0.05);
    assertThat(Math.abs(mean(errors)))
        .as("what weighting says, within 3 of its own errors")
        .isLessThan(3 * standardError(errors));
    int looks = references * cohorts;
    // 95 % with 3 binomial errors; cohorts of one reference share its error, so as many as that.
    double allowed = 3 * Math.sqrt(0.05 * 0.95 / references);
    assertThat((double) covered / looks).isGreaterThan(0.95 - allowed);
    return List.of(
        "error rate in the end "
            + shown(truth)
            + ", by the labels of four days off by "
            + shown(mean(biases))
            + " +- "
            + shown(standardError(biases))
            + ", weighted off by "
            + shown(mean(errors))
            + " +- "
            + shown(standardError(errors))
            + ", 95% interval covers in "
            + Math.round(1000.0 * covered / looks) / 10.0
            + "% of "
            + looks
            + " cohorts");
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  @Test
  void weightingRemovesTheBiasOfEarlyLabels() {
    simulate(8, 5);
  }

  @Test
  @Tag("slow")
  void weightingRemovesTheBiasOfEarlyLabels_onManyReferences() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("## Early estimates of a cohort whose labels are still coming");
    lines.add("");
    lines.add(
        "Labels of positives take 20 days on average, those of negatives one, both the longer the"
            + " higher the score;");
    lines.add("cohorts of 2,000 looked at four days after their end; references of 10,000 rows.");
    lines.add("");
    simulate(100, 5).forEach(lines::add);
    Report.write("3-early-estimates", lines);
  }

  /** The price of the assumption: it cannot see that labels slowed down, so it is no evidence. */
  @Test
  void aChangedDelayMisleadsIt_asItSays() {
    SplittableRandom random = new SplittableRandom(82);
    Monitors monitors = monitors(10_000, random);
    Said said = cohort(monitors, 3 * POSITIVES, random);
    assertThat(said.weighted().ciHigh()).isLessThan(truth(3 * POSITIVES));
  }

  @Test
  void tooYoungACohort_givesNoNumber() {
    SplittableRandom random = new SplittableRandom(83);
    Monitors monitors = monitors(10_000, random);
    CohortSummary cohort =
        new CohortSummary(monitors.series().baseline().orElseThrow().cohortLayout(), true);
    for (int i = 0; i < 2000; i++) {
      cohort.add(Drawn.draw("p" + i, POSITIVES, random).knownAt(DAY + DAY / 24), 1);
    }
    WindowContext window = new WindowContext("v1", null, 0, DAY, DAY + DAY / 24, 0, true);
    Finding weighted = find(monitors.judgeCohort(window, false, cohort), "ipw_loss");
    assertThat(weighted.verdict()).isEqualTo(Verdict.NOT_ENOUGH_DATA);
    assertThat(weighted.value()).isNull();
  }

  @Test
  void aClassThatTheReferenceHardlyHas_givesNoNumber() {
    SplittableRandom random = new SplittableRandom(84);
    Monitors monitors = monitors(120, random);
    Said said = cohort(monitors, POSITIVES, random);
    assertThat(said.weighted().verdict()).isEqualTo(Verdict.NOT_ENOUGH_DATA);
  }

  /** Whatever the order, and what is taken back leaves no trace. */
  @Test
  void partsMergeToTheSameBytes_andWithdrawalsLeaveNone() {
    SplittableRandom random = new SplittableRandom(85);
    Monitors monitors = monitors(200, random);
    CohortSummary whole =
        new CohortSummary(monitors.series().baseline().orElseThrow().cohortLayout(), true);
    CohortSummary first = whole.empty();
    CohortSummary second = whole.empty();
    for (int i = 0; i < 300; i++) {
      Drawn drawn = Drawn.draw("p" + i, POSITIVES, random);
      Outcome early = drawn.knownAt(DAY);
      Outcome late = drawn.knownAt(DAY + HORIZON);
      whole.add(late, 1);
      CohortSummary part = i % 3 == 0 ? first : second;
      part.add(late, 1);
      part.add(early, 1);
      part.add(early, -1);
    }
    second.merge(first);
    assertThat(second).isEqualTo(whole);
    assertThat(second.labelledLosses().isEmpty()).isFalse();
  }
}
