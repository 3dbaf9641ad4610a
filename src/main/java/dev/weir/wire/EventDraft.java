package dev.weir.wire;

import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.Event.Operation;
import dev.weir.event.Event.Role;
import dev.weir.event.FeatureValues;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one event as they arrive, whatever the format; {@link #finish} checks them all in
 * one place and makes the event. Reused from record to record.
 */
final class EventDraft {
  private static final byte ABSENT = 0;
  private static final byte PRESENT = 1;
  private static final byte WRONG_TYPE = 2;

  /** Largest distance of the sum of class scores from 1. */
  private static final double SCORE_SUM_TOLERANCE = 0.001;

  private static final Set<EventField> CONTENT =
      EnumSet.of(
          EventField.SCORE,
          EventField.VALUE,
          EventField.PREDICTED_CLASS,
          EventField.LOWER,
          EventField.UPPER,
          EventField.LABEL_CLASS,
          EventField.LABEL_VALUE);

  private final Input input;
  private final DecodeCounts counts;
  private final byte[] states = new byte[EventField.values().length];

  /** Texts; null: not made yet of the bytes that are named below. */
  private final @Nullable String[] texts = new String[states.length];

  private byte[] source = {};
  private final int[] starts = new int[states.length];
  private final int[] lengths = new int[states.length];
  private final double[] numbers = new double[states.length];
  private final long[] longs = new long[states.length];
  private final FeatureValues features = new FeatureValues();
  private final DraftFeatures given = new DraftFeatures(this);
  private final TagValues tags = new TagValues();
  private @Nullable TreeMap<String, Double> classScores;
  private @Nullable TreeMap<String, Long> availableTimes;
  private @Nullable Problem problem;

  EventDraft(Input input, DecodeCounts counts) {
    this.input = input;
    this.counts = counts;
  }

  Input input() {
    return input;
  }

  DecodeCounts counts() {
    return counts;
  }

  /** Forgets the last event. */
  void clear() {
    Arrays.fill(states, ABSENT);
    features.clear();
    tags.clear();
    classScores = null;
    availableTimes = null;
    problem = null;
  }

  // ---- filling

  boolean has(EventField field) {
    return states[field.ordinal()] != ABSENT;
  }

  /** Whether there is anything that a model said, or that happened. */
  boolean says() {
    return classScores != null || CONTENT.stream().anyMatch(this::has);
  }

  void text(EventField field, String value) {
    states[field.ordinal()] = PRESENT;
    keep(field, value);
  }

  /**
   * Where the text of the last record comes again, to write it would cost what the collector adds.
   */
  @SuppressWarnings("ReferenceEquality")
  private void keep(EventField field, @Nullable String text) {
    if (texts[field.ordinal()] != text) {
      texts[field.ordinal()] = text;
    }
  }

  /**
   * Sets a text of characters of ASCII, which is made when somebody asks for it.
   *
   * @param bytes where it is; nobody changes them before {@link #clear}, and there is one such
   *     array
   */
  void ascii(EventField field, byte[] bytes, int from, int length) {
    states[field.ordinal()] = PRESENT;
    keep(field, null);
    source = bytes;
    starts[field.ordinal()] = from;
    lengths[field.ordinal()] = length;
  }

  void number(EventField field, double value) {
    states[field.ordinal()] = PRESENT;
    numbers[field.ordinal()] = value;
  }

  void integer(EventField field, long value) {
    states[field.ordinal()] = PRESENT;
    longs[field.ordinal()] = value;
  }

  /** Sets a time; {@link TimeText#INVALID} is none. */
  void time(EventField field, long value) {
    if (value == TimeText.INVALID) {
      wrongType(field);
    } else {
      integer(field, value);
    }
  }

  void wrongType(EventField field) {
    states[field.ordinal()] = WRONG_TYPE;
  }

  /** The inputs, to be filled; the event has them even if nothing is added. */
  FeatureValues features() {
    states[EventField.FEATURES.ordinal()] = PRESENT;
    return features;
  }

  /** The inputs as they are. */
  FeatureValues values() {
    return features;
  }

  /** Tags; empty: none. */
  Map<String, String> tags() {
    return tags.map();
  }

  /** When features became known; empty: not said. */
  Map<String, Long> availableTimes() {
    return availableTimes == null ? Map.of() : availableTimes;
  }

  /** Adds a tag; of too many those with the largest names are dropped. */
  void tag(String name, String value) {
    if (!tags.add(name, value)) {
      counts.dropped("tags");
    }
  }

  void classScore(String name, double value) {
    if (classScores == null) {
      classScores = new TreeMap<>();
    }
    classScores.put(name, value);
  }

  /** Adds when a feature value was known; a value that is no time is dropped. */
  void availableTime(String name, long value) {
    if (value <= 0) {
      counts.dropped("available_times");
      return;
    }
    if (availableTimes == null) {
      availableTimes = new TreeMap<>();
    }
    availableTimes.put(name, value);
  }

  /** Says that the record is unusable; the first reason counts. */
  void fail(Problem what) {
    if (problem == null) {
      problem = what;
    }
  }

  /** Says that the record has more features than are read. */
  void failTooManyFeatures() {
    fail(Reason.TOO_MANY_FIELDS, "features", "more than " + Limits.FEATURES + " features");
  }

  // ---- what became of it

  /** Why the record is unusable; null if it is not. */
  @Nullable Problem problem() {
    return problem;
  }

  /** The model, if it could be read. */
  @Nullable String modelId() {
    return textOrNull(EventField.MODEL_ID);
  }

  /** The prediction, if it could be read. */
  @Nullable String predictionId() {
    return textOrNull(EventField.PREDICTION_ID);
  }

  /**
   * The event, or null with a {@link #problem}: first the identity, then the time, then what the
   * stream needs.
   */
  @Nullable Event finish(TimeBounds bounds, long appendTime) {
    if (problem != null || !hasIdentity() || !hasTime(bounds, appendTime)) {
      return null;
    }
    Event event =
        switch (input) {
          case FEATURES -> finishFeatures();
          case PREDICTIONS -> finishPrediction();
          case LABELS -> finishLabel();
        };
    return problem == null ? event : null;
  }

  private boolean hasIdentity() {
    String model = needed(EventField.MODEL_ID);
    if (model == null) {
      return false;
    }
    if (!isModelId(model)) {
      return fail(Reason.UNKNOWN_MODEL, "model_id", "no model can have this model_id");
    }
    if (lacks(EventField.PREDICTION_ID)) {
      return false;
    }
    if (hasMoreCharacters(EventField.PREDICTION_ID, Limits.ID_LENGTH)) {
      return fail(Reason.OUT_OF_RANGE, "prediction_id", "longer than 128 characters");
    }
    if (input != Input.PREDICTIONS) {
      return true;
    }
    String version = needed(EventField.MODEL_VERSION);
    if (version == null) {
      return false;
    }
    return version.length() <= Limits.ID_LENGTH
        || fail(Reason.OUT_OF_RANGE, "model_version", "longer than 128 characters");
  }

  /** Whether a text matches {@code [a-z0-9][a-z0-9._-]{0,127}}. */
  static boolean isModelId(String text) {
    if (text.isEmpty() || text.length() > 128) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!plain && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
        return false;
      }
    }
    return true;
  }

  private boolean hasTime(TimeBounds bounds, long appendTime) {
    String field = EventField.timeField(input);
    byte state = state(EventField.TIME);
    if (state == ABSENT) {
      return fail(Reason.MISSING_FIELD, field, "the event time is missing");
    }
    if (state == WRONG_TYPE) {
      return fail(
          Reason.INVALID_TIME,
          field,
          "neither an ISO time with a zone nor a whole number of milliseconds since 1970");
    }
    long time = whole(EventField.TIME);
    Reason reason = bounds.check(time, appendTime);
    return reason == null || fail(reason, field, sentence(reason));
  }

  static String sentence(Reason reason) {
    return switch (reason) {
      case INVALID_TIME -> "the time is not after 1970-01-01T00:00:00Z";
      case TIME_IN_FUTURE -> "the time is later than is believed";
      default -> "the time is earlier than is believed";
    };
  }

  private Event.@Nullable Features finishFeatures() {
    if (state(EventField.FEATURES) != PRESENT) {
      missingOrWrong(EventField.FEATURES);
      return null;
    }
    dropUnless(EventField.MODEL_VERSION, 1, Limits.ID_LENGTH);
    dropUnless(EventField.ENTITY_ID, 0, Integer.MAX_VALUE);
    dropUnless(EventField.TRACE_PARENT, 0, Limits.TRACE_PARENT_LENGTH);
    return given;
  }

  private Event.@Nullable Prediction finishPrediction() {
    Double score = finite(EventField.SCORE);
    if (score != null && (score < 0 || score > 1)) {
      fail(Reason.OUT_OF_RANGE, "score", "a probability lies in [0,1]");
    }
    Double value = finite(EventField.VALUE);
    checkClassScores();
    if (problem != null) {
      return null;
    }
    Double lower = optionalFinite(EventField.LOWER);
    Double upper = optionalFinite(EventField.UPPER);
    boolean interval = lower != null && upper != null && lower <= upper;
    if (!interval && (lower != null || upper != null)) {
      counts.dropped(lower == null ? "upper" : "lower");
    }
    return new Event.Prediction(
        text(EventField.PREDICTION_ID),
        text(EventField.MODEL_ID),
        text(EventField.MODEL_VERSION),
        whole(EventField.TIME),
        score,
        value,
        optionalText(EventField.PREDICTED_CLASS),
        classScores == null ? Map.of() : classScores,
        interval ? lower : null,
        interval ? upper : null,
        optionalBetween(EventField.NOMINAL_COVERAGE, 0, 1),
        optionalFinite(EventField.UNCERTAINTY),
        inlineFeatures(),
        optionalText(EventField.ENTITY_ID),
        role(),
        samplingRate(),
        optionalBetween(EventField.LATENCY_MS, -Double.MIN_VALUE, Double.MAX_VALUE),
        tags(),
        traceParent());
  }

  private @Nullable FeatureValues inlineFeatures() {
    if (state(EventField.FEATURES) == WRONG_TYPE) {
      counts.dropped("features");
    }
    return state(EventField.FEATURES) == PRESENT ? features : null;
  }

  private void checkClassScores() {
    if (state(EventField.CLASS_SCORES) == WRONG_TYPE) {
      missingOrWrong(EventField.CLASS_SCORES);
    }
    if (classScores == null) {
      return;
    }
    double sum = 0;
    boolean inRange = true;
    for (double score : classScores.values()) {
      sum += score;
      inRange &= score >= 0 && score <= 1;
    }
    if (!inRange || Math.abs(sum - 1) > SCORE_SUM_TOLERANCE) {
      fail(
          Reason.OUT_OF_RANGE,
          "class_scores",
          "class scores lie in [0,1] and have the sum 1 within 0.001");
    }
  }

  private Role role() {
    String name = optionalText(EventField.ROLE);
    if (name == null) {
      return Role.UNKNOWN;
    }
    for (Role role : Role.values()) {
      if (role.name().equals(name)) {
        return role;
      }
    }
    counts.dropped("role");
    return Role.UNKNOWN;
  }

  private double samplingRate() {
    if (!has(EventField.SAMPLING_RATE)) {
      return 1;
    }
    double rate = numbers[EventField.SAMPLING_RATE.ordinal()];
    if (state(EventField.SAMPLING_RATE) == PRESENT && rate > 0 && rate <= 1) {
      return rate;
    }
    counts.dropped("sampling_rate");
    return 1;
  }

  private Event.@Nullable Label finishLabel() {
    Operation operation = operation();
    String labelClass = optionalText(EventField.LABEL_CLASS);
    if (state(EventField.LABEL_CLASS) == WRONG_TYPE) {
      missingOrWrong(EventField.LABEL_CLASS);
    }
    if (labelClass != null && labelClass.isEmpty()) {
      labelClass = null;
    }
    Double labelValue = finite(EventField.LABEL_VALUE);
    int revision = revision();
    if (operation == Operation.UPSERT && labelClass == null && labelValue == null) {
      fail(Reason.MISSING_FIELD, "label_class", "neither label_class nor label_value is there");
    }
    if (problem != null || operation == null) {
      return null;
    }
    return new Event.Label(
        text(EventField.PREDICTION_ID),
        text(EventField.MODEL_ID),
        whole(EventField.TIME),
        labelClass,
        labelValue,
        revision,
        operation,
        outcomeTime(),
        optionalText(EventField.SOURCE),
        tags(),
        traceParent());
  }

  private @Nullable Operation operation() {
    if (!has(EventField.OPERATION)) {
      return Operation.UPSERT;
    }
    if (state(EventField.OPERATION) == PRESENT) {
      switch (text(EventField.OPERATION)) {
        case "UPSERT" -> {
          return Operation.UPSERT;
        }
        case "RETRACT" -> {
          return Operation.RETRACT;
        }
        default -> {}
      }
    }
    fail(Reason.WRONG_TYPE, "operation", "neither UPSERT nor RETRACT");
    return null;
  }

  private int revision() {
    if (!has(EventField.REVISION)) {
      return 0;
    }
    long revision = whole(EventField.REVISION);
    if (state(EventField.REVISION) == WRONG_TYPE) {
      missingOrWrong(EventField.REVISION);
    } else if (revision < 0 || revision > Integer.MAX_VALUE) {
      fail(Reason.OUT_OF_RANGE, "revision", "a revision is 0 or more");
    }
    return (int) revision;
  }

  private @Nullable Long outcomeTime() {
    if (!has(EventField.OUTCOME_TIME)) {
      return null;
    }
    long time = whole(EventField.OUTCOME_TIME);
    if (state(EventField.OUTCOME_TIME) == PRESENT && time > 0) {
      return time;
    }
    counts.dropped("outcome_time");
    return null;
  }

  // ---- single fields

  private byte state(EventField field) {
    return states[field.ordinal()];
  }

  /** A whole number that is there. */
  long whole(EventField field) {
    return longs[field.ordinal()];
  }

  /** A text that is there. */
  String text(EventField field) {
    String text = texts[field.ordinal()];
    if (text == null) {
      int from = starts[field.ordinal()];
      text = new String(source, from, lengths[field.ordinal()], StandardCharsets.US_ASCII);
      texts[field.ordinal()] = text;
    }
    return text;
  }

  private int length(EventField field) {
    String text = texts[field.ordinal()];
    return text == null ? lengths[field.ordinal()] : text.length();
  }

  private boolean hasMoreCharacters(EventField field, int most) {
    // A character outside of the first 65,536 counts as two in a length.
    return length(field) > most && text(field).codePointCount(0, length(field)) > most;
  }

  /** A text; null if it is absent. */
  @Nullable String textOrNull(EventField field) {
    return state(field) == PRESENT ? text(field) : null;
  }

  private @Nullable String needed(EventField field) {
    return lacks(field) ? null : text(field);
  }

  private boolean lacks(EventField field) {
    if (state(field) == PRESENT && length(field) > 0) {
      return false;
    }
    missingOrWrong(field);
    return true;
  }

  private void missingOrWrong(EventField field) {
    String name = field.id(input);
    if (state(field) == WRONG_TYPE) {
      fail(Reason.WRONG_TYPE, name, name + " has the wrong type");
    } else {
      fail(Reason.MISSING_FIELD, name, name + " is missing");
    }
  }

  private @Nullable String optionalText(EventField field) {
    if (state(field) == WRONG_TYPE && field != EventField.LABEL_CLASS) {
      counts.dropped(field.id(input));
    }
    return textOrNull(field);
  }

  private @Nullable String traceParent() {
    dropUnless(EventField.TRACE_PARENT, 0, Limits.TRACE_PARENT_LENGTH);
    return textOrNull(EventField.TRACE_PARENT);
  }

  /** Drops a text that is there and has another length, or is no text. */
  private void dropUnless(EventField field, int least, int most) {
    byte state = state(field);
    if (state == WRONG_TYPE
        || (state == PRESENT && (length(field) < least || length(field) > most))) {
      counts.dropped(field.id(input));
      states[field.ordinal()] = ABSENT;
    }
  }

  /** A number that must be finite where it is given. */
  private @Nullable Double finite(EventField field) {
    if (!has(field)) {
      return null;
    }
    if (state(field) == WRONG_TYPE) {
      missingOrWrong(field);
      return null;
    }
    double number = numbers[field.ordinal()];
    if (!Double.isFinite(number)) {
      fail(Reason.OUT_OF_RANGE, field.id(input), field.id(input) + " is not finite");
    }
    return number;
  }

  /** A number that is dropped unless it is finite. */
  private @Nullable Double optionalFinite(EventField field) {
    if (!has(field)) {
      return null;
    }
    double number = numbers[field.ordinal()];
    if (state(field) == PRESENT && Double.isFinite(number)) {
      return number;
    }
    counts.dropped(field.id(input));
    return null;
  }

  /** A finite number that is dropped unless it lies between the limits, which it may not touch. */
  private @Nullable Double optionalBetween(EventField field, double low, double high) {
    Double number = optionalFinite(field);
    if (number == null || (number > low && number < high)) {
      return number;
    }
    counts.dropped(field.id(input));
    return null;
  }

  private boolean fail(Reason reason, String field, String detail) {
    fail(new Problem(reason, field, detail));
    return false;
  }
}
