package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.apache.commons.math3.special.Gamma;

/**
 * Bayesian online change points: how long ago the current regime most probably began. A localiser,
 * not an alarm.
 *
 * <p>Values, standardised by the reference, are normal with unknown mean and variance (normal
 * inverse-gamma prior mu 0, kappa 1, alpha .1, beta .01) and the regime ends at each step with
 * probability 1/250. Only the 200 most probable run lengths are kept and renormalised, so memory is
 * bounded. Source: Adams and MacKay (2007).
 *
 * <p>Mutable. Encoded: format byte, prior, then per kept run its length, probability, mean and
 * beta.
 */
public final class BayesianOnlineChangePoint {
  private static final int MOST_RUNS = 200;

  /** Lengths whose gamma functions are kept: at every step there is a run of most short lengths. */
  private static final int TABLED = 1 << 12;

  /**
   * What is believed of a regime before its first value.
   *
   * @param hazard probability that a regime ends at a step, in (0, 1)
   * @param mu prior mean
   * @param kappa how many values the prior mean is worth
   * @param alpha shape of the variance
   * @param beta scale of the variance
   */
  public record Prior(double hazard, double mu, double kappa, double alpha, double beta) {
    /** The prior for values standardised by the reference. */
    public static final Prior STANDARD = new Prior(1.0 / 250, 0, 1, 0.1, 0.01);
  }

  private final Prior prior;
  private long[] lengths = {0};
  private double[] probabilities = {1};
  private double[] means;
  private double[] betas;

  /** By length; NaN: not asked for yet. */
  private double[] gammaRatios = {};

  /** With {@link Prior#STANDARD}. */
  public BayesianOnlineChangePoint() {
    this(Prior.STANDARD);
  }

  /** With another prior. */
  public BayesianOnlineChangePoint(Prior prior) {
    this.prior = prior;
    this.means = new double[] {prior.mu()};
    this.betas = new double[] {prior.beta()};
  }

  /** Takes in the next value. */
  public void update(double value) {
    int runs = lengths.length;
    long[] nextLengths = new long[runs + 1];
    double[] nextProbabilities = new double[runs + 1];
    double[] nextMeans = new double[runs + 1];
    double[] nextBetas = new double[runs + 1];
    nextMeans[0] = prior.mu();
    nextBetas[0] = prior.beta();
    double ended = 0;
    double all = 0;
    for (int run = 0; run < runs; run++) {
      double kappa = prior.kappa() + lengths[run];
      double joint = probabilities[run] * predictive(run, value);
      ended += joint * prior.hazard();
      all += joint;
      nextProbabilities[run + 1] = joint * (1 - prior.hazard());
      nextLengths[run + 1] = lengths[run] + 1;
      nextMeans[run + 1] = (kappa * means[run] + value) / (kappa + 1);
      double gap = value - means[run];
      nextBetas[run + 1] = betas[run] + kappa * gap * gap / (2 * (kappa + 1));
    }
    nextProbabilities[0] = ended;
    if (!(all > 0)) {
      // No run explains the value at all: the regime began here.
      keep(new int[] {0}, nextLengths, new double[] {1}, nextMeans, nextBetas);
      return;
    }
    keep(mostProbable(nextProbabilities), nextLengths, nextProbabilities, nextMeans, nextBetas);
  }

  /** Student's t with 2 alpha degrees of freedom, scale^2 = beta (kappa + 1)/(alpha kappa). */
  private double predictive(int run, double value) {
    double kappa = prior.kappa() + lengths[run];
    double alpha = prior.alpha() + lengths[run] / 2.0;
    double scale = betas[run] * (kappa + 1) / (alpha * kappa);
    double gap = value - means[run];
    double log =
        gammaRatio(lengths[run], alpha)
            - StrictMath.log(2 * alpha * StrictMath.PI * scale) / 2
            - (alpha + 0.5) * StrictMath.log1p(gap * gap / (2 * alpha * scale));
    return StrictMath.exp(log);
  }

