package dev.weir.stats;

import static dev.weir.stats.GoldenCase.doubles;
import static dev.weir.stats.GoldenCase.longRows;
import static dev.weir.stats.GoldenCase.longs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.CalibrationEvidence;
import dev.weir.stats.inference.CategoryReference;
import dev.weir.stats.inference.ClopperPearson;
import dev.weir.stats.inference.Component;
import dev.weir.stats.inference.CoverageBacktest;
import dev.weir.stats.inference.CusumState;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EmpiricalBernsteinKernel;
import dev.weir.stats.inference.EvidenceReading;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.Interval;
import dev.weir.stats.inference.Intervals;
import dev.weir.stats.inference.InverseProbabilityWeighting;
import dev.weir.stats.inference.LogMeanExp;
import dev.weir.stats.inference.MaurerPontil;
import dev.weir.stats.inference.MixRateSplit;
import dev.weir.stats.inference.Nats;
import dev.weir.stats.inference.NormalMixture;
import dev.weir.stats.inference.PairedComparison;
import dev.weir.stats.inference.Side;
import dev.weir.stats.inference.StepUp;
import dev.weir.stats.inference.TiltKernel;
import dev.weir.stats.inference.WindowsToAlarm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.apache.commons.math3.distribution.NormalDistribution;

/** Golden functions of {@code stats.inference}. */
final class InferenceGolden implements GoldenFunctions {
  @Override
  public void register(GoldenRegistry registry) {
    registry.compute("tilt_log_e", InferenceGolden::tilt);
    registry.compute("clopper_pearson_one_sided", InferenceGolden::clopperPearson);
    registry.compute("drift_bounds", InferenceGolden::driftBounds);
    registry.compute("drift_evidence", InferenceGolden::driftEvidence);
    registry.compute("empirical_bernstein_log_e", InferenceGolden::empiricalBernstein);
    registry.compute("maurer_pontil_upper", InferenceGolden::maurerPontil);
    registry.compute("calibration_log_e", InferenceGolden::calibration);
    registry.compute("e_d_bh", InferenceGolden::stepUp);
    registry.compute("normal_mixture_two_sided", InferenceGolden::normalMixture);
    registry.compute("mix_rate_split", InferenceGolden::mixRate);
    registry.compute("dispersion_per_event", InferenceGolden::dispersion);
    registry.compute("bernoulli_log_e_with_missing_labels", InferenceGolden::missingLabels);
    registry.compute("ipw_hajek", InferenceGolden::inverseProbability);
    registry.compute("ipw_hajek_error", InferenceGolden::inverseProbabilityError);
    registry.compute("windows_to_alarm", InferenceGolden::planning);
    registry.compute("paired_log_e", InferenceGolden::paired);
    registry.compute("kupiec_christoffersen", InferenceGolden::coverage);
    registry.compute("proportion_interval", InferenceGolden::proportion);
  }

  private static Side side(GoldenCase golden) {
    return Side.valueOf(golden.params().path("side").asText().toUpperCase(Locale.ROOT));
  }

  private static Object tilt(GoldenCase golden) {
    TiltKernel kernel = new TiltKernel(golden.params().path("m").asDouble(), side(golden));
    double k = golden.inputs().path("k").asDouble();
    double n = golden.inputs().path("n").asDouble();
    double[] components = new double[TiltKernel.RUNGS];
    for (int rung = 0; rung < components.length; rung++) {
      components[rung] = kernel.logE(rung, k, n);
    }
    return Map.of("components", components, "log_e", LogMeanExp.of(components));
  }

  private static Object clopperPearson(GoldenCase golden) {
    double k = golden.inputs().path("k").asDouble();
    double n = golden.inputs().path("n").asDouble();
    double delta = golden.params().path("delta").asDouble();
    return Map.of(
        "lower", ClopperPearson.lower(k, n, delta), "upper", ClopperPearson.upper(k, n, delta));
  }

