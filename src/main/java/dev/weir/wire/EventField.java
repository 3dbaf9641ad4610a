package dev.weir.wire;

import dev.weir.event.Event.Input;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of the three event schemas; the event time has one name per schema. */
enum EventField {
  PREDICTION_ID(Type.TEXT),
  MODEL_ID(Type.TEXT),
  MODEL_VERSION(Type.TEXT, Input.FEATURES, Input.PREDICTIONS),
  TIME(Type.TIME),
  FEATURES(Type.FEATURES, Input.FEATURES, Input.PREDICTIONS),
  AVAILABLE_TIMES(Type.TIMES, Input.FEATURES),
  ENTITY_ID(Type.TEXT, Input.FEATURES, Input.PREDICTIONS),
  SCORE(Type.NUMBER, Input.PREDICTIONS),
  VALUE(Type.NUMBER, Input.PREDICTIONS),
  PREDICTED_CLASS(Type.CATEGORY, Input.PREDICTIONS),
  CLASS_SCORES(Type.NUMBERS, Input.PREDICTIONS),
  LOWER(Type.NUMBER, Input.PREDICTIONS),
  UPPER(Type.NUMBER, Input.PREDICTIONS),
  NOMINAL_COVERAGE(Type.NUMBER, Input.PREDICTIONS),
  PREDICTION_SET(Type.LIST, Input.PREDICTIONS),
  UNCERTAINTY(Type.NUMBER, Input.PREDICTIONS),
  ROLE(Type.TEXT, Input.PREDICTIONS),
  SAMPLING_RATE(Type.NUMBER, Input.PREDICTIONS),
  LATENCY_MS(Type.NUMBER, Input.PREDICTIONS),
  LABEL_CLASS(Type.CATEGORY, Input.LABELS),
  LABEL_VALUE(Type.NUMBER, Input.LABELS),
  REVISION(Type.INTEGER, Input.LABELS),
  OPERATION(Type.TEXT, Input.LABELS),
  OUTCOME_TIME(Type.TIME, Input.LABELS),
  SOURCE(Type.TEXT, Input.LABELS),
  TAGS(Type.TEXTS),
  TRACE_PARENT(Type.TEXT);

  /** Form of a value. */
  enum Type {
    TEXT,
    /** A text; numbers and booleans are written plainly. */
    CATEGORY,
    NUMBER,
    INTEGER,
    TIME,
    FEATURES,
    /** A map to texts. */
    TEXTS,
    /** A map to numbers. */
    NUMBERS,
    /** A map to times. */
    TIMES,
    /** A list that is not kept. */
    LIST
  }

  private static final Map<Input, Map<String, EventField>> BY_NAME = new EnumMap<>(Input.class);

  static {
    for (Input input : Input.values()) {
      Map<String, EventField> fields = new HashMap<>();
      for (EventField field : values()) {
        if (field.belongsTo(input)) {
          fields.put(field.id(input), field);
        }
      }
      BY_NAME.put(input, fields);
    }
  }

  private final Type type;
  private final Input[] inputs;

  EventField(Type type, Input... inputs) {
    this.type = type;
    this.inputs = inputs.length == 0 ? Input.values() : inputs;
  }

  Type type() {
    return type;
  }

  private boolean belongsTo(Input input) {
    for (Input mine : inputs) {
      if (mine == input) {
        return true;
      }
    }
    return false;
  }

  /** Name in the schema of this input. */
  String id(Input input) {
    return this == TIME ? timeField(input) : name().toLowerCase(Locale.ROOT);
  }

  /** Name of the event time. */
  static String timeField(Input input) {
    return switch (input) {
      case FEATURES -> "event_time";
      case PREDICTIONS -> "prediction_time";
      case LABELS -> "label_time";
    };
  }

  /** The field of this name in the schema of {@code input}, or null. */
  static @Nullable EventField of(Input input, String name) {
    Map<String, EventField> fields = BY_NAME.get(input);
    return fields == null ? null : fields.get(name);
  }
}
