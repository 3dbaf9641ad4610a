package dev.weir.wire;

import dev.weir.event.Event.Input;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which columns serve which fields of a stream. */
final class RoleColumns {
  /** Columns that a file must have if the roles name them outright. */
  private static final Map<Input, List<String>> NEEDED_IF_NAMED =
      Map.of(
          Input.FEATURES, List.of(),
          Input.PREDICTIONS, List.of("score", "value", "lower", "upper"),
          Input.LABELS, List.of("label_class", "label_value"));

  private RoleColumns() {}

  /** Fields of this stream by column. */
  static Map<String, Set<EventField>> fields(Input input, ColumnRoles roles) {
    Map<String, Set<EventField>> fields = new HashMap<>();
    for (EventField field : EventField.values()) {
      String role = field.id(input);
      boolean flat =
          switch (field.type()) {
            case TEXT, CATEGORY, NUMBER, INTEGER, TIME -> true;
            case FEATURES, TEXTS, NUMBERS, TIMES, LIST -> false;
          };
      if (flat && field != EventField.MODEL_ID && EventField.of(input, role) == field) {
        fields
            .computeIfAbsent(roles.column(role), column -> EnumSet.noneOf(EventField.class))
            .add(field);
      }
    }
    return fields;
  }

  /** Class by the column with its score; empty but for predictions. */
  static Map<String, String> classes(Input input, ColumnRoles roles) {
    Map<String, String> classes = new HashMap<>();
    if (input == Input.PREDICTIONS) {
      roles.classScores().forEach((name, column) -> classes.put(column, name));
    }
    return classes;
  }

  /** Every column that has a role in any stream, so that no other stream takes it for a feature. */
  static Set<String> all(ColumnRoles roles) {
    Set<String> columns = new HashSet<>(roles.byRole().values());
    columns.addAll(roles.classScores().values());
    for (Input input : Input.values()) {
      columns.addAll(fields(input, roles).keySet());
    }
    columns.add("model_id");
    return columns;
  }

  /** Roles whose columns a file of this stream must have. */
  static List<String> needed(Input input, ColumnRoles roles) {
    List<String> needed = new ArrayList<>();
    needed.add("prediction_id");
    needed.add(EventField.timeField(input));
    for (String role : NEEDED_IF_NAMED.getOrDefault(input, List.of())) {
      if (roles.byRole().containsKey(role)) {
        needed.add(role);
      }
    }
    return needed;
  }
}