  private static DriftEvidence plan(GoldenCase golden) {
    JsonNode inputs = golden.inputs();
    JsonNode declared = inputs.path("dispersion");
    EvidenceSettings settings =
        new EvidenceSettings(
            golden.params().path("tolerance").asDouble(),
            golden.params().path("delta").asDouble(),
            declared.isArray() ? Dispersion.perEvent(doubles(declared)) : Dispersion.none());
    long[][] reference = {longs(inputs.path("reference"))};
    return inputs.path("kind").asText().equals("numeric")
        ? DriftEvidence.numeric(reference, settings)
        : DriftEvidence.categorical(CategoryReference.of(reference), settings);
  }

  private static Object driftBounds(GoldenCase golden) {
    DriftEvidence plan = plan(golden);
    List<Double> lower = new ArrayList<>();
    List<Double> upper = new ArrayList<>();
    for (int event = 0; event < plan.events(); event++) {
      lower.add(plan.lower(0, event));
      upper.add(plan.upper(0, event));
    }
    return Map.of("events", plan.events(), "lower", lower, "upper", upper);
  }

  private static Object driftEvidence(GoldenCase golden) {
    DriftEvidence plan = plan(golden);
    CusumState state = new CusumState();
    double weight = golden.params().path("weight").asDouble();
    double days = golden.params().path("window_days").asDouble();
    List<Object> perWindow = new ArrayList<>();
    long start = 0;
    for (long[] counts : longRows(golden.inputs().path("windows"))) {
      EvidenceReading reading = state.fold(plan, DriftEvidence.window(0, counts), start++);
      Component leading = plan.describe(reading.leading());
      perWindow.add(
          Map.of(
              "log_m",
              StepUp.logDays(weight, days, reading.logE()),
              "best_event",
              leading.event(),
              "best_side",
              Objects.requireNonNull(leading.side()).name().toLowerCase(Locale.ROOT)));
    }
    return Map.of("components", plan.live(), "per_window", perWindow);
  }

  private static Object empiricalBernstein(GoldenCase golden) {
    EmpiricalBernsteinKernel kernel =
        new EmpiricalBernsteinKernel(golden.params().path("m").asDouble(), side(golden));
    JsonNode inputs = golden.inputs();
    double[] components = new double[EmpiricalBernsteinKernel.RUNGS];
    for (int rung = 0; rung < components.length; rung++) {
      components[rung] =
          kernel.logE(
              rung,
              inputs.path("n").asDouble(),
              inputs.path("sum").asDouble(),
              inputs.path("sum_sq").asDouble());
    }
    return Map.of("components", components, "log_e", LogMeanExp.of(components));
  }

  private static Object maurerPontil(GoldenCase golden) {
    JsonNode inputs = golden.inputs();
    return MaurerPontil.upper(
        inputs.path("n").asDouble(),
        inputs.path("mean").asDouble(),
        inputs.path("variance").asDouble(),
        golden.params().path("delta").asDouble());
  }

  private static Object calibration(GoldenCase golden) {
    CalibrationEvidence plan =
        new CalibrationEvidence(
            golden.params().path("tolerance").asDouble(),
            1,
            Dispersion.none(),
            AbsentLabels.CENSORED);
    long[] negatives = new long[CalibrationEvidence.BINS];
    long[] positives = new long[CalibrationEvidence.BINS];
    for (long[] row : longRows(golden.inputs().path("rows"))) {
      negatives[(int) row[0]] = row[1];
      positives[(int) row[0]] = row[2];
    }
    long[] units = new long[plan.components()];
    plan.logE(
        CalibrationEvidence.window(0, negatives, positives, new long[CalibrationEvidence.BINS]),
        units);
    double[] components = new double[units.length];
    for (int alternative = 0; alternative < units.length; alternative++) {
      components[alternative] = Nats.of(units[alternative]);
    }
    return Map.of("components", components, "log_e", LogMeanExp.of(components));
  }

