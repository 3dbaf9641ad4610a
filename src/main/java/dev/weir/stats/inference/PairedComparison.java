package dev.weir.stats.inference;

/**
 * Champion A against challenger B on the same predictions, with a verdict that holds however often
 * one looks: the probability of ever declaring the wrong winner is at most alpha (Ville 1939).
 *
 * @param logEvidenceForChallenger nats for "B has the smaller loss"
 * @param logEvidenceForChampion nats for "A has the smaller loss"
 */
public record PairedComparison(double logEvidenceForChallenger, double logEvidenceForChampion) {
  /** What to do with the challenger. */
  public enum Verdict {
    /** The challenger is better. */
    PROMOTE,
    /** The champion is better. */
    KEEP,
    /** Neither is shown yet. */
    UNDECIDED
  }

  /**
   * For 0/1 losses: a sign test on the predictions on which the two differ.
   *
   * @param challengerBetter how often only the challenger was right; a fraction where records count
   *     as less than one
   * @param championBetter how often only the champion was right
   */
  public static PairedComparison ofSigns(double challengerBetter, double championBetter) {
    double n = challengerBetter + championBetter;
    TiltKernel half = new TiltKernel(0.5, Side.ABOVE);
    double[] challenger = new double[TiltKernel.RUNGS];
    double[] champion = new double[TiltKernel.RUNGS];
    for (int rung = 0; rung < TiltKernel.RUNGS; rung++) {
      challenger[rung] = half.logE(rung, challengerBetter, n);
      champion[rung] = half.logE(rung, championBetter, n);
    }
    return new PairedComparison(LogMeanExp.of(challenger), LogMeanExp.of(champion));
  }

  /**
   * For other losses: from the sums of d = loss of A - loss of B, each in [-1, 1].
   *
   * @param sum sum of d
   * @param sumOfSquares sum of d^2
   */
  public static PairedComparison ofSums(double sum, double sumOfSquares) {
    double[] challenger = new double[EmpiricalBernsteinKernel.RUNGS];
    double[] champion = new double[EmpiricalBernsteinKernel.RUNGS];
    for (int rung = 0; rung < EmpiricalBernsteinKernel.RUNGS; rung++) {
      double stake = EmpiricalBernsteinKernel.stake(rung);
      double price = (StrictMath.log1p(-stake) + stake) * sumOfSquares;
      challenger[rung] = stake * sum + price;
      champion[rung] = price - stake * sum;
    }
    return new PairedComparison(LogMeanExp.of(challenger), LogMeanExp.of(champion));
  }

  /** The verdict at error alpha: a side wins with evidence of at least ln(2/alpha). */
  public Verdict verdict(double alpha) {
    double needed = StrictMath.log(2 / alpha);
    if (logEvidenceForChallenger >= needed) {
      return Verdict.PROMOTE;
    }
    return logEvidenceForChampion >= needed ? Verdict.KEEP : Verdict.UNDECIDED;
  }

  /**
   * The interval of the mean difference to show beside the verdict, valid at all times: a normal
   * mixture with one unit of variance per record. Source: Howard et al. (2021).
   *
   * @param meanDifference mean of d
   * @param n number of predictions, above 0
   * @param tightestAt the n at which it should be tightest, usually 2000
   */
  public static Interval interval(
      double meanDifference, double n, double alpha, double tightestAt) {
    NormalMixture mixture = NormalMixture.tightestAt(tightestAt, alpha);
    double half = mixture.bound(n, alpha) / n;
    return new Interval(meanDifference - half, meanDifference + half);
  }
}
