package dev.weir.stats.inference;

/**
 * Evidence that the positive rate in some score bin left the reference's: calibration judged
 * against the reference instead of the score. Ten events of one series, both sides, bounds as for
 * rates.
 *
 * <p>Sensitive to score drift inside a bin.
 */
public final class ReliabilityEvidence implements EvidencePlan {
  private final AbsentLabels absentLabels;
  private final BernoulliEvents bounds;
  private final int bins;

  private ReliabilityEvidence(AbsentLabels absentLabels, BernoulliEvents bounds, int bins) {
    this.absentLabels = absentLabels;
    this.bounds = bounds;
    this.bins = bins;
  }

  /**
   * The plan, with bounds at {@code delta / (2 E H)}, E score bins, H season buckets.
   *
   * @param negatives reference records of the negative class per season bucket and score bin
   * @param positives of the positive class
   */
  public static ReliabilityEvidence of(
      long[][] negatives,
      long[][] positives,
      EvidenceSettings settings,
      AbsentLabels absentLabels) {
    int bins = negatives[0].length;
    double level = settings.delta() / (2.0 * bins * negatives.length);
    double[][] lower = new double[negatives.length][bins];
    double[][] upper = new double[negatives.length][bins];
    for (int season = 0; season < negatives.length; season++) {
      for (int bin = 0; bin < bins; bin++) {
        double d = settings.dispersion().of(bin);
        double k = positives[season][bin] / d;
        double m = (positives[season][bin] + negatives[season][bin]) / d;
        upper[season][bin] = DriftEvidence.upper(k, m, level, settings.tolerance());
        lower[season][bin] = DriftEvidence.lower(k, m, level, settings.tolerance());
      }
    }
    return new ReliabilityEvidence(
        absentLabels, new BernoulliEvents(lower, upper, settings.dispersion()), bins);
  }

  /**
   * The counts of one window, per score bin.
   *
   * @param negatives records of the negative class
   * @param positives records of the positive class
   * @param absent predictions without a label
   */
  public static WindowCounts window(int season, long[] negatives, long[] positives, long[] absent) {
    int bins = negatives.length;
    Counts.requireLength("positives", positives, bins);
    Counts.requireLength("absent labels", absent, bins);
    long[] counts = new long[3 * bins];
    System.arraycopy(negatives, 0, counts, 0, bins);
    System.arraycopy(positives, 0, counts, bins, bins);
    System.arraycopy(absent, 0, counts, 2 * bins, bins);
    return new WindowCounts(season, counts, 0);
  }

  /** Lower bound of the positive rate in a score bin, tolerance taken off. */
  public double lower(int season, int bin) {
    return bounds.lower(season, bin);
  }

  /** Upper bound of the positive rate in a score bin, tolerance included. */
  public double upper(int season, int bin) {
    return bounds.upper(season, bin);
  }

  @Override
  public int components() {
    return bounds.components();
  }

  @Override
  public int seasons() {
    return bounds.seasons();
  }

  @Override
  public int[] liveComponents() {
    return bounds.liveComponents();
  }

  @Override
  public void logE(WindowCounts window, long[] out) {
    Counts.requireLength("calibration", window.counts(), 3 * bins);
    for (int bin = 0; bin < bins; bin++) {
      double negatives = (double) window.count(bin);
      double positives = (double) window.count(bins + bin);
      double absent = (double) absentLabels.inDenominator(window.count(2 * bins + bin));
      double sure = absentLabels == AbsentLabels.POSITIVE ? positives + absent : positives;
      double possible = absentLabels == AbsentLabels.NEGATIVE ? positives : positives + absent;
      bounds.logE(window.season(), bin, sure, possible, negatives + positives + absent, out);
    }
  }

  @Override
  public DispersionMeter newMeter() {
    return new DispersionMeter(bins, seasons());
  }

  @Override
  public void measure(WindowCounts window, EventSums meter) {
    for (int bin = 0; bin < bins; bin++) {
      double positives = (double) window.count(bins + bin);
      meter.add(window.season(), bin, positives, positives + window.count(bin));
    }
  }

  @Override
  public Component describe(int component) {
    int bin = component / BernoulliEvents.PER_EVENT;
    return new Component(
        EventKind.POSITIVE_IN_BIN,
        bin,
        bin,
        BernoulliEvents.side(component),
        BernoulliEvents.rung(component));
  }
}