  /** ln(gamma(alpha + 1/2) / gamma(alpha)), which the length of the run determines. */
  private double gammaRatio(long length, double alpha) {
    if (length >= TABLED) {
      return Gamma.logGamma(alpha + 0.5) - Gamma.logGamma(alpha);
    }
    int index = (int) length;
    if (index >= gammaRatios.length) {
      int known = gammaRatios.length;
      gammaRatios = Arrays.copyOf(gammaRatios, Math.min(TABLED, Math.max(index + 1, 2 * known)));
      Arrays.fill(gammaRatios, known, gammaRatios.length, Double.NaN);
    }
    if (Double.isNaN(gammaRatios[index])) {
      gammaRatios[index] = Gamma.logGamma(alpha + 0.5) - Gamma.logGamma(alpha);
    }
    return gammaRatios[index];
  }

  /** All but the least probable if there is one too many: of equal ones the longest run goes. */
  private static int[] mostProbable(double[] probabilities) {
    int least = probabilities.length;
    if (probabilities.length > MOST_RUNS) {
      least = 0;
      for (int run = 1; run < probabilities.length; run++) {
        least = probabilities[run] <= probabilities[least] ? run : least;
      }
    }
    int[] kept = new int[Math.min(probabilities.length, MOST_RUNS)];
    for (int slot = 0; slot < kept.length; slot++) {
      kept[slot] = slot < least ? slot : slot + 1;
    }
    return kept;
  }

  private void keep(
      int[] kept, long[] ofLength, double[] ofProbability, double[] ofMean, double[] ofBeta) {
    double sum = 0;
    for (int run : kept) {
      sum += ofProbability[run];
    }
    lengths = new long[kept.length];
    probabilities = new double[kept.length];
    means = new double[kept.length];
    betas = new double[kept.length];
    for (int slot = 0; slot < kept.length; slot++) {
      lengths[slot] = ofLength[kept[slot]];
      probabilities[slot] = ofProbability[kept[slot]] / sum;
      means[slot] = ofMean[kept[slot]];
      betas[slot] = ofBeta[kept[slot]];
    }
  }

  /** Values since the most probable start of the current regime; the shorter one on a tie. */
  public long mostProbableRunLength() {
    int best = 0;
    for (int run = 1; run < lengths.length; run++) {
      if (probabilities[run] > probabilities[best]) {
        best = run;
      }
    }
    return lengths[best];
  }

  /** Probability of a run length; 0 if it is not kept. */
  public double probability(long length) {
    for (int run = 0; run < lengths.length; run++) {
      if (lengths[run] == length) {
        return probabilities[run];
      }
    }
    return 0;
  }

  /** Writes the state; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    Format.write(out);
    out.writeDouble(prior.hazard());
    out.writeDouble(prior.mu());
    out.writeDouble(prior.kappa());
    out.writeDouble(prior.alpha());
    out.writeDouble(prior.beta());
    out.writeInt(lengths.length);
    for (int run = 0; run < lengths.length; run++) {
      out.writeLong(lengths[run]);
      out.writeDouble(probabilities[run]);
      out.writeDouble(means[run]);
      out.writeDouble(betas[run]);
    }
  }

  /** Reads a state written by {@link #encode}. */
  public static BayesianOnlineChangePoint decode(DataInput in) throws IOException {
    Format.require("change points", in);
    Prior prior =
        new Prior(
            in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
    BayesianOnlineChangePoint read = new BayesianOnlineChangePoint(prior);
    int runs = Format.readLength(in, MOST_RUNS);
    read.lengths = new long[runs];
    read.probabilities = new double[runs];
    read.means = new double[runs];
    read.betas = new double[runs];
    for (int run = 0; run < runs; run++) {
      read.lengths[run] = in.readLong();
      read.probabilities[run] = in.readDouble();
      read.means[run] = in.readDouble();
      read.betas[run] = in.readDouble();
    }
    return read;
  }
}
