package dev.weir.stats.inference;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Evidence that the expected loss of a cohort is above the reference's by more than a tolerance.
 *
 * <p>0/1 losses use {@link TiltKernel} against a Clopper-Pearson bound, other losses in [0, 1] use
 * {@link EmpiricalBernsteinKernel} against a Maurer-Pontil bound; upper side only. The reference
 * must be labelled data that the model was not trained on. Asks what Podkopaev and Ramdas (2022)
 * ask, but forgets quiet windows.
 */
public final class HarmEvidence implements EvidencePlan {
  private static final double UNIT = 0x1p-30;
  private static final double UNIT_OF_SQUARES = 0x1p-60;
  private static final double LONG_RANGE = 0x1p64;

  /** Numbers of a window of a 0/1 loss: losses, labelled records. */
  private static final int ZERO_ONE = 2;

  /** Numbers of a window of a bounded loss: labelled records, two sums of 128 bits. */
  private static final int BOUNDED = 5;

  private final int length;
  private final double dispersion;
  private final AbsentLabels absentLabels;
  private final double[] upper;
  private final int[] live;

  private HarmEvidence(
      int length, Dispersion dispersion, AbsentLabels absentLabels, double[] upper) {
    this.length = length;
    this.dispersion = dispersion.of(0);
    this.absentLabels = absentLabels;
    this.upper = upper;
    boolean vacuous = Arrays.stream(upper).allMatch(TiltKernel::vacuous);
    this.live = IntStream.range(0, vacuous ? 0 : TiltKernel.RUNGS).toArray();
  }

  /**
   * The plan of a loss that is 0 or 1, such as the error rate.
   *
   * @param losses per season bucket, reference records with loss 1
   * @param totals per season bucket, labelled reference records
   */
  public static HarmEvidence zeroOne(
      long[] losses, long[] totals, EvidenceSettings settings, AbsentLabels absentLabels) {
    double d = settings.dispersion().of(0);
    double[] upper = new double[losses.length];
    for (int season = 0; season < losses.length; season++) {
      Counts.requirePart(losses[season], totals[season]);
      double level = settings.delta() / losses.length;
      upper[season] =
          DriftEvidence.upper(losses[season] / d, totals[season] / d, level, settings.tolerance());
    }
    return new HarmEvidence(ZERO_ONE, settings.dispersion(), absentLabels, upper);
  }

  /**
   * The plan of a loss scaled to [0, 1] by its declared maximum.
   *
   * @param totals per season bucket, labelled reference records
   * @param means per season bucket, mean scaled loss
   * @param variances per season bucket, its variance with divisor n - 1
   */
  public static HarmEvidence bounded(
      long[] totals,
      double[] means,
      double[] variances,
      EvidenceSettings settings,
      AbsentLabels absentLabels) {
    double d = settings.dispersion().of(0);
    double[] upper = new double[totals.length];
    for (int season = 0; season < totals.length; season++) {
      double level = settings.delta() / totals.length;
      upper[season] =
          MaurerPontil.upper(totals[season] / d, means[season], variances[season], level)
              + settings.tolerance();
    }
    return new HarmEvidence(BOUNDED, settings.dispersion(), absentLabels, upper);
  }

  /**
   * The counts of one window of a 0/1 loss.
   *
   * @param losses labelled records with loss 1
   * @param labelled labelled records
   * @param absent predictions without a label
   */
  public static WindowCounts zeroOneWindow(int season, long losses, long labelled, long absent) {
    Counts.requirePart(losses, labelled);
    return new WindowCounts(season, new long[] {losses, labelled}, absent);
  }

  /**
   * The sums of one window of a bounded loss, as 128-bit integers.
   *
   * @param labelled labelled records
   * @param sumHigh high half of the sum of losses, in units of 2^-30
   * @param sumLow low half, unsigned
   * @param squaresHigh high half of the sum of squares, in units of 2^-60
   * @param squaresLow low half, unsigned
   * @param absent predictions without a label
   */
  public static WindowCounts boundedWindow(
      int season,
      long labelled,
      long sumHigh,
      long sumLow,
      long squaresHigh,
      long squaresLow,
      long absent) {
    return new WindowCounts(
        season, new long[] {labelled, sumHigh, sumLow, squaresHigh, squaresLow}, absent);
  }

  /** Largest expected loss that the null allows, tolerance included; vacuous if not below 1. */
  public double upper(int season) {
    if (season >= upper.length) {
      throw new IllegalArgumentException("season " + season + " of " + upper.length);
    }
    return upper[season];
  }

  @Override
  public Optional<TypicalEvent> typicalEvent() {
    return Optional.of(new TypicalEvent(Double.NaN, upper(0)));
  }

  @Override
  public int components() {
    return TiltKernel.RUNGS;
  }

  @Override
  public int seasons() {
    return upper.length;
  }

  @Override
  public int[] liveComponents() {
    return live;
  }

  @Override
  public void logE(WindowCounts window, long[] out) {
    Counts.requireLength("a loss", window.counts(), length);
    double absent = (double) absentLabels.inDenominator(window.absent());
    double bound = upper(window.season());
    if (length == ZERO_ONE) {
      TiltKernel kernel = new TiltKernel(bound, Side.ABOVE);
      double sum = (double) window.count(0);
      double n = window.count(1) + absent;
      for (int rung = 0; rung < TiltKernel.RUNGS; rung++) {
        out[rung] = Nats.floor(kernel.logE(rung, sum, n) / dispersion);
      }
    } else {
      EmpiricalBernsteinKernel kernel = new EmpiricalBernsteinKernel(bound, Side.ABOVE);
      double n = window.count(0) + absent;
      double sum = wide(window.count(1), window.count(2)) * UNIT;
      double squares = wide(window.count(3), window.count(4)) * UNIT_OF_SQUARES;
      for (int rung = 0; rung < EmpiricalBernsteinKernel.RUNGS; rung++) {
        out[rung] = Nats.floor(kernel.logE(rung, n, sum, squares) / dispersion);
      }
    }
  }

  @Override
  public DispersionMeter newMeter() {
    return new DispersionMeter(1, seasons());
  }

  @Override
  public void measure(WindowCounts window, EventSums meter) {
    if (length == ZERO_ONE) {
      meter.add(window.season(), 0, (double) window.count(0), (double) window.count(1));
    } else {
      meter.add(
          window.season(),
          0,
          wide(window.count(1), window.count(2)) * UNIT,
          wide(window.count(3), window.count(4)) * UNIT_OF_SQUARES,
          (double) window.count(0));
    }
  }

  private static double wide(long high, long low) {
    double unsigned = low >= 0 ? (double) low : low + LONG_RANGE;
    return high * LONG_RANGE + unsigned;
  }

  /** One cell: the sum of the scaled losses of labelled records. */
  @Override
  public Optional<CellCounts> cells(WindowCounts window) {
    boolean zeroOne = length == ZERO_ONE;
    double sum = zeroOne ? (double) window.count(0) : wide(window.count(1), window.count(2)) * UNIT;
    double rows = (double) window.count(zeroOne ? 1 : 0);
    return Optional.of(new CellCounts(window.season(), new double[] {sum}, rows));
  }

  @Override
  public Component describe(int component) {
    return new Component(EventKind.LOSS, 0, 0, Side.ABOVE, component);
  }
}
