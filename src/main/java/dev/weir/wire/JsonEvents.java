package dev.weir.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.event.FeatureValues;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads events from JSON objects with the field names of the schemas and plain values. */
final class JsonEvents {
  private JsonEvents() {}

  /** Fills the draft from the object that the parser has entered; leaves it at the object's end. */
  static void read(JsonParser parser, EventDraft draft) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      EventField field = EventField.of(draft.input(), parser.currentName());
      JsonToken token = parser.nextToken();
      if (field == null) {
        draft.counts().unknownField();
        parser.skipChildren();
      } else if (token != JsonToken.VALUE_NULL) {
        read(parser, token, draft, field);
      }
    }
  }

  private static void read(JsonParser parser, JsonToken token, EventDraft draft, EventField field)
      throws IOException {
    switch (field.type()) {
      case TEXT -> readText(parser, token, draft, field);
      case CATEGORY -> readCategory(parser, token, draft, field);
      case NUMBER -> readNumber(parser, token, draft, field);
      case INTEGER -> readInteger(parser, token, draft, field);
      case TIME -> draft.time(field, time(parser, token));
      case FEATURES -> readFeatures(parser, token, draft);
      case TEXTS -> readTags(parser, token, draft);
      case NUMBERS -> readClassScores(parser, token, draft);
      case TIMES -> readAvailableTimes(parser, token, draft);
      case LIST -> skipPredictionSet(parser, token, draft);
    }
  }

  private static void readText(
      JsonParser parser, JsonToken token, EventDraft draft, EventField field) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      draft.text(field, parser.getText());
    } else {
      parser.skipChildren();
      draft.wrongType(field);
    }
  }

  private static void readCategory(
      JsonParser parser, JsonToken token, EventDraft draft, EventField field) throws IOException {
    String category = category(parser, token);
    if (category == null) {
      parser.skipChildren();
      draft.wrongType(field);
    } else {
      draft.text(field, category);
    }
  }

  /** A text as it is, numbers and booleans plainly; null for everything else. */
  private static @Nullable String category(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_STRING, VALUE_TRUE, VALUE_FALSE -> parser.getText();
      case VALUE_NUMBER_INT ->
          JsonText.isLong(parser) ? Long.toString(parser.getLongValue()) : parser.getText();
      case VALUE_NUMBER_FLOAT -> FeatureValues.category(JsonText.number(parser));
      default -> null;
    };
  }

  private static void readNumber(
      JsonParser parser, JsonToken token, EventDraft draft, EventField field) throws IOException {
    Double number = number(parser, token);
    if (number == null) {
      parser.skipChildren();
      draft.wrongType(field);
    } else {
      draft.number(field, number);
    }
  }

  private static @Nullable Double number(JsonParser parser, JsonToken token) throws IOException {
    if (token.isNumeric()) {
      return JsonText.number(parser);
    }
    return token == JsonToken.VALUE_STRING ? JsonText.wordNumber(parser.getText()) : null;
  }

  private static void readInteger(
      JsonParser parser, JsonToken token, EventDraft draft, EventField field) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT && JsonText.isLong(parser)) {
      draft.integer(field, parser.getLongValue());
      return;
    }
    double number = token.isNumeric() ? JsonText.number(parser) : Double.NaN;
    if (number == Math.rint(number) && Math.abs(number) < 0x1p53) {
      draft.integer(field, (long) number);
    } else {
      parser.skipChildren();
      draft.wrongType(field);
    }
  }

  /** A time as text or as whole milliseconds; {@link TimeText#INVALID} if it is neither. */
  static long time(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return TimeText.parse(parser.getText());
    }
    if (token == JsonToken.VALUE_NUMBER_INT && JsonText.isLong(parser)) {
      long millis = parser.getLongValue();
      return millis >= TimeText.SMALLEST_MILLIS ? millis : TimeText.INVALID;
    }
    parser.skipChildren();
    return TimeText.INVALID;
  }

  private static void readFeatures(JsonParser parser, JsonToken token, EventDraft draft)
      throws IOException {
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      draft.wrongType(EventField.FEATURES);
      return;
    }
    FeatureValues values = draft.features();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (values.size() == Limits.FEATURES) {
        draft.failTooManyFeatures();
        parser.skipChildren();
      } else {
        JsonValues.add(values, name, parser, value);
      }
    }
  }

  private static void readTags(JsonParser parser, JsonToken token, EventDraft draft)
      throws IOException {
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      draft.counts().dropped("tags");
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      String text = category(parser, value);
      if (text != null) {
        draft.tag(name, text);
      } else if (value != JsonToken.VALUE_NULL) {
        parser.skipChildren();
        draft.counts().dropped("tags");
      }
    }
  }

  private static void readClassScores(JsonParser parser, JsonToken token, EventDraft draft)
      throws IOException {
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      draft.wrongType(EventField.CLASS_SCORES);
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      Double number = number(parser, parser.nextToken());
      if (number == null) {
        parser.skipChildren();
        draft.wrongType(EventField.CLASS_SCORES);
      } else {
        draft.classScore(name, number);
      }
    }
  }

  private static void readAvailableTimes(JsonParser parser, JsonToken token, EventDraft draft)
      throws IOException {
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      draft.counts().dropped("available_times");
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value != JsonToken.VALUE_NULL) {
        draft.availableTime(name, time(parser, value));
      }
    }
  }

  private static void skipPredictionSet(JsonParser parser, JsonToken token, EventDraft draft)
      throws IOException {
    int items = 0;
    boolean texts = token == JsonToken.START_ARRAY;
    if (!texts) {
      parser.skipChildren();
    }
    while (token == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY) {
      texts &= parser.currentToken() == JsonToken.VALUE_STRING;
      parser.skipChildren();
      items++;
    }
    if (!texts || items > Limits.PREDICTION_SET) {
      draft.counts().dropped("prediction_set");
    }
  }
}
