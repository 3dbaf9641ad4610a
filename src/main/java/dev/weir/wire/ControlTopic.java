package dev.weir.wire;

import org.apache.avro.Schema;

/** The control topics, each with one kind of record. */
public enum ControlTopic {
  /** Job files as applied. */
  JOB_FILES("job-files", Schemas.JOB_FILES),
  /** Baselines as published. */
  BASELINES("baselines", Schemas.BASELINES),
  /** Model versions as registered. */
  MODEL_VERSIONS("model-versions", Schemas.MODEL_VERSIONS),
  /** Human decisions. */
  FEEDBACK("feedback", Schemas.FEEDBACK),
  /** What became of triggers. */
  RETRAINING_STATUS("retraining-status", Schemas.RETRAINING_STATUS);

  private final String id;
  private final Schema schema;

  ControlTopic(String id, Schema schema) {
    this.id = id;
    this.schema = schema;
  }

  /** The topic without its prefix. */
  public String id() {
    return id;
  }

  /** Most bytes of a record's value. */
  public int largestRecord() {
    return this == BASELINES ? Limits.BASELINE_BYTES : Limits.VALUE_BYTES;
  }

  Schema schema() {
    return schema;
  }
}
