package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Random Fourier features of a vector column (Rahimi and Recht 2007), frozen from the reference.
 *
 * <p>Guarantee: the directions are a function of seed, dimension and number of features alone.
 * Features are {@code (cos w'x, sin w'x)/sqrt(D/2)}, x standardised by the reference, w ~ N(0,
 * 1/sigma^2) from SplitMix64 by the method of Box and Muller (1958).
 */
public final class EmbeddingLayout implements Layout {
  /** Number of features where nothing else is said, D. */
  public static final int DEFAULT_FEATURES = 256;

  private static final int VERSION = 1;
  private static final int MOST_DIMENSIONS = 1 << 16;
  private static final int MOST_FEATURES = 1 << 12;
  private static final int MOST_DIRECTIONS = 1 << 22;

  private final double[] means;
  private final double[] deviations;
  private final double sigma;
  private final int features;
  private final long seed;
  private final double[] directions;
  private final int fingerprint;

  /**
   * A layout.
   *
   * @param means reference mean per dimension
   * @param deviations reference standard deviation per dimension; 0 leaves the dimension out
   * @param sigma median distance of standardised reference rows, above 0
   * @param features D, even
   * @param seed seed of the directions
   */
  public EmbeddingLayout(
      double[] means, double[] deviations, double sigma, int features, long seed) {
    if (means.length == 0 || means.length > MOST_DIMENSIONS || means.length != deviations.length) {
      throw new IllegalArgumentException(
          "There must be one mean and one deviation per dimension, not "
              + means.length
              + " and "
              + deviations.length);
    }
    if ((long) features * means.length > MOST_DIRECTIONS) {
      throw new IllegalArgumentException(
          "Features times dimensions must be at most " + MOST_DIRECTIONS);
    }
    if (!(sigma > 0) || features < 2 || features % 2 != 0 || features > MOST_FEATURES) {
      throw new IllegalArgumentException(
          "Sigma must be above 0 and features even, not " + sigma + " and " + features);
    }
    this.means = means.clone();
    this.deviations = deviations.clone();
    this.sigma = sigma;
    this.features = features;
    this.seed = seed;
    this.directions = directions();
    this.fingerprint = Layout.fingerprintOf(this);
  }

  private double[] directions() {
    SplitMix random = new SplitMix(seed);
    double[] result = new double[features / 2 * means.length];
    for (int i = 0; i < result.length; i++) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(random.nextOpen()));
      double normal = radius * StrictMath.cos(2 * Math.PI * random.nextOpen());
      double deviation = deviations[i % means.length];
      result[i] = deviation > 0 ? normal / (sigma * deviation) : 0;
    }
    return result;
  }

  /** The most features that vectors of this many dimensions may have; even. */
  public static int mostFeatures(int dimensions) {
    return Math.min(MOST_FEATURES, MOST_DIRECTIONS / dimensions / 2 * 2);
  }

  /** Number of dimensions. */
  public int dimension() {
    return means.length;
  }

  /** Number of features, D. */
  public int features() {
    return features;
  }

  /** The angle {@code w'x} of one pair of features. */
  double angle(int pair, double[] vector) {
    double angle = 0;
    int from = pair * means.length;
    for (int i = 0; i < means.length; i++) {
      angle += directions[from + i] * (vector[i] - means[i]);
    }
    return angle;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Compact.writeDoubles(out, means);
    Compact.writeDoubles(out, deviations);
    out.writeDouble(sigma);
    Compact.writeUnsigned(out, features);
    out.writeLong(seed);
  }

  /** Reads what {@link #encode} wrote. */
  public static EmbeddingLayout decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    double[] means = Compact.readDoubles(in, MOST_DIMENSIONS);
    double[] deviations = Compact.readDoubles(in, MOST_DIMENSIONS);
    double sigma = in.readDouble();
    int features = Compact.readSize(in, MOST_FEATURES);
    long seed = in.readLong();
    return Layout.decoded(() -> new EmbeddingLayout(means, deviations, sigma, features, seed));
  }

  @Override
  public int fingerprint() {
    return fingerprint;
  }

  @Override
  public boolean equals(Object other) {
    return Layout.equal(this, other);
  }

  @Override
  public int hashCode() {
    return fingerprint;
  }
}
