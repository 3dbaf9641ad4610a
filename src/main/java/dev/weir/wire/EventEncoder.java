package dev.weir.wire;

import dev.weir.event.CanonicalJson;
import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as producers do: Avro single objects or JSON objects with the fields of the
 * schemas. {@link EventDecoder} reads either back to an equal event.
 *
 * <p>JSON has NaN and the infinities as text; a feature that had a wrong type is written as missing
 * in Avro, which has no place for it, and as an empty object in JSON.
 */
public final class EventEncoder {
  private EventEncoder() {}

  // ---- Avro

  /** An event as Avro single object. */
  public static byte[] avro(Event event) {
    if (event instanceof Event.Features features) {
      return avro(features);
    }
    if (event instanceof Event.Prediction prediction) {
      return avro(prediction);
    }
    return avro((Event.Label) event);
  }

  private static byte[] avro(Event.Features event) {
    AvroOutput out = new AvroOutput(Schemas.FEATURES);
    out.text(event.predictionId()).text(event.modelId()).integer(event.time());
    features(out, event.features());
    return out.optionalText(event.modelVersion())
        .map(event.availableTimes(), out::integer)
        .optionalText(event.entityId())
        .map(event.tags(), out::text)
        .optionalText(event.traceParent())
        .finish();
  }

  private static byte[] avro(Event.Prediction event) {
    AvroOutput out = new AvroOutput(Schemas.PREDICTIONS);
    return out.text(event.predictionId())
        .text(event.modelId())
        .text(event.modelVersion())
        .integer(event.time())
        .optionalNumber(event.score())
        .optionalNumber(event.value())
        .optionalText(event.predictedClass())
        .map(event.classScores(), out::number)
        .optionalNumber(event.lower())
        .optionalNumber(event.upper())
        .optionalNumber(event.nominalCoverage())
        .list(List.of(), out::text)
        .optionalNumber(event.uncertainty())
        .optional(event.features(), values -> features(out, values))
        .optionalText(event.entityId())
        .symbol(event.role())
        .number(event.samplingRate())
        .optionalNumber(event.latencyMillis())
        .map(event.tags(), out::text)
        .optionalText(event.traceParent())
        .finish();
  }

  private static byte[] avro(Event.Label event) {
    AvroOutput out = new AvroOutput(Schemas.LABELS);
    return out.text(event.predictionId())
        .text(event.modelId())
        .integer(event.time())
        .optionalText(event.labelClass())
        .optionalNumber(event.labelValue())
        .integer(event.revision())
        .integer(event.operation() == Event.Operation.UPSERT ? 1 : 2)
        .optionalInteger(event.outcomeTime())
        .optionalText(event.source())
        .map(event.tags(), out::text)
        .optionalText(event.traceParent())
        .finish();
  }

  private static void features(AvroOutput out, FeatureValues values) {
    if (values.size() > 0) {
      out.integer(values.size());
      for (int i = 0; i < values.size(); i++) {
        out.text(values.name(i));
        feature(out, values, i);
      }
    }
    out.integer(0);
  }

  private static void feature(AvroOutput out, FeatureValues values, int i) {
    switch (values.kind(i)) {
      case MISSING, WRONG_TYPE -> out.integer(0);
      case BOOLEAN -> out.integer(1).flag(values.integer(i) == 1);
      case LONG -> out.integer(2).integer(values.integer(i));
      case DOUBLE -> out.integer(3).number(values.number(i));
      case TEXT -> out.integer(4).text(text(values, i));
      case VECTOR -> vector(out.integer(5), values.vector(i));
    }
  }

  private static String text(FeatureValues values, int i) {
    String text = values.text(i);
    return text == null ? "" : text;
  }

  private static void vector(AvroOutput out, float @Nullable [] vector) {
    if (vector != null && vector.length > 0) {
      out.integer(vector.length);
      for (float value : vector) {
        out.shortNumber(value);
      }
    }
    out.integer(0);
  }

