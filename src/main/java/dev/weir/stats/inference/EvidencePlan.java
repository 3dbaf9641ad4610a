package dev.weir.stats.inference;

import java.util.Arrays;
import java.util.Optional;

/**
 * The fixed part of the evidence of one series: its events, their bounds and its tilts, made once
 * from the reference and shared by all windows.
 *
 * <p>For every component, {@code exp(component)} has expectation at most 1 over a window whose
 * records are independent given the past and whose average rates are within the bounds (Wald 1945;
 * Robbins 1970). A component whose bound leaves (0, 1) is vacuous: it is exactly 0 and never
 * counts.
 *
 * <p>Immutable and safe to share between threads.
 */
public sealed interface EvidencePlan
    permits CalibrationEvidence,
        DelayEvidence,
        DriftEvidence,
        HarmEvidence,
        RateEvidence,
        ReliabilityEvidence {

  /** Number of components, vacuous ones included. */
  int components();

  /** Number of season buckets, at least 1. */
  int seasons();

  /** Components that are not vacuous in every season bucket, ascending; not to be changed. */
  int[] liveComponents();

  /**
   * Writes the evidence of one window: {@code out[c] = floor(2^30 l_c / D)}, D the dispersion of
   * the event, limited to 2^31 nats. All zeros for a window without records.
   *
   * @param window counts in the layout that the plan's own {@code window} method makes
   * @param out at least {@link #components()} long, in units of 2^-30 nats
   * @throws IllegalArgumentException if the counts do not fit this plan
   */
  void logE(WindowCounts window, long[] out);

  /** A meter for the dispersion of this plan's events. */
  DispersionMeter newMeter();

  /**
   * Takes what a window holds of each event into {@code meter}, as one that {@link #newMeter} made.
   */
  void measure(WindowCounts window, EventSums meter);

  /** What a component stands for. */
  Component describe(int component);

  /**
   * The event by which the power of this plan is told (statistics 4.3): for drift the one whose
   * reference share is nearest 1/2, else the only one.
   *
   * @return empty where no single event tells it
   */
  default Optional<TypicalEvent> typicalEvent() {
    return Optional.empty();
  }

  /**
   * Bounds of one event in the first season, tolerance included.
   *
   * @param lower NaN or vacuous where only a rise is watched
   * @param upper above the reference's share
   */
  record TypicalEvent(double lower, double upper) {
    /** The share in the reference that both bounds lie around, or else the largest it may be. */
    public double share(double tolerance) {
      return TiltKernel.vacuous(lower) ? upper - tolerance : (lower + upper) / 2;
    }
  }

  /**
   * What a window holds in each cell of the series, by which a change can be told to lie somewhere.
   *
   * @return empty where the counts are not those of one set of cells
   */
  default Optional<CellCounts> cells(WindowCounts window) {
    return Optional.empty();
  }

  /** Number of components that are not vacuous. */
  default int live() {
    return liveComponents().length;
  }

  /** Whether a component is vacuous in every season bucket. */
  default boolean vacuous(int component) {
    return Arrays.binarySearch(liveComponents(), component) < 0;
  }
}
