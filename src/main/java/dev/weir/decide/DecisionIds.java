package dev.weir.decide;

import dev.weir.event.CanonicalJson;
import dev.weir.event.WeirId;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;

/**
 * Names of alerts, incidents and triggers: hashes of what they identify. The recipes are frozen.
 */
public final class DecisionIds {
  private static final int DIGITS = 20;

  private DecisionIds() {}

  /** {@code f-} and the id of (model, version, monitor, metric, feature, segment, rule). */
  public static String fingerprint(Series series, Rule rule) {
    return "f-"
        + WeirId.of(
            DIGITS,
            series.modelId(),
            series.modelVersion(),
            series.monitor(),
            series.metric(),
            series.feature(),
            series.segment(),
            rule.name());
  }

  /** {@code a-} and the id of (fingerprint, start as ISO text, sequence). */
  public static String alert(String fingerprint, long startsAt, int sequence) {
    return "a-"
        + WeirId.of(DIGITS, fingerprint, CanonicalJson.time(startsAt), Integer.toString(sequence));
  }

  /** {@code i-} and the id of (model, start of the first alert as ISO text, its fingerprint). */
  public static String incident(String modelId, long startsAt, String fingerprint) {
    return "i-" + WeirId.of(DIGITS, modelId, CanonicalJson.time(startsAt), fingerprint);
  }

  /**
   * {@code rt-} and the id of (model, version, policy, cause, attempt).
   *
   * @param cause incident, feedback id of a request, or ISO text of the end of the window that
   *     decided
   */
  public static String trigger(
      String modelId, String modelVersion, String policy, String cause, int attempt) {
    return "rt-"
        + WeirId.of(DIGITS, modelId, modelVersion, policy, cause, Integer.toString(attempt));
  }
}
