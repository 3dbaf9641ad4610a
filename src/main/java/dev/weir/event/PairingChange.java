package dev.weir.event;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that is now counted, or no longer counted.
 *
 * <p>Guarantee: the sums over all changes of a set of records do not depend on the order in which
 * they arrived; and once event time has passed T, the sum over changes known before T stays as it
 * is.
 *
 * @param kind what is counted
 * @param modelId model
 * @param version model version
 * @param time event time that decides the pane: of the prediction for COHORT and COMPARISON, its
 *     early age for EARLY, of the copy for DUPLICATE
 * @param knownTime event time from which this holds
 * @param outcome prediction and perhaps label; null for DUPLICATE
 * @param input stream of the copy for DUPLICATE, else predictions
 * @param overall whether it counts for all traffic
 * @param segments values of segment columns as far as they are known; null: it counts for no
 *     segment
 * @param champion for COMPARISON: what the outcome is compared with; else null
 * @param sign 1 to count, -1 to count no longer
 */
public record PairingChange(
    Kind kind,
    String modelId,
    String version,
    long time,
    long knownTime,
    @Nullable Outcome outcome,
    Event.Input input,
    boolean overall,
    @Nullable Map<String, String> segments,
    @Nullable Champion champion,
    int sign) {

  /** What is counted. */
  public enum Kind {
    /** An outcome, labelled or not, in its cohort. */
    COHORT,
    /** An outcome as it was at the early age, in the window in which it reached that age. */
    EARLY,
    /** A second delivery, in the window that counted it. */
    DUPLICATE,
    /** A challenger's outcome beside the champion's of the same id, in the challenger's cohort. */
    COMPARISON
  }

  /**
   * The answer that was used.
   *
   * @param version its model version
   * @param outcome the champion's outcome of the same id, with the same label
   */
  public record Champion(String version, Outcome outcome) {}

  /** The same with the opposite sign. */
  PairingChange negated() {
    return new PairingChange(
        kind, modelId, version, time, knownTime, outcome, input, overall, segments, champion,
        -sign);
  }
}
