package dev.weir.stats.inference;

/**
 * What a series tolerates and what it may risk.
 *
 * @param tolerance the change in probability (or scaled loss) that nobody wants to hear about, in
 *     [0, 1)
 * @param delta probability that the reference misleads this series, in (0, 1): {@code
 *     reference.delta} times the weight of the series
 * @param dispersion per event, see {@link Dispersion}
 */
public record EvidenceSettings(double tolerance, double delta, Dispersion dispersion) {
  /** Rejects settings outside their range. */
  public EvidenceSettings {
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new IllegalArgumentException("tolerance must be in [0, 1), got " + tolerance);
    }
    if (!(delta > 0 && delta < 1)) {
      throw new IllegalArgumentException("delta must be in (0, 1), got " + delta);
    }
  }

  /** Settings for independent records. */
  public EvidenceSettings(double tolerance, double delta) {
    this(tolerance, delta, Dispersion.none());
  }
}
