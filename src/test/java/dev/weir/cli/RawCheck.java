package dev.weir.cli;

import dev.weir.cli.Flights.Flight;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Whether an alarm is true, from the raw rows alone: by how much the flights since the change began
 * differ from the reference, and how much of that sampling could have done.
 *
 * <p>Distances of distributions are exact (no bins), or the largest change of one of 32 bins with
 * equal shares of the reference; their error is that of Dvoretzky, Kiefer, Wolfowitz and Massart.
 * Means have normal errors. All at 99.9%.
 *
 * @param reference the rows of the reference
 * @param toldApart origins that are segments of their own
 */
record RawCheck(Flights reference, Set<String> toldApart) {
  private static final double Z = 3.29;
  private static final double LN = Math.log(2 / 0.001);
  private static final int BINS = 32;

  /**
   * What the raw rows say.
   *
   * @param change how far the flights are from the reference, in the unit of the tolerance
   * @param tolerance what the job file allows
   * @param error what sampling can do to the change
   */
  record Answer(double change, double tolerance, double error) {
    boolean beyondTolerance() {
      return change > tolerance;
    }

    String words() {
      return String.format(
          Locale.ROOT,
          "%s: %.3f, tolerance %.3f, sampling %.3f",
          change - error > tolerance ? "real" : beyondTolerance() ? "real, not sure" : "FALSE",
          change,
          tolerance,
          error);
    }
  }

  Answer of(String metric, String feature, String segment, Flights since, double tolerance) {
    Flights then = reference.segment(segment, toldApart);
    Flights now = since.segment(segment, toldApart);
    return switch (metric) {
      case "total_variation" -> distance(then.known(feature), now.known(feature), tolerance);
      case "out_of_range_rate" -> beyond(then.known(feature), now.known(feature), tolerance);
      case "missing_rate" ->
          mean(then, now, flight -> Double.isNaN(flight.value(feature)) ? 1 : 0, tolerance);
      case "brier" -> mean(then, now, Flight::brier, tolerance);
      case "mae" -> mean(then, now, Flight::absoluteError, tolerance);
      case "coverage" -> nominal(now, tolerance);
      case "ece" -> calibration(now, tolerance);
      default -> throw new IllegalArgumentException("no raw check of " + metric);
    };
  }

  /** The largest change of a distribution function, or of one bin. */
  private static Answer distance(double[] then, double[] now, double tolerance) {
    double[] a = sorted(then);
    double[] b = sorted(now);
    double ks = 0;
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      double x = Math.min(a[i], b[j]);
      while (i < a.length && a[i] <= x) {
        i++;
      }
      while (j < b.length && b[j] <= x) {
        j++;
      }
      ks = Math.max(ks, Math.abs((double) i / a.length - (double) j / b.length));
    }
    double error = Math.sqrt(LN / (2 * a.length)) + Math.sqrt(LN / (2 * b.length));
    double bin = 0;
    for (int k = 0; k < BINS; k++) {
      double low = k == 0 ? Double.NEGATIVE_INFINITY : a[k * a.length / BINS];
      double high = k == BINS - 1 ? Double.POSITIVE_INFINITY : a[(k + 1) * a.length / BINS];
      bin = Math.max(bin, Math.abs(share(a, low, high) - share(b, low, high)));
    }
    return new Answer(Math.max(ks, bin), tolerance, bin > ks ? 2 * error : error);
  }

  private static double share(double[] values, double low, double high) {
    return Arrays.stream(values).filter(value -> value >= low && value < high).count()
        / (double) values.length;
  }

  private static Answer beyond(double[] then, double[] now, double tolerance) {
    double low = Arrays.stream(then).min().orElseThrow();
    double high = Arrays.stream(then).max().orElseThrow();
    double share =
        Arrays.stream(now).filter(value -> value < low || value > high).count()
            / (double) now.length;
    return new Answer(share, tolerance, Z * Math.sqrt(share * (1 - share) / now.length));
  }

  private static Answer mean(
      Flights then, Flights now, ToDoubleFunction<Flight> value, double tolerance) {
    double[] a = then.rows().stream().mapToDouble(value).filter(v -> !Double.isNaN(v)).toArray();
    double[] b = now.rows().stream().mapToDouble(value).filter(v -> !Double.isNaN(v)).toArray();
    double error = Z * Math.sqrt(variance(a) / a.length + variance(b) / b.length);
    return new Answer(average(b) - average(a), tolerance, error);
  }

  private static Answer nominal(Flights now, double tolerance) {
    double[] missed = now.rows().stream().mapToDouble(Flight::missed).toArray();
    return new Answer(
        Math.abs(average(missed) - 0.1),
        tolerance,
        Z * Math.sqrt(variance(missed) / missed.length));
  }

  /** The largest error of mean labels against mean scores, overall or in a tenth of the scores. */
  private static Answer calibration(Flights now, double tolerance) {
    Answer largest = error(now, tolerance);
    double[] scores = sorted(now.known("score"));
    for (int k = 0; k < 10; k++) {
      double low = scores[k * scores.length / 10];
      double high = k == 9 ? 2 : scores[(k + 1) * scores.length / 10];
      Answer one =
          error(
              now.where(flight -> flight.value("score") >= low && flight.value("score") < high),
              tolerance);
      if (one.change() - one.error() > largest.change() - largest.error()) {
        largest = one;
      }
    }
    return largest;
  }

  private static Answer error(Flights now, double tolerance) {
    double[] gaps =
        now.rows().stream()
            .mapToDouble(flight -> flight.value("label_class") - flight.value("score"))
            .filter(gap -> !Double.isNaN(gap))
            .toArray();
    return new Answer(
        Math.abs(average(gaps)), tolerance, Z * Math.sqrt(variance(gaps) / gaps.length));
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  private static double average(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  private static double variance(double[] values) {
    double mean = average(values);
    return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).average().orElse(0);
  }
}
