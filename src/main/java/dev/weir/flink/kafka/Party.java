package dev.weir.flink.kafka;

import java.util.Locale;

/**
 * Everybody who speaks to Weir's topics. Each has a principal of its own, so that what one of them
 * may do is no use to whoever has taken over another. What each may do is in {@link Grants}.
 */
public enum Party {
  /** Sends what models were given. */
  FEATURES_PRODUCER,
  /** Sends what models said. */
  PREDICTIONS_PRODUCER,
  /** Sends what really happened. */
  LABELS_PRODUCER,
  /** The Flink job. */
  JOB,
  /** Starts what triggers ask for and says what became of it. */
  ORCHESTRATOR,
  /** Announces model versions. */
  REGISTRY,
  /** Shows everything and passes on what people decide. */
  DASHBOARD,
  /** Carries alerts to people. */
  NOTIFIER,
  /** Makes topics, applies job files, sends dead letters again. */
  ADMIN;

  /** The constant's name in lower case with hyphens. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its principal, unless it is given another: {@code User:weir-job}. */
  public String principal() {
    return "User:weir-" + id();
  }
}
