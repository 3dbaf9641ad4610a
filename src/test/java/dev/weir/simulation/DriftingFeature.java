package dev.weir.simulation;

import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidenceSettings;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * A normal feature that moves away from its reference.
 *
 * @param rows of the reference
 * @param n records in a window
 * @param before the distribution before the change
 * @param after the distribution, from the windows since the change
 */
record DriftingFeature(Row row, int rows, int bins, int n, Shape before, IntFunction<Shape> after)
    implements Scenario {
  static final EvidenceSettings SETTINGS = new EvidenceSettings(0.02, 1e-4);

  /** A normal distribution. */
  record Shape(double mean, double deviation) {
    static final Shape STANDARD = new Shape(0, 1);
  }

  /** One that has its reference's distribution until it jumps. */
  static DriftingFeature jump(Row row, int rows, int bins, int n, double mean, double deviation) {
    Shape shape = new Shape(mean, deviation);
    return new DriftingFeature(row, rows, bins, n, Shape.STANDARD, since -> shape);
  }

  /** One that is somewhere else from the start and stays there. */
  static DriftingFeature constant(Row row, int rows, int bins, int n, double mean) {
    Shape shape = new Shape(mean, 1);
    return new DriftingFeature(row, rows, bins, n, shape, since -> shape);
  }

  @Override
  public void draw(SplittableRandom random, Run run) {
    NormalFeature feature = new NormalFeature(rows, bins, random);
    Evidence weir =
        Evidence.hourly(DriftEvidence.numeric(new long[][] {feature.reference()}, SETTINGS));
    Naive naive = new Naive(feature.reference());
    Shape drawn = null;
    Shares shares = null;
    for (int window = 0; window < row.windows(); window++) {
      Shape shape = window < row.before() ? before : after.apply(window - row.before());
      if (shares == null || !shape.equals(drawn)) {
        shares = feature.shares(shape.mean(), shape.deviation());
        drawn = shape;
      }
      int[] records = shares.records(n, random);
      run.watch(
          Watcher.WEIR,
          window,
          weir.alarms(DriftEvidence.window(0, Shares.count(records, bins)), window));
      naive.watch(run, window, records);
    }
  }
}