  private static Object stepUp(GoldenCase golden) {
    int[] alarms =
        StepUp.alarms(
            doubles(golden.inputs().path("log_m")), golden.params().path("budget_days").asDouble());
    return Map.of("count", alarms.length, "rejected", alarms);
  }

  private static Object normalMixture(GoldenCase golden) {
    double alpha = golden.params().path("alpha").asDouble();
    double v = golden.inputs().path("v").asDouble();
    NormalMixture mixture =
        NormalMixture.tightestAt(golden.params().path("v_opt").asDouble(), alpha);
    return Map.of(
        "rho",
        mixture.rho(),
        "log_e",
        mixture.logE(golden.inputs().path("s").asDouble(), v),
        "bound",
        mixture.bound(v, alpha));
  }

  private static Object mixRate(GoldenCase golden) {
    double[] p = doubles(golden.inputs().path("p"));
    double[] q = doubles(golden.inputs().path("q"));
    double[] lossThen = doubles(golden.inputs().path("risk_p"));
    double[] lossNow = doubles(golden.inputs().path("risk_q"));
    for (int cell = 0; cell < p.length; cell++) {
      lossThen[cell] *= p[cell];
      lossNow[cell] *= q[cell];
    }
    MixRateSplit split = MixRateSplit.of(p, lossThen, q, lossNow);
    return Map.of("mix", split.mix(), "rate", split.rate(), "total", split.total());
  }

  private static Object dispersion(GoldenCase golden) {
    long[][] windows = longRows(golden.inputs().path("windows"));
    int bins = windows[0].length;
    int cumulative = golden.inputs().path("kind").asText().equals("numeric") ? bins - 1 : 0;
    List<Double> pearson = new ArrayList<>();
    List<Double> dispersion = new ArrayList<>();
    for (int event = 0; event < cumulative + bins; event++) {
      int first = event < cumulative ? 0 : event - cumulative;
      int last = event < cumulative ? event : first;
      long[] hits = new long[windows.length];
      long[] totals = new long[windows.length];
      for (int window = 0; window < windows.length; window++) {
        for (int bin = 0; bin < bins; bin++) {
          totals[window] += windows[window][bin];
          hits[window] += bin >= first && bin <= last ? windows[window][bin] : 0;
        }
      }
      pearson.add(Dispersion.pearson(new long[][] {hits}, new long[][] {totals}));
      dispersion.add(Dispersion.measured(hits, totals));
    }
    return Map.of("pearson", pearson, "dispersion", dispersion);
  }

  private static Object missingLabels(GoldenCase golden) {
    double losses = golden.inputs().path("losses_observed").asDouble();
    double cohort = golden.inputs().path("cohort").asDouble();
    double absent = cohort - golden.inputs().path("labelled").asDouble();
    TiltKernel above = new TiltKernel(golden.params().path("m_above").asDouble(), Side.ABOVE);
    TiltKernel below = new TiltKernel(golden.params().path("m_below").asDouble(), Side.BELOW);
    double[] up = new double[TiltKernel.RUNGS];
    double[] down = new double[TiltKernel.RUNGS];
    for (int rung = 0; rung < up.length; rung++) {
      up[rung] = above.logE(rung, losses, cohort);
      down[rung] = below.logE(rung, losses + absent, cohort);
    }
    return Map.of("above", LogMeanExp.of(up), "below", LogMeanExp.of(down));
  }

  private static Object inverseProbability(GoldenCase golden) {
    InverseProbabilityWeighting.Estimate estimate = weighted(golden);
    return Map.of("estimate", estimate.value(), "effective_n", estimate.effectiveN());
  }

  private static Object inverseProbabilityError(GoldenCase golden) {
    InverseProbabilityWeighting.Estimate estimate = weighted(golden);
    return Map.of(
        "estimate",
        estimate.value(),
        "effective_n",
        estimate.effectiveN(),
        "standard_error",
        estimate.standardError());
  }

