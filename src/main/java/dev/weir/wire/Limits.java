package dev.weir.wire;

/** Largest sizes that are read. Beyond them a record is a dead letter. */
final class Limits {
  /** Bytes of a record value, and of a line of a file. */
  static final int VALUE_BYTES = 1 << 20;

  /** Bytes of a baseline: 2,000 columns, each of them in many segments. */
  static final int BASELINE_BYTES = 32 << 20;

  /** Features of a record. */
  static final int FEATURES = 2_000;

  /** Bytes of one text. */
  static final int STRING_BYTES = 65_536;

  /** Bytes of one byte field. */
  static final int FIELD_BYTES = 262_144;

  /** Items of one list or map. */
  static final int COLLECTION_ITEMS = 10_000;

  /** Bytes of a writer schema. */
  static final int SCHEMA_BYTES = 256 * 1024;

  /** Characters of a prediction id, and of a version. */
  static final int ID_LENGTH = 128;

  /** Tags of a record; more are dropped. */
  static final int TAGS = 32;

  /** Items of a prediction set. */
  static final int PREDICTION_SET = 100;

  /** Characters of a trace parent; W3C has 55, and leaves room for later versions. */
  static final int TRACE_PARENT_LENGTH = 256;

  private Limits() {}
}
