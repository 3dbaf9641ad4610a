package dev.weir.stats;

import static dev.weir.stats.GoldenCase.doubles;

import java.util.Arrays;
import java.util.Map;
import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Gamma;

/**
 * Constructions that the product considered and does not use. They are computed here, so that their
 * vectors stay checked and the comparison with the constructions in use stays possible.
 */
final class CrossCheckGolden implements GoldenFunctions {
  @Override
  public void register(GoldenRegistry registry) {
    registry.compute("beta_binomial_log_e", CrossCheckGolden::betaBinomial);
    registry.compute("dirichlet_multinomial_log_e", CrossCheckGolden::dirichletMultinomial);
    registry.compute("likelihood_region_log_e", CrossCheckGolden::likelihoodRegion);
  }

  /** Two-sided beta mixture against the sharp null p = q (Howard et al. 2021). */
  private static Object betaBinomial(GoldenCase golden) {
    double k = golden.inputs().path("k").asDouble();
    double n = golden.inputs().path("n").asDouble();
    double q = golden.params().path("q").asDouble();
    double a = golden.params().path("a").asDouble();
    double b = golden.params().path("b").asDouble();
    return Beta.logBeta(a + k, b + n - k)
        - Beta.logBeta(a, b)
        - k * Math.log(q)
        - (n - k) * Math.log1p(-q);
  }

  /** Dirichlet mixture against a known distribution (Lindon and Malek 2022). */
  private static Object dirichletMultinomial(GoldenCase golden) {
    double[] counts = doubles(golden.inputs().path("counts"));
    return logMarginal(counts, doubles(golden.params().path("prior")))
        - logLikelihood(counts, doubles(golden.inputs().path("p0")));
  }

  /** The same against every distribution that the reference does not rule out. */
  private static Object likelihoodRegion(GoldenCase golden) {
    double[] reference = doubles(golden.inputs().path("reference"));
    double[] counts = doubles(golden.inputs().path("counts"));
    double m = Arrays.stream(reference).sum();
    double kappa = golden.params().path("kappa").asDouble();
    double[] prior =
        Arrays.stream(reference)
            .map(r -> kappa * (r + 0.5) / (m + reference.length / 2.0))
            .toArray();
    double[] half = new double[reference.length];
    Arrays.fill(half, 0.5);
    double marginal = logMarginal(reference, half);
    double least = marginal + Math.log(golden.params().path("delta").asDouble());
    double supremum = logLikelihood(counts, nearest(reference, counts, least));
    return Map.of(
        "log_marginal_reference",
        marginal,
        "log_sup",
        supremum,
        "log_e",
        logMarginal(counts, prior) - supremum);
  }

  /** The point of the region most likely for the counts: a mixture of both empirical shares. */
  private static double[] nearest(double[] reference, double[] counts, double least) {
    if (logLikelihood(reference, mixture(reference, counts, 0)) >= least) {
      return mixture(reference, counts, 0);
    }
    double low = 0;
    double high = 1e6;
    for (int step = 0; step < 200; step++) {
      double middle = (low + high) / 2;
      if (logLikelihood(reference, mixture(reference, counts, middle)) >= least) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return mixture(reference, counts, high);
  }

  private static double[] mixture(double[] reference, double[] counts, double weight) {
    double total = Arrays.stream(counts).sum() + weight * Arrays.stream(reference).sum();
    double[] shares = new double[counts.length];
    Arrays.setAll(shares, k -> (counts[k] + weight * reference[k]) / total);
    return shares;
  }

  private static double logLikelihood(double[] counts, double[] shares) {
    double sum = 0;
    for (int k = 0; k < counts.length; k++) {
      sum += counts[k] == 0 ? 0 : counts[k] * Math.log(shares[k]);
    }
    return sum;
  }

  private static double logMarginal(double[] counts, double[] prior) {
    double strength = Arrays.stream(prior).sum();
    double sum = Gamma.logGamma(strength) - Gamma.logGamma(strength + Arrays.stream(counts).sum());
    for (int k = 0; k < counts.length; k++) {
      sum += Gamma.logGamma(prior[k] + counts[k]) - Gamma.logGamma(prior[k]);
    }
    return sum;
  }
}
