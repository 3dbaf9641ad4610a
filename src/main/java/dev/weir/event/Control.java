package dev.weir.event;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A record of a control topic: what people, registries and orchestrators say. Times in ms UTC. */
public sealed interface Control {
  /** Model it is about. */
  String modelId();

  /** Event time from which it holds; null: from the next window end. */
  @Nullable Long effectiveFrom();

  /** A job file as applied; {@code resolved} is null in a tombstone, which ends the model. */
  record JobFile(
      String modelId,
      String configHash,
      String source,
      @Nullable String resolved,
      int format,
      @Nullable Long effectiveFrom,
      String actor,
      String comment)
      implements Control {}

  /** A baseline as published; {@code encoded} is the whole Avro record, null in a tombstone. */
  record BaselineFile(
      String modelId, String baselineId, byte @Nullable [] encoded, @Nullable Long effectiveFrom)
      implements Control {}

  /** A model version as registered. */
  record ModelVersion(
      String modelId,
      String modelVersion,
      @Nullable Long effectiveFrom,
      Event.Role role,
      @Nullable String triggerId,
      @Nullable Long trainingStart,
      @Nullable Long trainingEnd,
      @Nullable String baselineId,
      List<String> features,
      @Nullable String owner,
      @Nullable String approvedBy)
      implements Control {}

  /** A human decision. */
  record Feedback(
      String feedbackId,
      String modelId,
      Action action,
      String objectId,
      long eventTime,
      String actor,
      String reason,
      @Nullable Long silenceUntil,
      Map<String, String> matchers,
      @Nullable Boolean useful,
      @Nullable String configHash)
      implements Control {
    @Override
    public Long effectiveFrom() {
      return eventTime;
    }
  }

  /** What was decided by a person. */
  enum Action {
    /** Only a reader older than the writer sees it. */
    UNKNOWN,
    /** Seen. */
    ACKNOWLEDGE,
    /** Keep quiet. */
    SILENCE,
    /** No longer keep quiet. */
    UNSILENCE,
    /** Yes to a proposed trigger. */
    APPROVE,
    /** No to a proposed trigger. */
    REJECT,
    /** Retrain under the named policy. */
    REQUEST
  }

  /** What became of a trigger. */
  record RetrainingStatus(
      String triggerId,
      String modelId,
      RunState state,
      long eventTime,
      @Nullable String runUrl,
      @Nullable String newModelVersion,
      @Nullable String actor,
      @Nullable String message)
      implements Control {
    @Override
    public Long effectiveFrom() {
      return eventTime;
    }
  }

  /** State of a retraining run. */
  enum RunState {
    /** Only a reader older than the writer sees it. */
    UNKNOWN,
    /** Taken. */
    ACCEPTED,
    /** Started. */
    RUNNING,
    /** Ended well. */
    SUCCEEDED,
    /** Ended badly. */
    FAILED,
    /** Not taken. */
    REJECTED,
    /** Stopped. */
    CANCELLED;

    /** Whether no state can follow. */
    public boolean ended() {
      return this == SUCCEEDED || this == FAILED || this == REJECTED || this == CANCELLED;
    }
  }
}
