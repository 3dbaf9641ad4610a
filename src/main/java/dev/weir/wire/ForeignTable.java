package dev.weir.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a request or answer, whatever its form: rows as lists or objects (V1), tensors (V2)
 * or CSV.
 *
 * @param rows the rows in their order
 */
record ForeignTable(List<Row> rows) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * One row.
   *
   * @param positions values without names, in order
   * @param members values by name; of a tensor with several columns the list of them
   */
  record Row(List<JsonNode> positions, Map<String, JsonNode> members) {
    static Row empty() {
      return new Row(new ArrayList<>(), new LinkedHashMap<>());
    }
  }

  /**
   * The table of a JSON body.
   *
   * @param list the member that holds rows
   * @param tensors the member that holds tensors
   */
  static ForeignTable of(JsonNode body, String list, String tensors) {
    if (body.path(tensors).isArray()) {
      return ofTensors(body.path(tensors));
    }
    JsonNode rows = body.isArray() ? body : body.path(list);
    List<Row> table = new ArrayList<>();
    if (!rows.isArray()) {
      table.add(row(body));
      return new ForeignTable(table);
    }
    for (JsonNode each : rows) {
      table.add(row(each));
    }
    // What stands beside the rows, one for each, belongs to them: probabilities and the like.
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      boolean beside = !field.getKey().equals(list) && field.getValue().size() == table.size();
      for (int i = 0; beside && field.getValue().isArray() && i < table.size(); i++) {
        table.get(i).members().put(field.getKey(), field.getValue().get(i));
      }
    }
    return new ForeignTable(table);
  }

  private static Row row(JsonNode node) {
    Row row = Row.empty();
    if (node.isObject()) {
      node.properties().forEach(field -> row.members().put(field.getKey(), field.getValue()));
    } else if (node.isArray()) {
      node.forEach(row.positions()::add);
    } else {
      row.positions().add(node);
    }
    return row;
  }

  private static ForeignTable ofTensors(JsonNode tensors) {
    List<Row> table = new ArrayList<>();
    for (JsonNode tensor : tensors) {
      List<JsonNode> flat = new ArrayList<>();
      flatten(tensor.path("data"), flat);
      int rows = tensor.path("shape").path(0).asInt(1);
      if (rows <= 0 || flat.isEmpty() || flat.size() % rows != 0) {
        throw new IllegalArgumentException("a tensor whose data do not fill its shape");
      }
      if (table.isEmpty()) {
        for (int i = 0; i < rows; i++) {
          table.add(Row.empty());
        }
      }
      if (table.size() != rows) {
        throw new IllegalArgumentException("tensors of different length");
      }
      int columns = flat.size() / rows;
      for (int i = 0; i < rows; i++) {
        List<JsonNode> cells = flat.subList(i * columns, (i + 1) * columns);
        table.get(i).positions().addAll(cells);
        table
            .get(i)
            .members()
            .put(tensor.path("name").asText(), columns == 1 ? cells.get(0) : list(cells));
      }
    }
    return new ForeignTable(table);
  }

  private static void flatten(JsonNode data, List<JsonNode> into) {
    if (data.isArray()) {
      data.forEach(each -> flatten(each, into));
    } else if (!data.isMissingNode()) {
      into.add(data);
    }
  }

  private static ArrayNode list(List<JsonNode> cells) {
    return NODES.arrayNode().addAll(cells);
  }

  /** The table of CSV lines without a header; a cell that has the form of a number is one. */
  static ForeignTable csv(String text) {
    List<Row> table = new ArrayList<>();
    for (String line : text.split("\r?\n", -1)) {
      if (!line.isBlank()) {
        Row row = Row.empty();
        for (String cell : line.split(",", -1)) {
          row.positions().add(csvCell(cell.strip()));
        }
        table.add(row);
      }
    }
    return new ForeignTable(table);
  }

  private static JsonNode csvCell(String cell) {
    if (cell.isEmpty()) {
      return NODES.nullNode();
    }
    if (cell.matches("-?[0-9]{1,18}")) {
      return NODES.numberNode(Long.parseLong(cell));
    }
    if (cell.matches("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")) {
      return NODES.numberNode(Double.parseDouble(cell));
    }
    boolean quoted = cell.length() > 1 && cell.startsWith("\"") && cell.endsWith("\"");
    return NODES.textNode(quoted ? cell.substring(1, cell.length() - 1) : cell);
  }

  /** Values of all rows. */
  long cells() {
    long cells = 0;
    for (Row row : rows) {
      cells += Math.max(row.positions().size(), row.members().size());
    }
    return cells;
  }

  /** The value of a row at a position, name, or {@code name:position}; null: there is none. */
  @Nullable JsonNode cell(int row, String place) {
    Row cells = rows.get(row);
    JsonNode found;
    if (place.matches("[0-9]{1,6}")) {
      int at = Integer.parseInt(place);
      found = at < cells.positions().size() ? cells.positions().get(at) : null;
    } else if (cells.members().containsKey(place)) {
      found = cells.members().get(place);
    } else {
      int colon = place.lastIndexOf(':');
      boolean column = colon > 0 && place.substring(colon + 1).matches("[0-9]{1,6}");
      JsonNode list = column ? cells.members().get(place.substring(0, colon)) : null;
      found = list == null ? null : list.get(Integer.parseInt(place.substring(colon + 1)));
    }
    return found != null && found.isArray() && found.size() == 1 ? found.get(0) : found;
  }
}
