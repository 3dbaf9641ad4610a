package dev.weir.stats;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * One golden case: what goes in, and what other software got.
 *
 * @param node the case as it stands in the file
 * @param datasets the named data of its file
 */
public record GoldenCase(JsonNode node, JsonNode datasets) {
  /** For numbers in cases that state a tolerance for positions only. */
  private static final double UNSTATED_RELATIVE = 1e-6;

  /** The id, unique within its file. */
  public String id() {
    return node.path("id").asText();
  }

  /** Name of the function that the case exercises. */
  public String function() {
    return node.path("function").asText();
  }

  /** The parameters; of what names stand there, ask {@link JsonNode}. */
  public JsonNode params() {
    return node.path("params");
  }

  /** The inputs that stand in the case itself. */
  public JsonNode inputs() {
    return node.path("inputs");
  }

  /** The dataset that the case names, or its inline data. */
  public JsonNode data() {
    return resolve(node.path("data"));
  }

  /** The dataset at a position of the case's list of names. */
  public JsonNode data(int position) {
    return resolve(node.path("data").path(position));
  }

  private JsonNode resolve(JsonNode data) {
    return data.isTextual() ? datasets.path(data.asText()) : data;
  }

  /** The expected value. */
  public JsonNode expected() {
    return node.path("expected");
  }

  /** Reads an array of numbers; {@code NaN} and {@code Infinity} may stand there as strings. */
  public static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(array.get(i));
    }
    return values;
  }

  /** Reads an array of whole numbers. */
  public static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).longValue();
    }
    return values;
  }

  /** Reads an array of arrays of whole numbers. */
  public static long[][] longRows(JsonNode array) {
    long[][] rows = new long[array.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = longs(array.get(i));
    }
    return rows;
  }

  /** Reads a number, or one of the strings that stand for what JSON cannot hold. */
  public static double number(JsonNode node) {
    return node.isTextual() ? Double.parseDouble(node.asText()) : node.doubleValue();
  }

  /** Says where {@code got} differs from the expected value, or nothing if it agrees. */
  String difference(JsonNode got) {
    return difference("", got, expected());
  }

  private String difference(String where, JsonNode got, JsonNode want) {
    if (isNumber(want) && got.isObject() && got.has("errorBound")) {
      return measured(where, got, want);
    }
    if (want.isTextual() && isNumber(want) && got.isNull()) {
      // Other software says NaN or infinite where Weir says nothing.
      return "";
    }
    if (want.isArray()) {
      return arrays(where, got, want);
    }
    if (want.isObject()) {
      return objects(where, got, want);
    }
    if (isNumber(want) && isNumber(got)) {
      return close(number(got), number(want)) ? "" : where + " got " + got + ", want " + want;
    }
    return want.equals(got) ? "" : where + " got " + got + ", want " + want;
  }

  /** A value with an error bound may differ by the bound on top of the tolerance. */
  private String measured(String where, JsonNode got, JsonNode want) {
    double value = got.path("value").asDouble();
    double bound = got.path("errorBound").asDouble();
    double nearest = Math.max(value - bound, Math.min(value + bound, number(want)));
    return close(nearest, number(want)) ? "" : where + " got " + got + ", want " + want;
  }

  private String arrays(String where, JsonNode got, JsonNode want) {
    if (!got.isArray() || got.size() != want.size()) {
      return where + " got " + got + ", want " + want;
    }
    for (int i = 0; i < want.size(); i++) {
      String found = difference(where + "[" + i + "]", got.get(i), want.get(i));
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "";
  }

  /**
   * Every field that both have must agree; a case may ask for less than Weir computes, and for
   * more.
   */
  private String objects(String where, JsonNode got, JsonNode want) {
    boolean compared = false;
    for (Map.Entry<String, JsonNode> field : got.properties()) {
      if (want.has(field.getKey())) {
        compared = true;
        String name = where + "." + field.getKey();
        String found = difference(name, field.getValue(), want.get(field.getKey()));
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return compared ? "" : where + " got " + got + ", want " + want;
  }

  private static boolean isNumber(JsonNode node) {
    return node.isNumber()
        || (node.isTextual()
            && (node.asText().equals("NaN")
                || node.asText().equals("Infinity")
                || node.asText().equals("-Infinity")));
  }

  /** Positions must be within {@code index}; other numbers within {@code abs} or {@code rel}. */
  private boolean close(double got, double want) {
    JsonNode tolerance = node.path("tolerance");
    boolean position = tolerance.has("index") && want == Math.rint(want);
    double absolute = tolerance.path(position ? "index" : "abs").asDouble();
    double relative = tolerance.path("rel").asDouble(position ? 0 : UNSTATED_RELATIVE);
    return Double.compare(got, want) == 0
        || got == want
        || Math.abs(got - want) <= Math.max(absolute, relative * Math.abs(want));
  }
}
