package dev.weir.wire;

import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.FeatureValues;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.testing.KeptFeatures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Seeded events of every shape, and the same as records of the Avro library. */
final class TestingEvents {
  /** 2001-03-01T00:00:00Z. */
  static final long DAY = 983_404_800_000L;

  private final SplittableRandom random;

  TestingEvents(long seed) {
    random = new SplittableRandom(seed);
  }

  Event next(Input input) {
    return switch (input) {
      case FEATURES -> features();
      case PREDICTIONS -> prediction();
      case LABELS -> label();
    };
  }

  private Event.Features features() {
    return new KeptFeatures(
        text(1, 128),
        "model-" + random.nextInt(3),
        time(),
        values(),
        maybe(() -> text(1, 20)),
        map(() -> time()),
        maybe(() -> text(0, 20)),
        map(() -> text(0, 9)),
        maybe(() -> "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  }

  private Event.Prediction prediction() {
    boolean interval = random.nextBoolean();
    double lower = number();
    return new Event.Prediction(
        text(1, 128),
        "m",
        text(1, 9),
        time(),
        maybe(random::nextDouble),
        maybe(this::number),
        maybe(() -> text(0, 5)),
        random.nextBoolean() ? Map.of() : new TreeMap<>(Map.of("a", 0.25, "b", 0.75)),
        interval ? lower : null,
        interval ? lower + random.nextInt(9) : null,
        maybe(() -> 0.9),
        maybe(this::number),
        maybe(this::values),
        maybe(() -> text(0, 20)),
        Event.Role.values()[random.nextInt(Event.Role.values().length)],
        1 - random.nextDouble() / 2,
        maybe(() -> random.nextDouble() * 100),
        map(() -> text(0, 9)),
        maybe(() -> "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  }

  private Event.Label label() {
    boolean retract = random.nextInt(4) == 0;
    return new Event.Label(
        text(1, 128),
        "m",
        time(),
        retract ? null : text(1, 5),
        maybe(this::number),
        random.nextInt(5),
        retract ? Event.Operation.RETRACT : Event.Operation.UPSERT,
        maybe(this::time),
        maybe(() -> text(0, 9)),
        map(() -> text(0, 9)),
        null);
  }

  private FeatureValues values() {
    FeatureValues values = new FeatureValues();
    int size = random.nextInt(40);
    for (int i = 0; i < size; i++) {
      String name = "feature " + i;
      switch (random.nextInt(8)) {
        case 0 -> values.addMissing(name);
        case 1 -> values.addBoolean(name, random.nextBoolean());
        case 2 -> values.addLong(name, random.nextLong() >> random.nextInt(64));
        case 3 -> values.addText(name, text(0, 30));
        case 4 -> values.addVector(name, vector());
        case 5 -> values.addDouble(name, special());
        default -> values.addDouble(name, number());
      }
    }
    return values;
  }

  private double special() {
    double[] all = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 2e23, 5e-324, 1e300, 0.1
    };
    return all[random.nextInt(all.length)];
  }

  private float[] vector() {
    float[] vector = new float[random.nextInt(9)];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextDouble() - 0.5f;
    }
    return vector;
  }

  private double number() {
    return (random.nextDouble() - 0.5) * Math.scalb(1.0, random.nextInt(-40, 40));
  }

  private long time() {
    return DAY + random.nextLong(86_400_000L * 30);
  }

  private <T> T maybe(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private <T> Map<String, T> map(Supplier<T> value) {
    Map<String, T> map = new TreeMap<>();
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      map.put("key" + i, value.get());
    }
    return map;
  }

  private String text(int least, int most) {
    String alphabet = "abcXYZ019 #\"\\/\t\u00e9\u4e2d\u20ac";
    StringBuilder text = new StringBuilder();
    int length = least + random.nextInt(Math.min(most - least, 20) + 1);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  /** The event as the Avro library holds it. */
  static GenericRecord record(Event event) {
    Schema schema = Schemas.of(event.input());
    GenericRecord record = new GenericData.Record(schema);
    record.put("prediction_id", event.predictionId());
    record.put("model_id", event.modelId());
    if (event instanceof Event.Features features) {
      record.put("event_time", event.time());
      record.put("features", map(features.features()));
      record.put("model_version", features.modelVersion());
      record.put("available_times", features.availableTimes());
      record.put("entity_id", features.entityId());
      record.put("tags", features.tags());
      record.put("trace_parent", features.traceParent());
    } else if (event instanceof Event.Prediction prediction) {
      record.put("model_version", prediction.modelVersion());
      record.put("prediction_time", event.time());
      record.put("score", prediction.score());
      record.put("value", prediction.value());
      record.put("predicted_class", prediction.predictedClass());
      record.put("class_scores", prediction.classScores());
      record.put("lower", prediction.lower());
      record.put("upper", prediction.upper());
      record.put("nominal_coverage", prediction.nominalCoverage());
      record.put("prediction_set", List.of());
      record.put("uncertainty", prediction.uncertainty());
      record.put("features", prediction.features() == null ? null : map(prediction.features()));
      record.put("entity_id", prediction.entityId());
      record.put("role", symbol(schema, "role", prediction.role().name()));
      record.put("sampling_rate", prediction.samplingRate());
      record.put("latency_ms", prediction.latencyMillis());
      record.put("tags", prediction.tags());
      record.put("trace_parent", prediction.traceParent());
    } else if (event instanceof Event.Label label) {
      record.put("label_time", event.time());
      record.put("label_class", label.labelClass());
      record.put("label_value", label.labelValue());
      record.put("revision", label.revision());
      record.put("operation", symbol(schema, "operation", label.operation().name()));
      record.put("outcome_time", label.outcomeTime());
      record.put("source", label.source());
      record.put("tags", label.tags());
      record.put("trace_parent", label.traceParent());
    }
    return record;
  }

  private static GenericData.EnumSymbol symbol(Schema schema, String field, String name) {
    return new GenericData.EnumSymbol(schema.getField(field).schema(), name);
  }

  private static Map<String, Object> map(FeatureValues values) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      map.put(
          values.name(i),
          switch (values.kind(i)) {
            case MISSING, WRONG_TYPE -> null;
            case BOOLEAN -> values.integer(i) == 1;
            case LONG -> values.integer(i);
            case DOUBLE -> values.number(i);
            case TEXT -> values.text(i);
            case VECTOR -> list(values.vector(i));
          });
    }
    return map;
  }

  private static List<Float> list(float[] vector) {
    List<Float> list = new ArrayList<>();
    for (float value : vector) {
      list.add(value);
    }
    return list;
  }

  /** The event as text, features by name: equal events give equal texts. */
  static String describe(Event event) {
    FeatureValues values =
        event instanceof Event.Features features
            ? features.features()
            : event instanceof Event.Prediction prediction ? prediction.features() : null;
    Map<String, Object> sorted = values == null ? null : new TreeMap<>(map(values));
    Event kept = event instanceof Event.Features features ? KeptFeatures.of(features) : event;
    return kept.toString().replaceAll("dev\\.weir\\.event\\.FeatureValues@[0-9a-f]+", "*") + sorted;
  }

  static RawRecord raw(byte[] value, Map<String, byte[]> headers) {
    return new KeptRecord("weir.test", 3, 42, DAY + 86_400_000L * 30, null, value, headers);
  }

  static RawRecord raw(byte[] value) {
    return raw(value, Map.of());
  }

  static RawRecord raw(String value) {
    return raw(value.getBytes(StandardCharsets.UTF_8));
  }
}
