package dev.weir.stats.inference;

/** What a prediction counts as that has no label when its cohort becomes final. */
public enum AbsentLabels {
  /**
   * Against the alarm: it stays in the denominator and counts 0 in tests above a bound, 1 in tests
   * below one. Valid whatever makes labels missing and however few there are; the price is power.
   */
  CENSORED,
  /**
   * No label means the negative class. The caller counts losses and classes with that class; a
   * label that is still absent from a window's counts is treated as {@link #CENSORED}, except by
   * the two calibration plans, which know the class.
   */
  NEGATIVE,
  /** No label means the positive class; otherwise as {@link #NEGATIVE}. */
  POSITIVE,
  /** It leaves the denominator; valid only if labels are missing at random. */
  MISSING_AT_RANDOM;

  /** Records without label that stay in the denominator of a rate or loss. */
  long inDenominator(long absent) {
    return this == MISSING_AT_RANDOM ? 0 : absent;
  }
}
