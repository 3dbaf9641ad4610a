package dev.weir.baseline;

import dev.weir.event.WeirId;
import dev.weir.stats.summary.EmbeddingLayout;
import dev.weir.stats.summary.Sum128;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a vector column of the reference looks like: mean and spread of each dimension, and how far
 * apart rows are.
 *
 * <p>Guarantee: the result does not depend on the order of the rows: sums are integers, and the
 * rows whose distances are measured are those with the smallest hashes of their prediction ids. The
 * first length by hash is the length of the column; vectors of another one are left out.
 */
final class VectorSurvey {
  private static final int SAMPLE = 1000;
  private static final double UNIT = 0x1p-30;
  private static final double LARGEST = 0x1p12;

  private final RandomFeatures features;
  private final TreeMap<String, float[]> sample = new TreeMap<>();
  private final TreeMap<Integer, Sums> byLength = new TreeMap<>();

  /** Sums per dimension, in units of 2^-30 and 2^-60. */
  private static final class Sums {
    private final Sum128[] values;
    private final Sum128[] squares;
    private long n;

    Sums(int length) {
      values = new Sum128[length];
      squares = new Sum128[length];
      Arrays.setAll(values, k -> new Sum128());
      Arrays.setAll(squares, k -> new Sum128());
    }

    double mean(int k) {
      return values[k].toDouble() * UNIT / n;
    }

    double deviation(int k) {
      double mean = mean(k);
      double variance = squares[k].toDouble() * UNIT * UNIT / n - mean * mean;
      return variance > UNIT ? Math.sqrt(variance) : 0;
    }
  }

  VectorSurvey(RandomFeatures features) {
    this.features = features;
  }

  /** Takes in the vector of a row; null and vectors that are not finite are left out. */
  void add(String predictionId, float @Nullable [] vector) {
    if (vector == null || vector.length == 0 || !finite(vector)) {
      return;
    }
    Sums sums = byLength.computeIfAbsent(vector.length, Sums::new);
    sums.n++;
    for (int k = 0; k < vector.length; k++) {
      double bounded = Math.max(-LARGEST, Math.min(LARGEST, vector[k]));
      long quantised = (long) Math.floor(bounded / UNIT + 0.5);
      sums.values[k].add(quantised);
      sums.squares[k].addProduct(quantised, quantised);
    }
    String hash = WeirId.sha256(predictionId.getBytes(StandardCharsets.UTF_8));
    sample.put(hash, vector.clone());
    if (sample.size() > SAMPLE) {
      sample.pollLastEntry();
    }
  }

  private static boolean finite(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The layout of the column; absent without vectors.
   *
   * @throws UnusableReferenceException if vectors are too long for so many random features
   */
  Optional<EmbeddingLayout> layout() {
    if (sample.isEmpty()) {
      return Optional.empty();
    }
    int length = sample.firstEntry().getValue().length;
    int most = EmbeddingLayout.mostFeatures(length);
    if (features.count() > most) {
      throw new UnusableReferenceException(
          "vectors of "
              + length
              + " numbers are compared by at most "
              + most
              + " random features, not "
              + features.count()
              + "; set monitors.multivariate_drift.dimensions to "
              + most
              + " or less");
    }
    Sums sums = byLength.getOrDefault(length, new Sums(length));
    double[] means = new double[length];
    double[] deviations = new double[length];
    for (int k = 0; k < length; k++) {
      means[k] = sums.mean(k);
      deviations[k] = sums.deviation(k);
    }
    return Optional.of(
        new EmbeddingLayout(
            means,
            deviations,
            medianDistance(length, deviations),
            features.count(),
            features.seed()));
  }

  /** The median distance of two rows of the sample, standardised; 1 if there is none. */
  private double medianDistance(int length, double[] deviations) {
    List<float[]> rows = new ArrayList<>();
    sample.values().stream().filter(row -> row.length == length).forEach(rows::add);
    List<Double> distances = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      for (int j = i + 1; j < rows.size(); j++) {
        distances.add(distance(rows.get(i), rows.get(j), deviations));
      }
    }
    distances.sort(null);
    double median = distances.isEmpty() ? 0 : distances.get(distances.size() / 2);
    return median > 0 ? median : 1;
  }

  private static double distance(float[] first, float[] second, double[] deviations) {
    double sum = 0;
    for (int k = 0; k < deviations.length; k++) {
      if (deviations[k] > 0) {
        double step = ((double) first[k] - second[k]) / deviations[k];
        sum += step * step;
      }
    }
    return Math.sqrt(sum);
  }
}