  private static InverseProbabilityWeighting.Estimate weighted(GoldenCase golden) {
    double least = golden.params().path("g_min").asDouble();
    List<InverseProbabilityWeighting.Cell> cells = new ArrayList<>();
    for (JsonNode cell : golden.inputs().path("cells")) {
      double probability = cell.path("g").asDouble();
      // The cases name no ages; only what is too rarely labelled is young.
      long age = probability < least ? 0 : 1;
      cells.add(
          new InverseProbabilityWeighting.Cell(
              age,
              probability,
              cell.path("matured").asDouble(),
              cell.path("labelled").asDouble(),
              cell.path("loss").asDouble(),
              cell.path("loss_squares").asDouble()));
    }
    return InverseProbabilityWeighting.estimate(cells, least).orElseThrow();
  }

  private static Object planning(GoldenCase golden) {
    JsonNode inputs = golden.inputs();
    double rate = inputs.path("rate").asDouble();
    double bound = inputs.path("bound").asDouble();
    WindowsToAlarm planning =
        new WindowsToAlarm(
            inputs.path("weight").asDouble(),
            inputs.path("window_days").asDouble(),
            inputs.path("components").asInt(),
            inputs.path("n_per_window").asDouble(),
            golden.params().path("budget_days").asDouble());
    return Map.of(
        "kl_per_record",
        WindowsToAlarm.divergence(rate, bound),
        "windows",
        planning.windows(rate, bound));
  }

  private static Object paired(GoldenCase golden) {
    long plus = golden.inputs().path("plus").asLong();
    long minus = golden.inputs().path("minus").asLong();
    boolean challenger = golden.id().endsWith("b_better");
    PairedComparison signs = PairedComparison.ofSigns(plus, minus);
    PairedComparison sums =
        PairedComparison.ofSums((double) (plus - minus), (double) (plus + minus));
    return Map.of(
        "sign_test",
        challenger ? signs.logEvidenceForChallenger() : signs.logEvidenceForChampion(),
        "empirical_bernstein",
        challenger ? sums.logEvidenceForChallenger() : sums.logEvidenceForChampion());
  }

  private static Object coverage(GoldenCase golden) {
    long[] hits = longs(golden.data().path("hits"));
    long misses = 0;
    long[][] transitions = new long[2][2];
    for (int t = 0; t < hits.length; t++) {
      misses += hits[t];
      if (t > 0) {
        transitions[(int) hits[t - 1]][(int) hits[t]]++;
      }
    }
    double kupiec =
        CoverageBacktest.kupiec(misses, hits.length, golden.params().path("alpha").asDouble())
            .orElseThrow();
    OptionalDouble independence =
        CoverageBacktest.independence(
            transitions[0][0], transitions[0][1], transitions[1][0], transitions[1][1]);
    Map<String, Object> found = new HashMap<>();
    found.put("hits", misses);
    found.put("n", hits.length);
    found.put("lr_uc", kupiec);
    if (independence.isPresent()) {
      found.put("lr_ind", independence.getAsDouble());
      found.put("lr_cc", kupiec + independence.getAsDouble());
    }
    return found;
  }

  private static Object proportion(GoldenCase golden) {
    long k = golden.data().path("successes").asLong();
    long n = golden.data().path("n").asLong();
    double confidence = golden.params().path("confidence").asDouble();
    double tail = (1 - confidence) / 2;
    return switch (golden.params().path("method").asText()) {
      case "wilson" -> {
        double z = new NormalDistribution().inverseCumulativeProbability(1 - tail);
        Interval interval = Intervals.wilson(k, n, z).orElseThrow();
        yield Map.of("low", interval.low(), "high", interval.high());
      }
      case "clopper_pearson" ->
          Map.of(
              "low",
              ClopperPearson.lower((double) k, (double) n, tail),
              "high",
              ClopperPearson.upper((double) k, (double) n, tail));
      default -> throw new OtherVariant("Weir shows Wilson's and uses Clopper-Pearson's interval");
    };
  }
}
