package dev.weir.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.Against;
import dev.weir.baseline.CohortLayout;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Flights;
import dev.weir.event.Outcome;
import dev.weir.stats.inference.PairedComparison.Verdict;
import dev.weir.stats.inference.PairedSums;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The verdict on a challenger over many cohorts, and how often it is wrong where none is better.
 */
class ComparisonTest {
  private static final int RUNS = 300;
  private static final int COHORTS = 25;
  private static final int PAIRS = 60;

  // ---- Null at its boundary: both are equally good ----

  @Test
  void equallyGoodModels_areSeldomPromotedHoweverOftenOneLooks() throws IOException {
    SplittableRandom random = new SplittableRandom(20260302);
    int promoted = 0;
    int kept = 0;
    int naive = 0;
    for (int run = 0; run < RUNS; run++) {
      Lane lane = new Lane();
      boolean everPromoted = false;
      boolean everKept = false;
      boolean everNaive = false;
      for (int cohort = 0; cohort < COHORTS; cohort++) {
        double value = lane.cohort(cohort, random, 0, "champion").get("promotion");
        everPromoted |= value > 0;
        everKept |= value < 0;
        everNaive |= Math.abs(lane.sum) > 1.959963984540054 * Math.sqrt(lane.squares);
      }
      promoted += everPromoted ? 1 : 0;
      kept += everKept ? 1 : 0;
      naive += everNaive ? 1 : 0;
    }
    // Each side has half of alpha .05: 7.5 of 300, and 2.5 standard deviations more.
    assertThat(promoted).as("false PROMOTE").isLessThanOrEqualTo(14);
    assertThat(kept).as("false KEEP").isLessThanOrEqualTo(14);
    assertThat(naive)
        .as("a z test at every look would be wrong, so this test bites")
        .isGreaterThan(45);
  }

  @Test
  void betterChallenger_isFound_andANewChampionBeginsANewComparison() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    Lane lane = new Lane();
    Map<String, Double> last = new HashMap<>();
    for (int cohort = 0; cohort < COHORTS; cohort++) {
      last = lane.cohort(cohort, random, 0.15, "champion");
    }
    assertThat(last.get("promotion")).isEqualTo(1);
    assertThat(last.get("pairs_needed")).isZero();
    for (int cohort = COHORTS; cohort < COHORTS + 4; cohort++) {
      last = lane.cohort(cohort, random, 0, "next");
    }
    assertThat(last.get("promotion")).isZero();
    assertThat(last.get("paired_difference")).isBetween(-0.1, 0.1);
  }

  private static Monitors monitors() {
    MonitorSettings settings =
        new MonitorSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                new MonitorSettings.Comparison(
                    new MonitorSettings.Common(false, Severity.WARNING, true, PAIRS, List.of()),
                    0.05)));
    return new Monitors(
        JudgedSeries.of(
            new JudgeSettings(
                Flights.settings(),
                settings,
                Map.of(),
                0.01,
                Optional.of(1.0),
                1000,
                Against.BASELINE,
                "cafe"),
            null));
  }

  /** Monitors of one challenger, its state written and read again after every cohort. */
  private static final class Lane {
    private final Monitors monitors = monitors();
    private final CohortLayout layout = CohortLayout.of(Flights.settings());
    private OrderedState state = OrderedState.of(monitors.series().settings().monitors());
    private double sum;
    private double squares;

    Map<String, Double> cohort(int number, SplittableRandom random, double gain, String champion)
        throws IOException {
      CohortSummary cohort = new CohortSummary(layout, true);
      for (int i = 0; i < PAIRS; i++) {
        String label = random.nextInt(10) < 3 ? "1" : "0";
        Outcome challenger = outcome(number + "-" + i, label, 0.4 * random.nextDouble());
        Outcome used = outcome(number + "-" + i, label, 0.4 * random.nextDouble() + gain);
        cohort.add(challenger, 1);
        cohort.addComparison(challenger, champion, used, 1);
        double d = loss(used, label) - loss(challenger, label);
        sum += d;
        squares += d * d;
      }
      long start = 3_600_000L * number;
      WindowContext window =
          new WindowContext("c", null, start, start + 3_600_000, start + 7_200_000, 0, true);
      Map<String, Double> values = new HashMap<>();
      for (Finding finding : monitors.judgeCohort(window, true, cohort, state)) {
        if (finding.value() != null) {
          values.put(finding.series().metric(), finding.value());
        }
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      state.encode(new DataOutputStream(bytes));
      state =
          OrderedState.decode(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      return values;
    }

    /** A score that misses its label by {@code miss}. */
    private static Outcome outcome(String id, String label, double miss) {
      double score = label.equals("1") ? 1 - miss : miss;
      return new Outcome(
          id,
          0,
          score,
          null,
          null,
          Map.of(),
          null,
          null,
          null,
          new Outcome.Known(label, null, 1000),
          false);
    }

    private static double loss(Outcome outcome, String label) {
      double score = outcome.score() == null ? 0 : outcome.score();
      double miss = score - (label.equals("1") ? 1 : 0);
      return miss * miss;
    }
  }

  // ---- Pairs that are still needed, counted one by one ----

  @Test
  void pairsNeeded_areTheFirstNumberThatDecides() {
    for (PairedSums sums :
        new PairedSums[] {
          new PairedSums(false, 500, 12, 30),
          new PairedSums(false, 40, -3, 6),
          new PairedSums(true, 300, 20, 11),
          new PairedSums(true, 900, 2, 9)
        }) {
      long n = (long) sums.n();
      long first = 1;
      while (sums.times((double) first / n).compared().verdict(0.05) == Verdict.UNDECIDED) {
        first++;
      }
      assertThat(sums.pairsNeeded(0.05, n)).as("%s", sums).hasValue(first);
    }
    assertThat(new PairedSums(false, 500, 0, 30).pairsNeeded(0.05, 500)).isEmpty();
    assertThat(new PairedSums(true, 500, 7, 7).pairsNeeded(0.05, 500)).isEmpty();
  }
}
