package dev.weir.event;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A validated record of one of the three event streams. */
public sealed interface Event {
  /** Join key, 1 to 128 characters. */
  String predictionId();

  /** Name of the model. */
  String modelId();

  /** Event time, milliseconds since 1970 UTC. */
  long time();

  /** Which stream it belongs to. */
  Input input();

  /**
   * What a model was given. All of it belongs to the decoder until its next record, because most of
   * these are counted and never seen again: a text is made when somebody asks for it.
   */
  non-sealed interface Features extends Event {
    /** The inputs. */
    FeatureValues features();

    /** Version that was asked, if the record says. */
    @Nullable String modelVersion();

    /** When features became known, by name, milliseconds since 1970 UTC. */
    Map<String, Long> availableTimes();

    /** Whom it is about, if the record says. */
    @Nullable String entityId();

    /** Further names for what it is about. */
    Map<String, String> tags();

    /** W3C trace context, if the record carries it. */
    @Nullable String traceParent();

    @Override
    default Input input() {
      return Input.FEATURES;
    }
  }

  /**
   * What a model said. Absent numbers are null; {@code features} is null unless inputs are inline
   * and belongs to the decoder until its next record.
   */
  record Prediction(
      String predictionId,
      String modelId,
      String modelVersion,
      long time,
      @Nullable Double score,
      @Nullable Double value,
      @Nullable String predictedClass,
      Map<String, Double> classScores,
      @Nullable Double lower,
      @Nullable Double upper,
      @Nullable Double nominalCoverage,
      @Nullable Double uncertainty,
      @Nullable FeatureValues features,
      @Nullable String entityId,
      Role role,
      double samplingRate,
      @Nullable Double latencyMillis,
      Map<String, String> tags,
      @Nullable String traceParent)
      implements Event {
    @Override
    public Input input() {
      return Input.PREDICTIONS;
    }
  }

  /** What really happened. {@code time} is when it became known. */
  record Label(
      String predictionId,
      String modelId,
      long time,
      @Nullable String labelClass,
      @Nullable Double labelValue,
      int revision,
      Operation operation,
      @Nullable Long outcomeTime,
      @Nullable String source,
      Map<String, String> tags,
      @Nullable String traceParent)
      implements Event {
    @Override
    public Input input() {
      return Input.LABELS;
    }
  }

  /** The three streams. */
  enum Input {
    /** What models were given. */
    FEATURES,
    /** What models said. */
    PREDICTIONS,
    /** What really happened. */
    LABELS;

    /** Name in file names, counts and dead letters: lower case. */
    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Role of a model version for one request. */
  enum Role {
    /** Not said. */
    UNKNOWN,
    /** The version whose answer is used. */
    CHAMPION,
    /** A version that wants to become champion. */
    CHALLENGER,
    /** Scored, never used. */
    SHADOW,
    /** Used for a small share. */
    CANARY,
    /** No longer used. */
    RETIRED
  }

  /** What to do with a label. */
  enum Operation {
    /** Set or replace. */
    UPSERT,
    /** Withdraw. */
    RETRACT
  }
}
