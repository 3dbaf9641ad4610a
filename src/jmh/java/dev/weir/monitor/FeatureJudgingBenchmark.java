package dev.weir.monitor;

import dev.weir.baseline.Against;
import dev.weir.baseline.Baseline;
import dev.weir.baseline.Column;
import dev.weir.baseline.ColumnSummary;
import dev.weir.baseline.Flights;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.ReferenceRow;
import dev.weir.stats.divergence.Comparison;
import dev.weir.stats.divergence.Divergence;
import dev.weir.stats.divergence.Divergences;
import dev.weir.stats.inference.CusumState;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.EvidenceReading;
import dev.weir.stats.inference.WindowCounts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * What it costs to judge one window of one numeric feature: a day of 1,640 flights, 32 coarse and
 * 256 fine bins, against 22,970 reference rows. The score is microseconds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FeatureJudgingBenchmark {
  private static final String FEATURE = "distance";
  private static final int ROWS = 1640;

  private ColumnSummary reference;
  private ColumnSummary current;
  private JudgedSeries series;
  private EvidencePlan plan;
  private WindowCounts window;
  private CusumState state = new CusumState();
  private long start;

  /** Profiles the reference of the quick start and one day of it. */
  @Setup
  public void prepare() {
    List<ReferenceRow> rows = Flights.rows();
    Baseline baseline = Flights.baseline();
    ProfileSummary day = new ProfileSummary(baseline.profileLayout(Flights.settings()));
    rows.subList(0, ROWS).forEach(row -> day.addFeatures(row.features()));
    series =
        JudgedSeries.of(
            new JudgeSettings(
                Flights.settings(),
                Settings.flights(),
                Map.of(),
                0.01,
                Optional.of(1.0),
                1000,
                Against.BASELINE,
                "cafe"),
            baseline);
    for (int i = 0; i < day.layout().features(); i++) {
      if (day.layout().columns().get(i).name().equals(FEATURE)) {
        current = day.column(i);
      }
    }
    reference = baseline.reference(FEATURE, Column.Role.FEATURE, null).orElseThrow().summary();
    plan = series.find("drift", "total_variation", FEATURE, null).orElseThrow().plan();
    window = DriftEvidence.window(0, current.numbers().coarseCounts());
  }

  /** Every distance of the catalogue. */
  @Benchmark
  public void distances(Blackhole hole) {
    Comparison comparison = Comparison.of(reference.numbers(), current.numbers());
    for (Divergence divergence : Divergences.all()) {
      hole.consume(divergence.between(comparison));
    }
  }

  /** The evidence of the window, folded into the series: 63 events, 1008 components. */
  @Benchmark
  public EvidenceReading evidence() {
    return state.fold(plan, window, start++);
  }

  /** Both. */
  @Benchmark
  public EvidenceReading distancesAndEvidence(Blackhole hole) {
    distances(hole);
    return evidence();
  }

  /** The same as the product does it: findings with verdicts, histogram and encoded counts. */
  @Benchmark
  public EvidenceReading findingsAndEvidence(Blackhole hole) {
    Report report =
        new Report(
            new DriftMonitor(),
            Settings.COMMON,
            series,
            new Report.Place(
                new WindowContext("*", null, 0, 86_400_000, 86_400_000, 0, true),
                Report.Labelling.NONE,
                null,
                null,
                null,
                null));
    DriftMonitor.report(current, List.of(), report);
    hole.consume(report.findings());
    return evidence();
  }
}
