package dev.weir.spec;

/** Reports what the schema cannot see: relations between keys, and against the reference. */
final class MeaningCheck {
  private MeaningCheck() {}

  static void check(Resolution resolution) {}
}