  // ---- JSON

  /** An event as JSON, every field in the order of the schema. */
  public static byte[] json(Event event) {
    if (event instanceof Event.Features features) {
      return json(features);
    }
    if (event instanceof Event.Prediction prediction) {
      return json(prediction);
    }
    return json((Event.Label) event);
  }

  private static byte[] json(Event.Features event) {
    return new JsonObjectWriter()
        .text("prediction_id", event.predictionId())
        .text("model_id", event.modelId())
        .time("event_time", event.time())
        .raw("features", out -> json(out, event.features()))
        .text("model_version", event.modelVersion())
        .timeMap("available_times", event.availableTimes())
        .text("entity_id", event.entityId())
        .textMap("tags", event.tags())
        .text("trace_parent", event.traceParent())
        .bytes();
  }

  private static byte[] json(Event.Prediction event) {
    return new JsonObjectWriter()
        .text("prediction_id", event.predictionId())
        .text("model_id", event.modelId())
        .text("model_version", event.modelVersion())
        .time("prediction_time", event.time())
        .number("score", event.score())
        .number("value", event.value())
        .text("predicted_class", event.predictedClass())
        .numberMap("class_scores", event.classScores())
        .number("lower", event.lower())
        .number("upper", event.upper())
        .number("nominal_coverage", event.nominalCoverage())
        .texts("prediction_set", List.of())
        .number("uncertainty", event.uncertainty())
        .raw("features", out -> json(out, event.features()))
        .text("entity_id", event.entityId())
        .symbol("role", event.role())
        .number("sampling_rate", event.samplingRate())
        .number("latency_ms", event.latencyMillis())
        .textMap("tags", event.tags())
        .text("trace_parent", event.traceParent())
        .bytes();
  }

  private static byte[] json(Event.Label event) {
    return new JsonObjectWriter()
        .text("prediction_id", event.predictionId())
        .text("model_id", event.modelId())
        .time("label_time", event.time())
        .text("label_class", event.labelClass())
        .number("label_value", event.labelValue())
        .integer("revision", event.revision())
        .symbol("operation", event.operation())
        .time("outcome_time", event.outcomeTime())
        .text("source", event.source())
        .textMap("tags", event.tags())
        .text("trace_parent", event.traceParent())
        .bytes();
  }

  private static void json(StringBuilder out, @Nullable FeatureValues values) {
    if (values == null) {
      out.append("null");
      return;
    }
    out.append('{');
    for (int i = 0; i < values.size(); i++) {
      out.append(i == 0 ? "" : ",").append(CanonicalJson.string(values.name(i))).append(':');
      json(out, values, i);
    }
    out.append('}');
  }

  private static void json(StringBuilder out, FeatureValues values, int i) {
    switch (values.kind(i)) {
      case MISSING -> out.append("null");
      case BOOLEAN -> out.append(values.integer(i) == 1);
      case LONG -> out.append(values.integer(i));
      case DOUBLE -> number(out, values.number(i));
      case TEXT -> out.append(CanonicalJson.string(text(values, i)));
      case VECTOR -> vector(out, values.vector(i));
      case WRONG_TYPE -> out.append("{}");
    }
  }

  /** A number that is read back as floating point: with a fraction, exponent or as a word. */
  private static void number(StringBuilder out, double value) {
    if (!Double.isFinite(value)) {
      out.append('"').append(value).append('"');
      return;
    }
    String text = CanonicalJson.number(value);
    boolean whole = text.indexOf('.') < 0 && text.indexOf('e') < 0;
    out.append(text).append(whole ? ".0" : "");
  }

  private static void vector(StringBuilder out, float @Nullable [] vector) {
    out.append('[');
    for (int i = 0; vector != null && i < vector.length; i++) {
      out.append(i == 0 ? "" : ",");
      number(out, vector[i]);
    }
    out.append(']');
  }
}
