package dev.weir.monitor;

import dev.weir.baseline.Against;
import dev.weir.baseline.Baseline;
import dev.weir.baseline.Column;
import dev.weir.baseline.Flights;
import dev.weir.baseline.ProfileSettings;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.ReferenceProfiler;
import dev.weir.baseline.ReferenceRow;
import dev.weir.stats.divergence.Comparison;
import dev.weir.stats.divergence.Divergence;
import dev.weir.stats.divergence.Divergences;
import dev.weir.stats.inference.CusumState;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.EvidenceReading;
import dev.weir.stats.inference.WindowCounts;
import dev.weir.stats.summary.NumericSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What it costs to judge one window of one numeric feature: each of fourteen days of about 1,640
 * flights in turn, 32 coarse and 256 fine bins, against their 22,970 rows, of a model without any
 * other input. Evidence starts again where it would alarm. The score is microseconds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FeatureJudgingBenchmark {
  private static final String FEATURE = "distance";
  private static final long DAY = 86_400_000;

  /** ln(90 days / (.01 of the budget, a day)): what alarms alone, in nats. */
  private static final double THRESHOLD = StrictMath.log(90 / 0.01);

  private NumericSummary reference;
  private EvidencePlan plan;
  private Monitors monitors;
  private final List<ProfileSummary> days = new ArrayList<>();
  private final List<WindowCounts> windows = new ArrayList<>();
  private final CusumState state = new CusumState();
  private final Map<Series, CusumState> states = new HashMap<>();
  private int next;

  /** Profiles the reference of the quick start and its days. */
  @Setup
  public void prepare() {
    List<ReferenceRow> rows = Flights.rows();
    ProfileSettings settings = oneFeature(Flights.settings());
    Baseline baseline = new ReferenceProfiler(settings).profile(rows, null, "00", null, "cafe");
    JudgedSeries series =
        JudgedSeries.of(
            new JudgeSettings(
                settings,
                Settings.flights(),
                Map.of(),
                0.01,
                Optional.of(1.0),
                1000,
                Against.BASELINE,
                "cafe"),
            baseline);
    monitors = new Monitors(series);
    reference =
        baseline.reference(FEATURE, Column.Role.FEATURE, null).orElseThrow().summary().numbers();
    plan = series.find("drift", "total_variation", FEATURE, null).orElseThrow().plan();
    SortedMap<Long, ProfileSummary> byDay = new TreeMap<>();
    for (ReferenceRow row : rows) {
      byDay
          .computeIfAbsent(
              row.features().time() / DAY,
              day -> new ProfileSummary(baseline.profileLayout(settings)))
          .addFeatures(row.features());
    }
    for (ProfileSummary day : byDay.values()) {
      days.add(day);
      windows.add(DriftEvidence.window(0, day.column(0).numbers().coarseCounts()));
    }
  }

  private int nextDay() {
    return next++ % days.size();
  }

  /** Every distance of the catalogue. */
  @Benchmark
  public void distances(Blackhole hole) {
    Comparison comparison = Comparison.of(reference, days.get(nextDay()).column(0).numbers());
    for (Divergence divergence : Divergences.all()) {
      hole.consume(divergence.between(comparison));
    }
  }

  /** The evidence of the window, folded into the series: 63 events, 1008 components. */
  @Benchmark
  public EvidenceReading evidence() {
    return fold(state, plan, windows.get(nextDay()), next * DAY);
  }

  private static EvidenceReading fold(
      CusumState state, EvidencePlan plan, WindowCounts window, long start) {
    EvidenceReading reading = state.fold(plan, window, start);
    if (reading.logE() >= THRESHOLD) {
      state.reset();
    }
    return reading;
  }

  /** Both. */
  @Benchmark
  public EvidenceReading distancesAndEvidence(Blackhole hole) {
    distances(hole);
    return evidence();
  }

  /**
   * All that a window says of the feature, as the product does it: findings of every monitor with
   * value, interval, threshold, histogram and counts, and the evidence of the five series that are
   * judged, from those counts as they cross the network.
   */
  @Benchmark
  public List<Finding> fullCatalogue(Blackhole hole) throws IOException {
    ProfileSummary day = days.get(nextDay());
    long start = next * DAY;
    List<Finding> findings =
        monitors.judgeProfile(
            new WindowContext("*", null, start, start + DAY, start + DAY, 0, true), day);
    for (Finding finding : findings) {
      byte[] counts = finding.counts();
      if (counts != null) {
        hole.consume(
            fold(
                states.computeIfAbsent(finding.series(), key -> new CusumState()),
                monitors.series().find(finding.series()).orElseThrow().plan(),
                WindowCounts.decode(counts),
                start));
      }
    }
    return findings;
  }

  /** The settings of the quick start with this feature alone, and without segments. */
  private static ProfileSettings oneFeature(ProfileSettings all) {
    return new ProfileSettings(
        all.modelId(),
        all.tasks(),
        all.positiveClass(),
        all.features().stream().filter(plan -> plan.name().equals(FEATURE)).toList(),
        all.hasScore(),
        all.hasValue(),
        all.hasPredictedClass(),
        all.hasInterval(),
        all.nominalCoverage(),
        all.losses(),
        all.bins(),
        all.fineBins(),
        all.topCategories(),
        all.groups(),
        all.ranges(),
        List.of(),
        all.maxSegments(),
        all.entity(),
        all.window(),
        all.labels());
  }
}
