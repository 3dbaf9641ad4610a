package dev.weir.stats.inference;

import dev.weir.stats.summary.ScoreLayout;
import java.util.stream.IntStream;

/**
 * Evidence that scores are not the probabilities they claim to be, by more than a tolerance
 * somewhere on the scale.
 *
 * <p>Twelve alternatives "the true logit is a + s times the score's logit" are tested on the class
 * histogram of 1024 bins, equal in logit from -8 to 8. Guarantee: each component is the log of an
 * e-value if in every bin the positive rate is within the tolerance of the score. The leading
 * alternative names the fault: a above 0 under-predicts, s below 1 is over-confident, s above 1 is
 * under-confident. Sources: Cox (1958); Arnold, Henzi and Ziegel (2023).
 */
public final class CalibrationEvidence implements EvidencePlan {
  /** Bins of the class histogram. */
  public static final int BINS = ScoreLayout.LOGIT_BINS;

  private static final double[] SHIFTS = {-.8, -.4, -.2, -.1, .1, .2, .4, .8, 0, 0, 0, 0};
  private static final double[] SLOPES = {1, 1, 1, 1, 1, 1, 1, 1, .5, .7, 1.4, 2};

  private final int seasons;
  private final double dispersion;
  private final AbsentLabels absentLabels;
  private final double[][] ofPositive = new double[SHIFTS.length][BINS];
  private final double[][] ofNegative = new double[SHIFTS.length][BINS];
  private final boolean[][] upward = new boolean[SHIFTS.length][BINS];
  private final int[] live;

  /**
   * A plan against the score itself; it needs no reference.
   *
   * @param tolerance how far the positive rate may be from the score, in probability
   * @param seasons number of season buckets of the series; the evidence is the same in all
   * @param dispersion of event 0 for all alternatives
   */
  public CalibrationEvidence(
      double tolerance, int seasons, Dispersion dispersion, AbsentLabels absentLabels) {
    this.seasons = seasons;
    this.dispersion = dispersion.of(0);
    this.absentLabels = absentLabels;
    this.live =
        IntStream.range(0, SHIFTS.length).filter(number -> fill(number, tolerance)).toArray();
  }

  private boolean fill(int alternative, double tolerance) {
    boolean any = false;
    for (int bin = 0; bin < BINS; bin++) {
      any |= fill(alternative, bin, tolerance);
    }
    return any;
  }

  private boolean fill(int alternative, int bin, double tolerance) {
    double logit = ScoreLayout.logitBinCentre(bin);
    double a = SHIFTS[alternative];
    double s = SLOPES[alternative];
    boolean up = a + (s - 1) * logit > 0;
    double claimed = sigmoid(a + s * logit);
    double allowed =
        up
            ? Math.min(ScoreLayout.logitBinHigh(bin) + tolerance, 1)
            : Math.max(ScoreLayout.logitBinLow(bin) - tolerance, 0);
    upward[alternative][bin] = up;
    if (up ? claimed <= allowed : claimed >= allowed) {
      return false;
    }
    ofPositive[alternative][bin] = StrictMath.log(claimed / allowed);
    ofNegative[alternative][bin] = StrictMath.log((1 - claimed) / (1 - allowed));
    return true;
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + StrictMath.exp(-logit));
  }

  /**
   * The counts of one window, per bin of the class histogram.
   *
   * @param negatives records of the negative class
   * @param positives records of the positive class
   * @param absent predictions without a label
   */
  public static WindowCounts window(int season, long[] negatives, long[] positives, long[] absent) {
    Counts.requireLength("negatives", negatives, BINS);
    Counts.requireLength("positives", positives, BINS);
    Counts.requireLength("absent labels", absent, BINS);
    long[] counts = new long[3 * BINS];
    System.arraycopy(negatives, 0, counts, 0, BINS);
    System.arraycopy(positives, 0, counts, BINS, BINS);
    System.arraycopy(absent, 0, counts, 2 * BINS, BINS);
    return new WindowCounts(season, counts, 0);
  }

  /** Shift in logits of an alternative. */
  public static double shift(int alternative) {
    return SHIFTS[alternative];
  }

  /** Slope of an alternative. */
  public static double slope(int alternative) {
    return SLOPES[alternative];
  }

  @Override
  public int components() {
    return SHIFTS.length;
  }

  @Override
  public int seasons() {
    return seasons;
  }

  @Override
  public int[] liveComponents() {
    return live;
  }

  @Override
  public void logE(WindowCounts window, long[] out) {
    Counts.requireLength("calibration", window.counts(), 3 * BINS);
    for (int alternative = 0; alternative < SHIFTS.length; alternative++) {
      double sum = 0;
      for (int bin = 0; bin < BINS; bin++) {
        long negatives = window.count(bin);
        long positives = window.count(BINS + bin);
        long absent = window.count(2 * BINS + bin);
        if (absent != 0 && absentLabels != AbsentLabels.MISSING_AT_RANDOM) {
          if (asNegative(upward[alternative][bin])) {
            negatives += absent;
          } else {
            positives += absent;
          }
        }
        sum += positives * ofPositive[alternative][bin] + negatives * ofNegative[alternative][bin];
      }
      out[alternative] = Nats.floor(sum / dispersion);
    }
  }

  @Override
  public DispersionMeter newMeter() {
    return new DispersionMeter(1, seasons);
  }

  /**
   * Measured is by how much the positives of a window scatter about what their scores promise, in
   * units of the promised variance: a fault that is the same in all windows is no dispersion.
   */
  @Override
  public void measure(WindowCounts window, EventSums meter) {
    double surplus = 0;
    double variance = 0;
    for (int bin = 0; bin < BINS; bin++) {
      double promised = sigmoid(ScoreLayout.logitBinCentre(bin));
      double n = (double) (window.count(bin) + window.count(BINS + bin));
      surplus += window.count(BINS + bin) - n * promised;
      variance += n * promised * (1 - promised);
    }
    meter.add(window.season(), 0, surplus, variance, variance);
  }

  private boolean asNegative(boolean up) {
    return absentLabels == AbsentLabels.CENSORED ? up : absentLabels == AbsentLabels.NEGATIVE;
  }

  @Override
  public Component describe(int component) {
    return new Component(EventKind.MISCALIBRATION, component, component, null, 0);
  }
}
