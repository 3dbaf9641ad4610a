package dev.weir.wire;

import dev.weir.event.FeatureValues;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Fills drafts from records that Avro has resolved to our schema. */
final class ResolvedEvents {
  private ResolvedEvents() {}

  static void read(GenericRecord record, EventDraft draft) {
    for (Schema.Field schemaField : record.getSchema().getFields()) {
      EventField field = EventField.of(draft.input(), schemaField.name());
      Object value = record.get(schemaField.pos());
      if (field != null && value != null) {
        fill(draft, field, value);
      }
    }
  }

  private static void fill(EventDraft draft, EventField field, Object value) {
    switch (field.type()) {
      case TEXT, CATEGORY -> draft.text(field, value.toString());
      case NUMBER -> draft.number(field, ((Number) value).doubleValue());
      case INTEGER -> draft.integer(field, ((Number) value).longValue());
      case TIME -> draft.time(field, ((Number) value).longValue());
      case FEATURES -> fillFeatures(draft, (Map<?, ?>) value);
      case TEXTS -> ((Map<?, ?>) value).forEach((k, v) -> draft.tag(text(k), text(v)));
      case NUMBERS -> ((Map<?, ?>) value).forEach((k, v) -> draft.classScore(text(k), number(v)));
      case TIMES ->
          ((Map<?, ?>) value).forEach((k, v) -> draft.availableTime(text(k), (long) number(v)));
      case LIST -> {
        if (((List<?>) value).size() > Limits.PREDICTION_SET) {
          draft.counts().dropped(field.id(draft.input()));
        }
      }
    }
  }

  private static String text(@Nullable Object value) {
    return String.valueOf(value);
  }

  private static double number(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static void fillFeatures(EventDraft draft, Map<?, ?> features) {
    FeatureValues values = draft.features();
    if (features.size() > Limits.FEATURES) {
      draft.failTooManyFeatures();
      return;
    }
    features.forEach((name, value) -> fillFeature(values, text(name), value));
  }

  private static void fillFeature(FeatureValues values, String name, @Nullable Object value) {
    if (value == null) {
      values.addMissing(name);
    } else if (value instanceof Boolean flag) {
      values.addBoolean(name, flag);
    } else if (value instanceof Long integer) {
      values.addLong(name, integer);
    } else if (value instanceof Number number) {
      values.addDouble(name, number.doubleValue());
    } else if (value instanceof List<?> list) {
      values.addVector(name, vector(list));
    } else {
      values.addText(name, value.toString());
    }
  }

  private static float[] vector(List<?> list) {
    float[] vector = new float[list.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) number(list.get(i));
    }
    return vector;
  }
}
