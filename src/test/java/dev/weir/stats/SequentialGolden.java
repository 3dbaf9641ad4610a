package dev.weir.stats;

import static dev.weir.stats.GoldenCase.doubles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.stats.sequential.AdaptiveConformal;
import dev.weir.stats.sequential.Adwin;
import dev.weir.stats.sequential.BayesianOnlineChangePoint;
import dev.weir.stats.sequential.BettingWealth;
import dev.weir.stats.sequential.ChangeDetector;
import dev.weir.stats.sequential.ChangeDetector.Signal;
import dev.weir.stats.sequential.DriftDetectionMethod;
import dev.weir.stats.sequential.DynamicallyTunedConformal;
import dev.weir.stats.sequential.PageHinkley;
import dev.weir.stats.sequential.SimpleJumper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Golden functions of {@code stats.sequential}. */
final class SequentialGolden implements GoldenFunctions {
  @Override
  public void register(GoldenRegistry registry) {
    registry.compute("ADWIN", SequentialGolden::adwin);
    registry.compute("PageHinkley", SequentialGolden::pageHinkley);
    registry.compute("PageHinkley_two_counts", SequentialGolden::pageHinkley);
    registry.compute("SKM_PageHinkley", SequentialGolden::pageHinkley);
    registry.compute("DDM", SequentialGolden::ddm);
    registry.compute("SKM_DDM", SequentialGolden::ddm);
    registry.compute("MOA_DDM", SequentialGolden::ddm);
    registry.compute("FROUROS_DDM", SequentialGolden::ddm);
    registry.compute("BOCPD_student_t", SequentialGolden::changePoint);
    registry.compute("betting_wealth", SequentialGolden::betting);
    registry.compute("simple_jumper", SequentialGolden::jumper);
    registry.compute("dtaci_eta", SequentialGolden::learningRate);
    registry.compute("dtaci", SequentialGolden::tuned);
    registry.compute("aci_delayed", SequentialGolden::delayed);
    registry.compute("aci_windowed", SequentialGolden::windowed);
  }

  private static Object adwin(GoldenCase golden) {
    if (golden.id().contains("2022")) {
      throw new OtherVariant("an older release that skips a bucket; the newer one is followed");
    }
    requireOurs(golden, Map.of("clock", 32.0, "max_buckets", 5.0, "min_window_length", 5.0));
    return changes(golden, new Adwin(golden.params().path("delta").asDouble()));
  }

  private static Object pageHinkley(GoldenCase golden) {
    JsonNode params = golden.params();
    if (!params.has("threshold")) {
      throw new OtherVariant("frouros forgets the smallest sum too; river's rule is followed");
    }
    requireOurs(golden, Map.of("alpha", 0.9999));
    return changes(
        golden,
        new PageHinkley(
            params.path("delta").asDouble(),
            params.path("threshold").asDouble(),
            params.path("min_instances").asLong()));
  }

  private static Object ddm(GoldenCase golden) {
    requireOurs(
        golden,
        Map.of(
            "warm_start", 30.0,
            "min_num_instances", 30.0,
            "minNumInstances", 30.0,
            "warning_threshold", 2.0,
            "warning_level", 2.0,
            "warningLevel", 2.0,
            "drift_threshold", 3.0,
            "drift_level", 3.0,
            "outcontrolLevel", 3.0));
    return changes(golden, new DriftDetectionMethod());
  }

  /** Settings that are constants of Weir's detector must be the same, where the case names them. */
  private static void requireOurs(GoldenCase golden, Map<String, Double> constants) {
    constants.forEach(
        (name, ours) -> {
          JsonNode theirs = golden.params().path(name);
          if (!theirs.isMissingNode() && theirs.asDouble() != ours) {
            throw new OtherVariant("a setting that is a constant of Weir's detector differs");
          }
        });
  }

  private static Map<String, Object> changes(GoldenCase golden, ChangeDetector detector) {
    List<Integer> changes = new ArrayList<>();
    List<Integer> firstWarnings = new ArrayList<>();
    boolean warned = false;
    double[] values = doubles(golden.data());
    for (int t = 0; t < values.length; t++) {
      Signal signal = detector.update(values[t]);
      if (signal == Signal.WARNING && !warned) {
        firstWarnings.add(t);
        warned = true;
      }
      if (signal == Signal.CHANGE) {
        changes.add(t);
        warned = false;
      }
    }
    Map<String, Object> found = new HashMap<>(Map.of("changes", changes));
    if (golden.expected().has("first_warnings")) {
      found.put("first_warnings", firstWarnings);
    }
    return found;
  }

  private static Object changePoint(GoldenCase golden) {
    JsonNode params = golden.params();
    String[] hazard = params.path("hazard").asText().split("/", 2);
    BayesianOnlineChangePoint detector =
        new BayesianOnlineChangePoint(
            new BayesianOnlineChangePoint.Prior(
                Double.parseDouble(hazard[0]) / Double.parseDouble(hazard[1]),
                params.path("mu").asDouble(),
                params.path("kappa").asDouble(),
                params.path("alpha").asDouble(),
                params.path("beta").asDouble()));
    JsonNode shown = golden.expected().path("prob_run_length_0_to_5_at");
    List<Long> lengths = new ArrayList<>();
    Map<String, double[]> probabilities = new HashMap<>();
    double[] values = doubles(golden.data());
    for (int t = 0; t <= values.length; t++) {
      if (shown.has(Integer.toString(t))) {
        probabilities.put(Integer.toString(t), firstProbabilities(detector, 6));
      }
      // The reference leaves its last entry at 0.
      lengths.add(t == values.length ? 0 : detector.mostProbableRunLength());
      if (t < values.length) {
        detector.update(values[t]);
      }
    }
    return Map.of(
        "map_run_length",
        lengths,
        "last_column_first20",
        firstProbabilities(detector, 20),
        "prob_run_length_0_to_5_at",
        probabilities);
  }

