package dev.weir.event;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A record that could not be used, where it stands, and why. Fields as in the schema. */
public record DeadLetter(
    String topic,
    int partition,
    long offset,
    @Nullable Long recordTime,
    Reason reason,
    @Nullable String field,
    String detail,
    @Nullable String modelId,
    @Nullable String predictionId,
    @Nullable String schemaId,
    byte @Nullable [] key,
    byte @Nullable [] head,
    long valueSize,
    String valueSha256,
    Map<String, byte[]> headers) {

  /** Why a record was set aside. */
  public enum Reason {
    /** Only a reader older than the writer sees it. */
    UNKNOWN,
    /** No format fits. */
    UNDECODABLE,
    /** The registry does not know the schema. */
    UNKNOWN_SCHEMA,
    /** Over the size limit. */
    TOO_LARGE,
    /** A needed field is absent. */
    MISSING_FIELD,
    /** A needed field has another type. */
    WRONG_TYPE,
    /** A needed field is outside its range. */
    OUT_OF_RANGE,
    /** Not a time. */
    INVALID_TIME,
    /** Later than the record's append time allows. */
    TIME_IN_FUTURE,
    /** Older than the record's append time allows. */
    TOO_OLD,
    /** No job file for the model. */
    UNKNOWN_MODEL,
    /** More features than allowed. */
    TOO_MANY_FIELDS,
    /** The label was known before the prediction was made. */
    LABEL_BEFORE_PREDICTION,
    /** A control record that fails its checks. */
    INVALID_CONTROL
  }
}
