package dev.weir.spec;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a column means, and the names by which that is guessed. Ids are the Avro field names.
 *
 * <p>Of several columns the one whose name comes first in the list has the role.
 */
enum Role {
  PREDICTION_ID("prediction_id", "event_id", "request_id", "inference_id", "id", "uuid"),
  EVENT_TIME("event_time", "timestamp", "time", "ts", "served_at"),
  PREDICTION_TIME("prediction_time", "scored_at", "predicted_at"),
  MODEL_VERSION("model_version", "version"),
  SCORE("p_positive", "score", "proba", "probability", "p_1", "y_proba"),
  VALUE("y_pred", "prediction", "y_hat", "forecast"),
  PREDICTED_CLASS("y_pred_class", "predicted_class", "pred_label", "decision"),
  LOWER("lower", "lo", "y_lower[0-9]*"),
  UPPER("upper", "hi", "y_upper[0-9]*"),
  UNCERTAINTY("uncertainty"),
  LABEL_TIME("label_time", "labelled_at", "known_at"),
  LABEL_CLASS("label_class", "label", "y", "target", "actual"),
  LABEL_VALUE("label_value", "y_true", "target", "actual"),
  REVISION("revision"),
  OPERATION("operation"),
  ENTITY_ID("entity_id");

  /** Most values of a column that is called label, target or the like and holds classes. */
  static final int MOST_CLASSES = 20;

  /** A column without a role whose name begins so is about predictions or labels. */
  private static final Pattern LEFTOVER = Pattern.compile("(y_|pred_|p_|label_|target_).*");

  private final List<Pattern> names;

  Role(String... names) {
    this.names =
        List.of(names).stream().map(name -> Pattern.compile(name.replace("_", ""))).toList();
  }

  /** The Avro field name, which is the key in {@code columns}. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the reference may lack this column although the events have it. */
  boolean optionalInReference() {
    return switch (this) {
      case PREDICTION_TIME, MODEL_VERSION, LABEL_TIME, REVISION, OPERATION -> true;
      default -> false;
    };
  }

  /** The first column, in the order of the names, that has this role by its name. */
  Optional<String> byName(List<String> columns, Predicate<String> free) {
    for (Pattern name : names) {
      for (String column : columns) {
        if (name.matcher(bare(column)).matches() && free.test(column)) {
          return Optional.of(column);
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a column without a role is left out because it looks like a prediction or a label. */
  static boolean isLeftover(String column) {
    return LEFTOVER.matcher(column.toLowerCase(Locale.ROOT).replace('-', '_')).matches();
  }

  private static String bare(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
  }
}
