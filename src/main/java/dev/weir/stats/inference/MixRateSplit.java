package dev.weir.stats.inference;

/**
 * A change of mean risk split into what the mix of records did and what the risk within cells did;
 * exact: {@code mix + rate = total}. Source: Kitagawa (1955).
 *
 * @param mix part due to other shares of the cells
 * @param rate part due to other risks inside the cells
 * @param borrowed cells empty on one side, which took the other side's risk
 */
public record MixRateSplit(double mix, double rate, int borrowed) {
  /**
   * Splits the change of the mean of a 0/1 (or scaled) risk between reference and current window.
   *
   * @param reference records per cell (score bin x segment) in the reference
   * @param referenceLoss sum of the risk per cell
   * @param current records per cell in the window
   * @param currentLoss sum of the risk per cell
   */
  public static MixRateSplit of(
      double[] reference, double[] referenceLoss, double[] current, double[] currentLoss) {
    double m = sum(reference);
    double n = sum(current);
    double mix = 0;
    double rate = 0;
    int borrowed = 0;
    for (int cell = 0; cell < reference.length; cell++) {
      if (reference[cell] == 0 && current[cell] == 0) {
        continue;
      }
      boolean onOneSide = reference[cell] == 0 || current[cell] == 0;
      borrowed += onOneSide ? 1 : 0;
      double p = reference[cell] / m;
      double q = current[cell] / n;
      double riskThen =
          reference[cell] == 0
              ? currentLoss[cell] / current[cell]
              : referenceLoss[cell] / reference[cell];
      double riskNow = current[cell] == 0 ? riskThen : currentLoss[cell] / current[cell];
      mix += (q - p) * (riskThen + riskNow) / 2;
      rate += (p + q) / 2 * (riskNow - riskThen);
    }
    return new MixRateSplit(mix, rate, borrowed);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** The whole change of the mean risk. */
  public double total() {
    return mix + rate;
  }
}
