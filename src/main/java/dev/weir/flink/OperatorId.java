package dev.weir.flink;

import dev.weir.event.Event;
import java.util.Locale;

/**
 * Uid and name of every operator. Constants are only ever added: a savepoint finds its state by
 * uid.
 */
public enum OperatorId {
  READ_FEATURES("1. Read features"),
  READ_PREDICTIONS("1. Read predictions"),
  READ_LABELS("1. Read labels"),
  READ_CONTROL("1. Read control"),
  RELEASE_CONTROL("1. Let control not hold back time"),
  HEAR_CONTROL("1. Hear control"),
  PROFILE_FEATURES("2. Profile features"),
  PROFILE_PREDICTIONS("2. Profile predictions"),
  ACCEPT_LABELS("2. Accept labels"),
  WINDOW("2. Merge panes into windows"),
  PAIR("3. Pair predictions, features and labels"),
  COHORT("4. Merge outcomes into cohorts"),
  JUDGE("5. Judge"),
  DECIDE("6. Decide"),
  COUNT("7. Count records"),
  READ_BACK("7. Read triggers back"),
  RELEASE_READ_BACK("7. Let the read-back not hold back time"),
  CONFIRM_TRIGGERS("7. Confirm triggers"),
  WRITE("7. Write metrics, alerts, triggers, audit and dead letters"),
  WRITE_COUNTS("7. Write the final counts"),
  HOLD_DEPLOYMENT("1. Hold the deployment"),
  SIGHT_TRIGGERS("7. Look at what lies on the trigger topic");

  private final String label;

  OperatorId(String label) {
    this.label = label;
  }

  /** Stable identifier: the constant's name in lower case with hyphens. */
  public String uid() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The source of an input. */
  public static OperatorId reading(Event.Input input) {
    return switch (input) {
      case FEATURES -> READ_FEATURES;
      case PREDICTIONS -> READ_PREDICTIONS;
      case LABELS -> READ_LABELS;
    };
  }

  /** The operator that profiles an input. */
  public static OperatorId profiling(Event.Input input) {
    return switch (input) {
      case FEATURES -> PROFILE_FEATURES;
      case PREDICTIONS -> PROFILE_PREDICTIONS;
      case LABELS -> ACCEPT_LABELS;
    };
  }

  /** Name for people. */
  public String label() {
    return label;
  }
}
