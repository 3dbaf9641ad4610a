package dev.weir.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one record from a JSON object. A field that is needed and absent, or has
 * another type, is a {@link MalformedFieldException}; unknown fields are left alone.
 */
final class JsonFields {
  private final Map<String, @Nullable Object> fields;

  JsonFields(Map<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  static JsonFields of(byte[] json) throws IOException {
    return new JsonFields(JsonText.object(json));
  }

  /** A record that lacks a field, or has something else in its place. */
  static final class MalformedFieldException extends IOException {
    private static final long serialVersionUID = 1L;
    private final @Nullable String field;

    MalformedFieldException(@Nullable String field, String detail) {
      super(detail);
      this.field = field;
    }

    @Nullable String field() {
      return field;
    }
  }

  /** Any value, as {@link JsonText} gives it. */
  @Nullable Object value(String name) {
    return fields.get(name);
  }

  private static MalformedFieldException wrong(String name, String expected) {
    return new MalformedFieldException(name, name + " is not " + expected);
  }

  private static <T> T needed(String name, @Nullable T value) throws IOException {
    if (value == null) {
      throw new MalformedFieldException(name, name + " is missing");
    }
    return value;
  }

  String text(String name) throws IOException {
    return needed(name, optionalText(name));
  }

  String text(String name, String absent) throws IOException {
    String text = optionalText(name);
    return text == null ? absent : text;
  }

  @Nullable String optionalText(String name) throws IOException {
    Object value = value(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(name, "a text");
  }

  long integer(String name) throws IOException {
    return needed(name, optionalInteger(name));
  }

  long integer(String name, long absent) throws IOException {
    Long integer = optionalInteger(name);
    return integer == null ? absent : integer;
  }

  int shortInteger(String name, int absent) throws IOException {
    long integer = integer(name, absent);
    if (integer != (int) integer) {
      throw wrong(name, "a 32-bit integer");
    }
    return (int) integer;
  }

  @Nullable Long optionalInteger(String name) throws IOException {
    Object value = value(name);
    if (value == null || value instanceof Long) {
      return (Long) value;
    }
    throw wrong(name, "an integer");
  }

  @Nullable Double optionalNumber(String name) throws IOException {
    Object value = value(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(name, "a number");
  }

  boolean flag(String name, boolean absent) throws IOException {
    Boolean flag = optionalFlag(name);
    return flag == null ? absent : flag;
  }

  @Nullable Boolean optionalFlag(String name) throws IOException {
    Object value = value(name);
    if (value == null || value instanceof Boolean) {
      return (Boolean) value;
    }
    throw wrong(name, "true or false");
  }

  long time(String name) throws IOException {
    return needed(name, optionalTime(name));
  }

  @Nullable Long optionalTime(String name) throws IOException {
    Object value = value(name);
    if (value == null) {
      return null;
    }
    long time = TimeText.INVALID;
    if (value instanceof String text) {
      time = TimeText.parse(text);
    } else if (value instanceof Long millis && millis >= TimeText.SMALLEST_MILLIS) {
      time = millis;
    }
    if (time == TimeText.INVALID) {
      throw wrong(name, "a time with a zone");
    }
    return time;
  }

  byte @Nullable [] optionalBytes(String name) throws IOException {
    String text = optionalText(name);
    if (text == null) {
      return null;
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw wrong(name, "base64");
    }
  }

  /** A symbol; one that this reader does not know is {@code unknown}. */
  <E extends Enum<E>> E symbol(String name, Class<E> type, E unknown) throws IOException {
    String text = optionalText(name);
    if (text == null) {
      return unknown;
    }
    for (E symbol : type.getEnumConstants()) {
      if (symbol.name().equals(text)) {
        return symbol;
      }
    }
    return unknown;
  }

  List<String> texts(String name) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Object item : items(name)) {
      if (!(item instanceof String text)) {
        throw wrong(name, "a list of texts");
      }
      texts.add(text);
    }
    return List.copyOf(texts);
  }

  double[] numbers(String name) throws IOException {
    List<?> items = items(name);
    double[] numbers = new double[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(items.get(i) instanceof Number number)) {
        throw wrong(name, "a list of numbers");
      }
      numbers[i] = number.doubleValue();
    }
    return numbers;
  }

  long[] integers(String name) throws IOException {
    List<?> items = items(name);
    long[] integers = new long[items.size()];
    for (int i = 0; i < integers.length; i++) {
      if (!(items.get(i) instanceof Long integer)) {
        throw wrong(name, "a list of integers");
      }
      integers[i] = integer;
    }
    return integers;
  }

  List<JsonFields> objects(String name) throws IOException {
    List<JsonFields> objects = new ArrayList<>();
    for (Object item : items(name)) {
      objects.add(fields(name, item));
    }
    return objects;
  }

  private List<?> items(String name) throws IOException {
    Object value = value(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(name, "a list");
  }

  @Nullable JsonFields optionalObject(String name) throws IOException {
    Object value = value(name);
    return value == null ? null : fields(name, value);
  }

  @SuppressWarnings("unchecked")
  private static JsonFields fields(String name, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      return new JsonFields((Map<String, @Nullable Object>) map);
    }
    throw wrong(name, "an object");
  }

  Map<String, String> textMap(String name) throws IOException {
    JsonFields object = optionalObject(name);
    if (object == null) {
      return Map.of();
    }
    Map<String, String> map = new LinkedHashMap<>();
    for (String key : object.fields.keySet()) {
      map.put(key, object.text(key));
    }
    return Map.copyOf(map);
  }

  Map<String, byte[]> byteMap(String name) throws IOException {
    JsonFields object = optionalObject(name);
    if (object == null) {
      return Map.of();
    }
    Map<String, byte[]> map = new LinkedHashMap<>();
    for (String key : object.fields.keySet()) {
      map.put(key, needed(key, object.optionalBytes(key)));
    }
    return Map.copyOf(map);
  }
}
