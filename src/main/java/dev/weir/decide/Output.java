package dev.weir.decide;

import dev.weir.monitor.Finding;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Severity;
import dev.weir.monitor.Unit;
import dev.weir.monitor.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Weir writes: one record per topic, fields as in the schemas. Times in ms UTC. */
public sealed interface Output {
  /** Model it is about. */
  String modelId();

  /**
   * A finding after the decision.
   *
   * @param finding value, counts and context
   * @param verdict final verdict
   * @param rule what gave it
   * @param threshold of the finding, or the limit of the plain rule
   * @param logE evidence after this window, before an alarm resets it
   * @param logEThreshold evidence that alarms alone
   * @param targetUnit unit of the label; null: it has no name
   */
  record Metric(
      Finding finding,
      Verdict verdict,
      Rule rule,
      @Nullable Double threshold,
      @Nullable Double logE,
      @Nullable Double logEThreshold,
      @Nullable String targetUnit)
      implements Output {
    /** Unit of value, interval and threshold, as it is written. */
    public String unit() {
      return finding.unit() == Unit.TARGET && targetUnit != null ? targetUnit : finding.unit().id();
    }

    @Override
    public String modelId() {
      return finding.series().modelId();
    }
  }

  /** State of one alert after a change. */
  record Alert(
      String alertId,
      String fingerprint,
      String incidentId,
      String modelId,
      String modelVersion,
      String monitor,
      Status status,
      int sequence,
      Severity severity,
      Antipattern antipattern,
      String summary,
      String runbook,
      Map<String, String> labels,
      Map<String, String> annotations,
      long startsAt,
      @Nullable Long endsAt,
      long updatedAt,
      @Nullable String acknowledgedBy,
      @Nullable Long silencedUntil,
      Rule rule,
      List<Evidence> evidence,
      @Nullable Long changeBeganAt,
      @Nullable String triggerId,
      String configHash)
      implements Output {}

  /** State of an alert. */
  enum Status {
    /** Only a reader older than the writer sees it. */
    UNKNOWN,
    /** A plain rule waits for its windows. */
    PENDING,
    /** Open. */
    FIRING,
    /** Closed. */
    RESOLVED
  }

  /** Failure modes of model operations (Muralidhar et al., 2021). */
  enum Antipattern {
    /** Only a reader older than the writer sees it. */
    UNKNOWN,
    /** No failure mode. */
    NONE,
    /** The model sees what it cannot know. */
    DATA_LEAKAGE,
    /** Acting without asking what became of it. */
    ACT_NOW_REFLECT_NEVER,
    /** Changes that nobody registered. */
    TUNING_UNDER_THE_CARPET,
    /** Believing in a better model without evidence. */
    PERCEIVED_EMPIRICAL_SUPERIORITY,
    /** Blaming the wrong stage. */
    BAD_CREDIT_ASSIGNMENT,
    /** Labels that are not independent, or do not come. */
    GRADE_YOUR_OWN_EXAM,
    /** The world moved on and the model did not. */
    SET_AND_FORGET,
    /** Uncertainty that means nothing. */
    COMMUNICATE_WITH_AMBIVALENCE,
    /** Inputs of bad quality. */
    DATA_CRISIS_AS_A_SERVICE
  }

  /** The metric point behind a state. */
  record Evidence(
      String seriesId,
      String metric,
      @Nullable String feature,
      @Nullable String segment,
      long windowStart,
      long windowEnd,
      int revision,
      @Nullable Double value,
      @Nullable Double threshold,
      @Nullable Double logE,
      @Nullable Double logEThreshold,
      long nCurrent,
      @Nullable Long nReference,
      @Nullable Double completeness) {}

  /** A request to retrain. */
  record RetrainingTrigger(
      String triggerId,
      String modelId,
      String modelVersion,
      String policy,
      Reason reason,
      String summary,
      long decidedAt,
      long expiresAt,
      long cooldownUntil,
      int attempt,
      boolean dryRun,
      String incidentId,
      List<String> alertFingerprints,
      @Nullable Long trainingStart,
      @Nullable Long trainingEnd,
      long labelledRows,
      Map<String, String> parameters,
      @Nullable String advice,
      @Nullable String approvedBy,
      String configHash,
      @Nullable String traceParent)
      implements Output {}

  /** Main reason of a trigger, the first that holds. */
  enum Reason {
    /** Only a reader older than the writer sees it. */
    UNKNOWN,
    /** Inputs drifted. */
    DATA_DRIFT,
    /** Predictions drifted. */
    PREDICTION_DRIFT,
    /** Labels drifted. */
    LABEL_DRIFT,
    /** The relation of inputs and labels changed. */
    CONCEPT_DRIFT,
    /** The loss rose. */
    PERFORMANCE,
    /** Probabilities no longer keep their promise. */
    CALIBRATION,
    /** Intervals no longer keep their promise. */
    COVERAGE,
    /** The model is old. */
    MODEL_AGE,
    /** A person asked. */
    REQUEST
  }

  /** One step of the history of a model, hash-chained. {@code detail} is canonical JSON. */
  record AuditRecord(
      String modelId,
      long sequence,
      long eventTime,
      String actor,
      AuditAction action,
      String objectId,
      String detail,
      String configHash,
      String previousHash,
      String hash)
      implements Output {}

  /** What happened. Symbols as in the schema. */
  enum AuditAction {
    UNKNOWN,
    JOB_FILE_APPLIED,
    JOB_FILE_REJECTED,
    BASELINE_APPLIED,
    MODEL_VERSION_REGISTERED,
    MODEL_VERSION_SEEN,
    ALERT_FIRED,
    ALERT_CHANGED,
    ALERT_RESOLVED,
    ALERT_ACKNOWLEDGED,
    ALERT_SILENCED,
    ALERT_UNSILENCED,
    TRIGGER_PROPOSED,
    TRIGGER_APPROVED,
    TRIGGER_REJECTED,
    TRIGGER_EMITTED,
    TRIGGER_SUPPRESSED,
    TRIGGER_EXPIRED,
    TRIGGER_ANSWERED,
    FEEDBACK_IGNORED,
    LIMIT_REACHED
  }
}
