package dev.weir.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.weir.event.DeadLetter.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) within limits: text of at most 64 KiB, 32 levels, no key twice in an
 * object.
 *
 * <p>{@code NaN}, {@code Infinity} and {@code -Infinity} without quotes, which Python writes, are
 * read as the numbers they mean.
 */
public final class JsonText {
  private static final int MOST_TEXT = 65_536;
  private static final int MOST_LEVELS = 32;
  private static final int MOST_DIGITS = 1_000;

  /** How Jackson begins to say that a key appears twice. */
  private static final String DUPLICATE = "Duplicate field '";

  /** Makes all parsers; names are not interned, because strangers choose them. */
  static final JsonFactory FACTORY = factory(MOST_TEXT);

  /** For our own records, which hold whole job files. */
  private static final JsonFactory LARGE = factory(Limits.VALUE_BYTES);

  private JsonText() {}

  private static JsonFactory factory(int mostText) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxStringLength(mostText)
                .maxNameLength(MOST_TEXT)
                .maxNestingDepth(MOST_LEVELS)
                .maxNumberLength(MOST_DIGITS)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();
  }

  /**
   * A whole JSON text as maps in the order of the text, lists, strings, {@link Long}, {@link
   * Double}, {@link Boolean} and null.
   *
   * @throws IOException if it is no JSON, has a key twice, or passes the limits
   */
  public static @Nullable Object read(byte[] bytes) throws IOException {
    try (JsonParser parser = LARGE.createParser(bytes)) {
      if (parser.nextToken() == null) {
        throw new JsonParseException(parser, "no JSON: the text is empty");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "something follows the JSON value");
      }
      return value;
    }
  }

  /**
   * A JSON object as {@link #read} gives it.
   *
   * @throws IOException also if it is another value
   */
  @SuppressWarnings("unchecked")
  public static Map<String, @Nullable Object> object(byte[] bytes) throws IOException {
    Object value = read(bytes);
    if (value instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw new IOException("expected a JSON object");
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> items(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> isLong(parser) ? (Object) parser.getLongValue() : number(parser);
      case VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw new JsonParseException(parser, "unexpected " + token);
    };
  }

  private static Map<String, @Nullable Object> members(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return members;
  }

  private static List<@Nullable Object> items(JsonParser parser) throws IOException {
    List<@Nullable Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return items;
  }

  /** Whether the current integer fits 64 bits. */
  static boolean isLong(JsonParser parser) throws IOException {
    return parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
  }

  /** The current number; beyond the largest double it is infinite. */
  static double number(JsonParser parser) throws IOException {
    return parser.getDoubleValue();
  }

  /**
   * The number that a text of our JSON stands for: NaN and the infinities; null: an ordinary text.
   */
  static @Nullable Double wordNumber(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> null;
    };
  }

  /**
   * The rest of the array that the parser has entered; null if something in it is no number. The
   * parser is left at its end either way.
   */
  static float @Nullable [] vector(JsonParser parser) throws IOException {
    float[] values = new float[16];
    int size = 0;
    boolean numbers = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonToken token = parser.currentToken();
      if (size == Limits.COLLECTION_ITEMS) {
        throw new JsonParseException(parser, "a list has more than " + size + " items");
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      Double word = token == JsonToken.VALUE_STRING ? wordNumber(parser.getText()) : null;
      if (token.isNumeric()) {
        values[size++] = (float) number(parser);
      } else if (word != null) {
        values[size++] = word.floatValue();
      } else {
        numbers = false;
        parser.skipChildren();
      }
    }
    return numbers ? Arrays.copyOf(values, size) : null;
  }

  /** The vector in a text such as {@code [0.1, 0.2]}; null if it is none. */
  static float @Nullable [] vector(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return null;
      }
      float[] values = vector(parser);
      return parser.nextToken() == null ? values : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** What a failure to read means for a record. */
  static Problem problem(IOException failure) {
    if (!(failure instanceof JsonProcessingException json)) {
      return new Problem(Reason.UNDECODABLE, null, String.valueOf(failure.getMessage()));
    }
    String message = String.valueOf(json.getOriginalMessage());
    if (message.startsWith(DUPLICATE) && message.endsWith("'")) {
      String field = message.substring(DUPLICATE.length(), message.length() - 1);
      return new Problem(Reason.WRONG_TYPE, field, "the key appears twice in one JSON object");
    }
    return new Problem(Reason.UNDECODABLE, null, "no readable JSON: " + message);
  }
}