  private static double[] firstProbabilities(BayesianOnlineChangePoint detector, int count) {
    double[] first = new double[count];
    Arrays.setAll(first, detector::probability);
    return first;
  }

  private static Object betting(GoldenCase golden) {
    BettingWealth wealth =
        new BettingWealth(
            golden.params().path("m").asDouble(), golden.params().path("alpha").asDouble());
    return Arrays.stream(doubles(golden.inputs().path("x"))).map(wealth::update).toArray();
  }

  private static Object jumper(GoldenCase golden) {
    SimpleJumper jumper = new SimpleJumper(golden.params().path("penalty").asDouble());
    return Arrays.stream(doubles(golden.inputs().path("p"))).map(jumper::update).toArray();
  }

  private static Object learningRate(GoldenCase golden) {
    JsonNode params = golden.params();
    return DynamicallyTunedConformal.learningRate(
        params.path("alpha").asDouble(),
        params.path("k").asInt(),
        params.path("interval").asDouble());
  }

  private static Object tuned(GoldenCase golden) {
    DynamicallyTunedConformal conformal =
        new DynamicallyTunedConformal(
            golden.params().path("alpha").asDouble(), golden.params().path("eta").asDouble());
    List<Double> levels = new ArrayList<>();
    for (double beta : doubles(golden.inputs().path("beta"))) {
      levels.add(conformal.alpha());
      conformal.update(beta);
    }
    return levels;
  }

  private static Object delayed(GoldenCase golden) {
    double target = golden.params().path("alpha").asDouble();
    double step = golden.params().path("gamma").asDouble();
    int delay = golden.params().path("delay").asInt();
    double[] beta = doubles(golden.inputs().path("beta"));
    AdaptiveConformal conformal = new AdaptiveConformal(target, step);
    List<Double> alpha = new ArrayList<>();
    List<Integer> errors = new ArrayList<>();
    for (int t = 0; t < beta.length; t++) {
      if (t > delay) {
        conformal.feedBack(errors.get(t - delay - 1) == 1);
      }
      alpha.add(conformal.alpha());
      errors.add(AdaptiveConformal.misses(beta[t], conformal.alpha()) ? 1 : 0);
    }
    return Map.of(
        "alpha",
        alpha,
        "err",
        errors,
        "miscoverage",
        errors.stream().mapToInt(Integer::intValue).average().orElseThrow(),
        "bound",
        AdaptiveConformal.bound(target, step, target, beta.length, delay));
  }

  /** The quantiles of past scores are the reference's own; the level and its moves are Weir's. */
  private static Object windowed(GoldenCase golden) {
    JsonNode params = golden.params();
    double target = params.path("alpha").asDouble();
    int window = params.path("window").asInt();
    int burnIn = params.path("burn_in").asInt();
    double[] scores = doubles(golden.data());
    AdaptiveConformal conformal = new AdaptiveConformal(target, params.path("gamma").asDouble());
    double[] thresholds = new double[scores.length];
    double[] alphas = new double[scores.length];
    int covered = 0;
    for (int t = 0; t < scores.length; t++) {
      alphas[t] = conformal.alpha();
      if (t > burnIn) {
        double[] past = sorted(scores, Math.max(0, t - window), t);
        double level = 1 - Math.min(1, Math.max(0, alphas[t]));
        thresholds[t] =
            alphas[t] <= 1.0 / (t + 1)
                ? Double.POSITIVE_INFINITY
                : past[(int) Math.ceil(level * (past.length - 1))];
        conformal.feedBack(scores[t] > thresholds[t]);
      } else {
        thresholds[t] =
            t <= Math.ceil(1 / target)
                ? Double.POSITIVE_INFINITY
                : linear(sorted(scores, 0, t), 1 - target);
      }
      covered += t > burnIn && scores[t] <= thresholds[t] ? 1 : 0;
    }
    List<Object> shown = new ArrayList<>();
    List<Double> levels = new ArrayList<>();
    for (JsonNode t : golden.expected().path("t")) {
      shown.add(thresholds[t.asInt()]);
      levels.add(alphas[t.asInt()]);
    }
    return Map.of(
        "q", shown, "alpha_t", levels, "coverage", covered / (double) (scores.length - burnIn - 1));
  }

  private static double[] sorted(double[] values, int from, int to) {
    double[] part = Arrays.copyOfRange(values, from, to);
    Arrays.sort(part);
    return part;
  }

  private static double linear(double[] sorted, double level) {
    double position = level * (sorted.length - 1);
    int low = (int) Math.floor(position);
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (position - low) * (sorted[high] - sorted[low]);
  }
}
