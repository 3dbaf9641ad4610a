package dev.weir.baseline;

import java.time.Duration;

/**
 * How labels are waited for.
 *
 * @param horizon how long after its prediction a label is waited for
 * @param absent what no label at the horizon means
 * @param earlyAge age of {@code early_loss}; zero: off
 * @param completeAt labelled share from which a cohort is final early
 * @param minCompleteness share below which a final cohort stays PROVISIONAL
 * @param lateness how far label times may run backwards in a partition
 * @param correctionsFor how long after the horizon corrections are still accepted
 */
public record LabelSettings(
    Duration horizon,
    Absent absent,
    Duration earlyAge,
    double completeAt,
    double minCompleteness,
    Duration lateness,
    Duration correctionsFor) {
  /** What no label at the horizon means. */
  public enum Absent {
    /** Not known: counts against the alarm. */
    CENSORED,
    /** The negative class. */
    NEGATIVE,
    /** The positive class. */
    POSITIVE,
    /** Left out. */
    MISSING_AT_RANDOM
  }
}
