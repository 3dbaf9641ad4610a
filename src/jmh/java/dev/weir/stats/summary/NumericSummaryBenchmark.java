package dev.weir.stats.summary;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
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

/**
 * What one event costs a source subtask: a record of twenty numeric features enters its summaries.
 * The score is records per second of one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class NumericSummaryBenchmark {
  private static final int FEATURES = 20;
  private static final int REFERENCE = 100_000;

  /** A power of two, larger than what a branch predictor learns by heart. */
  private static final int RECORDS = 1 << 14;

  private final NumericSummary[] window = new NumericSummary[FEATURES];
  private final NumericSummary[] pane = new NumericSummary[FEATURES];
  private final double[][] records = new double[RECORDS][FEATURES];
  private int next;

  /** Skewed features, as amounts and delays are; the seed is literal. */
  @Setup
  public void prepare() {
    SplittableRandom random = new SplittableRandom(20_240_101L);
    for (int feature = 0; feature < FEATURES; feature++) {
      double[] reference = new double[REFERENCE];
      Arrays.setAll(reference, i -> skewed(random));
      Arrays.sort(reference);
      NumericLayout layout = NumericLayout.of(reference);
      window[feature] = new NumericSummary(layout);
      pane[feature] = new NumericSummary(layout);
    }
    for (double[] record : records) {
      Arrays.setAll(record, i -> skewed(random));
    }
    for (double[] record : records) {
      addTo(pane, record);
    }
  }

  /** One record into the summaries of its pane. */
  @Benchmark
  public void add() {
    addTo(window, records[next++ & (RECORDS - 1)]);
  }

  /** One pane into its window. */
  @Benchmark
  public void merge() {
    for (int feature = 0; feature < FEATURES; feature++) {
      window[feature].merge(pane[feature]);
    }
  }

  /** The bytes of one pane, as they cross the network. */
  @Benchmark
  public int encode() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (NumericSummary summary : pane) {
        summary.encode(out);
      }
    }
    return bytes.size();
  }

  private static void addTo(NumericSummary[] summaries, double[] record) {
    for (int feature = 0; feature < FEATURES; feature++) {
      summaries[feature].add(record[feature]);
    }
  }

  private static double skewed(SplittableRandom random) {
    return -StrictMath.log(1 - random.nextDouble()) * 100;
  }
}
