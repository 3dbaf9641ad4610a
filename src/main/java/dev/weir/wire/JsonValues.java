package dev.weir.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.event.FeatureValues;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Puts JSON values among feature values. */
final class JsonValues {
  private JsonValues() {}

  /** Adds the value at which the parser stands, and leaves the parser at the value's end. */
  static void add(FeatureValues values, String name, JsonParser parser, JsonToken token)
      throws IOException {
    switch (token) {
      case VALUE_NULL -> values.addMissing(name);
      case VALUE_TRUE -> values.addBoolean(name, true);
      case VALUE_FALSE -> values.addBoolean(name, false);
      case VALUE_NUMBER_INT -> addInteger(values, name, parser);
      case VALUE_NUMBER_FLOAT -> values.addDouble(name, JsonText.number(parser));
      case VALUE_STRING -> addText(values, name, parser.getText());
      case START_ARRAY -> addVector(values, name, JsonText.vector(parser));
      default -> {
        parser.skipChildren();
        values.addWrongType(name);
      }
    }
  }

  private static void addInteger(FeatureValues values, String name, JsonParser parser)
      throws IOException {
    if (JsonText.isLong(parser)) {
      values.addLong(name, parser.getLongValue());
    } else {
      values.addDouble(name, JsonText.number(parser));
    }
  }

  /** Adds a text, or the number that the text stands for. */
  static void addText(FeatureValues values, String name, String text) {
    Double number = JsonText.wordNumber(text);
    if (number == null) {
      values.addText(name, text);
    } else {
      values.addDouble(name, number);
    }
  }

  private static void addVector(FeatureValues values, String name, float @Nullable [] vector) {
    if (vector == null) {
      values.addWrongType(name);
    } else {
      values.addVector(name, vector);
    }
  }
}
