package dev.weir.stats.inference;

import java.util.EnumMap;
import java.util.Map;

/**
 * How a model's false-alarm budget is shared among its series. The weights of all series of all
 * versions sum to at most 1.
 *
 * <p>Families that are absent are shared out proportionally. In a family half goes to the
 * unsegmented series and half to segments, all to the former if there are none; equal inside. A
 * tenth is kept for model versions that come later.
 */
public final class Weights {
  private static final double RESERVE = 0.1;

  private Weights() {}

  /**
   * How many series a family has, per model version.
   *
   * @param unsegmented series over all records
   * @param segmented series of segments
   */
  public record SeriesCount(int unsegmented, int segmented) {
    /** Rejects negative counts. */
    public SeriesCount {
      if (unsegmented < 0 || segmented < 0) {
        throw new IllegalArgumentException("numbers of series cannot be negative");
      }
    }

    int total() {
      return unsegmented + segmented;
    }
  }

  /**
   * The weight of each series of a family, before the version's share is multiplied in.
   *
   * @param unsegmented of each series over all records; 0 if there is none
   * @param segmented of each series of a segment; 0 if there is none
   */
  public record SeriesWeight(double unsegmented, double segmented) {}

  /** The weights with the usual shares of {@link Family}. */
  public static Map<Family, SeriesWeight> of(Map<Family, SeriesCount> series) {
    Map<Family, Double> shares = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      shares.put(family, family.share());
    }
    return of(series, shares);
  }

  /**
   * The weights with declared shares.
   *
   * @param series how many series each family has; families left out are absent
   * @param shares share of each family, not negative; only their ratios matter
   */
  public static Map<Family, SeriesWeight> of(
      Map<Family, SeriesCount> series, Map<Family, Double> shares) {
    double present = 0;
    for (Family family : Family.values()) {
      present += total(series, family) > 0 ? shares.getOrDefault(family, 0.0) : 0;
    }
    Map<Family, SeriesWeight> weights = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      if (total(series, family) > 0) {
        double share = present > 0 ? shares.getOrDefault(family, 0.0) / present : 0;
        weights.put(family, split(share, series.getOrDefault(family, new SeriesCount(0, 0))));
      }
    }
    return weights;
  }

  private static int total(Map<Family, SeriesCount> series, Family family) {
    return series.getOrDefault(family, new SeriesCount(0, 0)).total();
  }

  private static SeriesWeight split(double share, SeriesCount count) {
    if (count.segmented() == 0) {
      return new SeriesWeight(share / count.unsegmented(), 0);
    }
    if (count.unsegmented() == 0) {
      return new SeriesWeight(0, share / count.segmented());
    }
    return new SeriesWeight(share / 2 / count.unsegmented(), share / 2 / count.segmented());
  }

  /** The share of each of the first versions: nine tenths, divided equally. */
  public static double ofFirstVersions(int versions) {
    if (versions < 1) {
      throw new IllegalArgumentException("there is at least one version");
    }
    return (1 - RESERVE) / versions;
  }

  /** The share of the i-th version seen later, i from 1: a tenth of 2^-i. */
  public static double ofLaterVersion(int i) {
    if (i < 1) {
      throw new IllegalArgumentException("later versions are counted from 1");
    }
    return RESERVE * StrictMath.scalb(1.0, -i);
  }
}
