package dev.weir.testing;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A features event that no decoder owns. */
public record KeptFeatures(
    String predictionId,
    String modelId,
    long time,
    FeatureValues features,
    @Nullable String modelVersion,
    Map<String, Long> availableTimes,
    @Nullable String entityId,
    Map<String, String> tags,
    @Nullable String traceParent)
    implements Event.Features {
  /** A copy, with its values. */
  public static KeptFeatures of(Event.Features event) {
    return new KeptFeatures(
        event.predictionId(),
        event.modelId(),
        event.time(),
        copy(event.features()),
        event.modelVersion(),
        new TreeMap<>(event.availableTimes()),
        event.entityId(),
        new TreeMap<>(event.tags()),
        event.traceParent());
  }

  private static FeatureValues copy(FeatureValues values) {
    FeatureValues copy = new FeatureValues();
    for (int i = 0; i < values.size(); i++) {
      String name = values.name(i);
      switch (values.kind(i)) {
        case MISSING -> copy.addMissing(name);
        case BOOLEAN -> copy.addBoolean(name, values.integer(i) == 1);
        case LONG -> copy.addLong(name, values.integer(i));
        case DOUBLE -> copy.addDouble(name, values.number(i));
        case TEXT -> copy.addText(name, Objects.requireNonNull(values.text(i)));
        case VECTOR -> copy.addVector(name, Objects.requireNonNull(values.vector(i)).clone());
        case WRONG_TYPE -> copy.addWrongType(name);
      }
    }
    return copy;
  }
}
