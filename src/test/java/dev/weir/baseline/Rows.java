package dev.weir.baseline;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.event.Outcome;
import dev.weir.testing.KeptFeatures;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Small rows and settings for tests: a number {@code x}, a category {@code c}. */
public final class Rows {
  private Rows() {}

  public static ProfileSettings settings(
      Set<Task> tasks, LabelSettings.Absent absent, Loss... losses) {
    return new ProfileSettings(
        "m",
        tasks,
        "1",
        List.of(
            new FeaturePlan("c", FeaturePlan.Kind.CATEGORICAL, false),
            new FeaturePlan("x", FeaturePlan.Kind.NUMERIC, false)),
        tasks.contains(Task.BINARY),
        tasks.contains(Task.REGRESSION),
        false,
        tasks.contains(Task.REGRESSION),
        tasks.contains(Task.REGRESSION) ? 0.8 : null,
        List.of(losses),
        4,
        8,
        2,
        Map.of(),
        Map.of(),
        List.of(List.of("c")),
        1,
        false,
        new WindowSettings(
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ZERO,
            ZoneId.of("UTC"),
            Duration.ofMinutes(1),
            1),
        new LabelSettings(
            Duration.ofHours(10),
            absent,
            Duration.ofHours(1),
            0.99,
            0.8,
            Duration.ofMinutes(1),
            Duration.ofDays(1)));
  }

  public static Event.Features features(String id, long time, FeatureValues values) {
    return new KeptFeatures(id, "m", time, values, null, Map.of(), null, Map.of(), null);
  }

  public static Event.Features features(String id, long time, String c, Double x) {
    FeatureValues values = new FeatureValues();
    if (c == null) {
      values.addMissing("c");
    } else {
      values.addText("c", c);
    }
    if (x == null) {
      values.addMissing("x");
    } else {
      values.addDouble("x", x);
    }
    return features(id, time, values);
  }

  public static Event.Prediction prediction(String id, long time, Double score) {
    return prediction(id, time, score, null, null, null, 1);
  }

  public static Event.Prediction prediction(
      String id, long time, Double score, Double value, Double lower, Double upper, double rate) {
    return new Event.Prediction(
        id,
        "m",
        "v1",
        time,
        score,
        value,
        null,
        Map.of(),
        lower,
        upper,
        null,
        null,
        null,
        null,
        Event.Role.CHAMPION,
        rate,
        null,
        Map.of(),
        null);
  }

  public static Event.Label label(String id, long time, String labelClass, Double value) {
    return new Event.Label(
        id, "m", time, labelClass, value, 0, Event.Operation.UPSERT, null, null, Map.of(), null);
  }

  public static Outcome outcome(String id, double score, String labelClass) {
    return Outcome.of(prediction(id, 0, score))
        .with(labelClass == null ? null : new Outcome.Known(labelClass, null, 1000));
  }
}
