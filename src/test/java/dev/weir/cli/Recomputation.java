package dev.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** The textbook definitions over plain lists of doubles: nothing of the product is used. */
final class Recomputation {
  private Recomputation() {}

  /** An event with everything that became known about it. */
  record Flight(
      String origin,
      long predictionTime,
      long labelTime,
      double score,
      double value,
      double lower,
      double upper,
      int labelClass,
      double labelValue) {}

  static double mean(List<Flight> flights, ToDoubleFunction<Flight> value) {
    return flights.stream().mapToDouble(value).sum() / flights.size();
  }

  static double accuracy(List<Flight> flights) {
    return mean(flights, f -> (f.score() >= 0.5 ? 1 : 0) == f.labelClass() ? 1 : 0);
  }

  static double brier(List<Flight> flights) {
    return mean(flights, f -> Math.pow(f.score() - f.labelClass(), 2));
  }

  static double logLoss(List<Flight> flights) {
    double least = Math.pow(2, -30);
    return mean(
        flights,
        f -> {
          double p = Math.min(Math.max(f.score(), least), 1 - least);
          return f.labelClass() == 1 ? -Math.log(p) : -Math.log(1 - p);
        });
  }

  /** Expected calibration error over ten bins of equal width. */
  static double ece(List<Flight> flights) {
    double sum = 0;
    for (int bin = 0; bin < 10; bin++) {
      int which = bin;
      Predicate<Flight> inBin = f -> Math.min(9, (int) (f.score() * 10)) == which;
      List<Flight> held = flights.stream().filter(inBin).toList();
      if (!held.isEmpty()) {
        double gap = mean(held, Flight::score) - mean(held, Flight::labelClass);
        sum += Math.abs(gap) * held.size() / flights.size();
      }
    }
    return sum;
  }

  static double coverage(List<Flight> flights) {
    return mean(flights, f -> f.lower() <= f.labelValue() && f.labelValue() <= f.upper() ? 1 : 0);
  }

  static double mae(List<Flight> flights) {
    return mean(flights, f -> Math.abs(f.value() - f.labelValue()));
  }

  static double rmse(List<Flight> flights) {
    return Math.sqrt(mean(flights, f -> Math.pow(f.value() - f.labelValue(), 2)));
  }

  /** Share of pairs of a positive and a negative that the score puts in order; ties are half. */
  static double rocAuc(List<Flight> flights) {
    double ordered = 0;
    long pairs = 0;
    for (Flight positive : flights) {
      for (Flight negative : flights) {
        if (positive.labelClass() == 1 && negative.labelClass() == 0) {
          pairs++;
          ordered += 1 + Math.signum(positive.score() - negative.score());
        }
      }
    }
    return ordered / 2 / pairs;
  }

  /** Largest distance of two empirical distribution functions. */
  static double ks(double[] one, double[] other) {
    double[] gap = new double[1];
    steps(one, other, (from, to, difference) -> gap[0] = Math.max(gap[0], Math.abs(difference)));
    return gap[0];
  }

  /** Area between two empirical distribution functions. */
  static double wasserstein(double[] one, double[] other) {
    double[] area = new double[1];
    steps(one, other, (from, to, difference) -> area[0] += Math.abs(difference) * (to - from));
    return area[0];
  }

  private interface Step {
    void at(double from, double to, double difference);
  }

  /**
   * The difference of the distribution functions between one place where it changes and the next.
   */
  private static void steps(double[] one, double[] other, Step step) {
    double[] a = one.clone();
    double[] b = other.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    double[] places = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, places, a.length, b.length);
    Arrays.sort(places);
    int i = 0;
    int j = 0;
    for (int k = 0; k < places.length; k++) {
      while (i < a.length && a[i] <= places[k]) {
        i++;
      }
      while (j < b.length && b[j] <= places[k]) {
        j++;
      }
      double to = k + 1 < places.length ? places[k + 1] : places[k];
      step.at(places[k], to, (double) i / a.length - (double) j / b.length);
    }
  }

  static double standardDeviation(double[] values) {
    double mean = Arrays.stream(values).sum() / values.length;
    return Math.sqrt(Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / values.length);
  }

  /** What a metric record says that is not so; empty if it is right. */
  static List<String> differences(JsonNode record, double truth, double below, double above) {
    List<String> wrong = new ArrayList<>();
    if (Double.isNaN(truth)) {
      if (!record.get("verdict").asText().equals("UNDEFINED")) {
        wrong.add(record + " says what does not exist");
      }
      return wrong;
    }
    double value = record.get("value").asDouble();
    if (record.get("value").isNull() || value < truth - below || value > truth + above) {
      wrong.add("%s is not within -%s +%s of %s".formatted(record, below, above, truth));
    }
    return wrong;
  }
}
