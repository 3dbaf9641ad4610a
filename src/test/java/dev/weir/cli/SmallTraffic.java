package dev.weir.cli;

import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.FeatureValues;
import dev.weir.testing.KeptFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Half a day of a small binary model, as it arrives: out of order within the lateness, with copies,
 * late records, labels that never come, that came too early, that are corrected and withdrawn. In
 * the second half the model is wrong more often than not.
 *
 * @param events by input, in the order of arrival
 */
record SmallTraffic(Map<Input, List<Event>> events) {
  static final String MODEL = "small";
  static final int HOURS = 12;
  static final long START = Instant.parse("2025-06-02T00:00:00Z").toEpochMilli();
  static final long MINUTE = 60_000;
  static final long HOUR = 60 * MINUTE;

  private static final int AN_HOUR = 60;

  /** Arrivals by when they arrive. */
  private record Arriving(long arrival, Event event) {}

  static SmallTraffic of(long seed) {
    return of(seed, HOURS);
  }

  /** The same for more hours: every half day is good in its first half. */
  static SmallTraffic of(long seed, int hours) {
    Random random = new Random(seed);
    Map<Input, List<Arriving>> arriving = new EnumMap<>(Input.class);
    for (Input input : Input.values()) {
      arriving.put(input, new ArrayList<>());
    }
    for (int i = 0; i < hours * AN_HOUR; i++) {
      one(i, random, arriving);
    }
    Map<Input, List<Event>> events = new EnumMap<>(Input.class);
    arriving.forEach(
        (input, list) ->
            events.put(
                input,
                list.stream()
                    .sorted(Comparator.comparingLong(Arriving::arrival))
                    .map(Arriving::event)
                    .toList()));
    return new SmallTraffic(events);
  }

  private static void one(int i, Random random, Map<Input, List<Arriving>> arriving) {
    String id = "p" + i;
    long time = START + i * HOUR / AN_HOUR + random.nextInt((int) MINUTE);
    // Late by the measure of every partition: hours after the others of its time.
    boolean late = i % 97 == 50 && i > 3 * AN_HOUR;
    long arrival = time + (late ? 2 * HOUR : random.nextLong(5 * MINUTE));
    boolean drifted = i % (HOURS * AN_HOUR) >= HOURS * AN_HOUR / 2;
    double score = Math.round(random.nextDouble() * 1000) / 1000.0;
    boolean positive = random.nextDouble() < (drifted ? 1 - score : score);
    Event.Features features = features(id, time, random.nextInt(100), channel(random));
    Event.Prediction prediction = prediction(id, time + 1_000, score);
    add(arriving, arrival, features);
    add(arriving, arrival + 1_000, prediction);
    if (i % 20 == 7) {
      add(arriving, arrival + 2_000, features);
      add(arriving, arrival + 3_000, prediction);
    }
    if (i % 20 == 9) {
      return;
    }
    boolean early = i % 60 == 31;
    long known = early ? time - MINUTE : time + (10 + random.nextInt(40)) * MINUTE;
    long told = known + random.nextLong(5 * MINUTE) + (i % 60 == 33 ? 2 * HOUR : 0);
    String labelClass = positive ? "1" : "0";
    String other = positive ? "0" : "1";
    add(arriving, told, label(id, known, labelClass, 0, false));
    switch (i % 60) {
      case 11 -> add(arriving, told + 1, label(id, known, labelClass, 0, false));
      case 13 -> add(arriving, told + 4 * HOUR, label(id, known + 4 * HOUR, other, 1, false));
      case 17 -> add(arriving, told + 4 * HOUR, label(id, known + 4 * HOUR, null, 1, true));
      case 19 -> add(arriving, told + 9 * HOUR, label(id, known + 9 * HOUR, other, 1, false));
      case 23 -> add(arriving, told, label("unheard-" + id, known, labelClass, 0, false));
      default -> {
        // One label is enough.
      }
    }
  }

  /** The records of one id: features, prediction, and the label after a quarter of an hour. */
  static List<Event> labelled(String id, long time, Random random) {
    double score = Math.round(random.nextDouble() * 1000) / 1000.0;
    String labelClass = random.nextDouble() < score ? "1" : "0";
    return List.of(
        features(id, time, random.nextInt(100), channel(random)),
        prediction(id, time, score),
        label(id, time + HOUR / 4, labelClass, 0, false));
  }

  private static void add(Map<Input, List<Arriving>> arriving, long arrival, Event event) {
    arriving.get(event.input()).add(new Arriving(arrival, event));
  }

  private static String channel(Random random) {
    return random.nextInt(3) == 0 ? "shop" : "web";
  }

  static Event.Features features(String id, long time, double x, String channel) {
    FeatureValues values = new FeatureValues();
    values.addDouble("x", x);
    values.addText("channel", channel);
    return new KeptFeatures(id, MODEL, time, values, null, Map.of(), null, Map.of(), null);
  }

  static Event.Prediction prediction(String id, long time, double score) {
    return prediction(id, time, score, "v1");
  }

  static Event.Prediction prediction(String id, long time, double score, String version) {
    return new Event.Prediction(
        id,
        MODEL,
        version,
        time,
        score,
        null,
        null,
        Map.of(),
        null,
        null,
        null,
        null,
        null,
        null,
        Event.Role.UNKNOWN,
        1,
        null,
        Map.of(),
        null);
  }

  static Event.Label label(
      String id, long time, @Nullable String labelClass, int revision, boolean retract) {
    return new Event.Label(
        id,
        MODEL,
        time,
        labelClass,
        null,
        revision,
        retract ? Event.Operation.RETRACT : Event.Operation.UPSERT,
        null,
        null,
        Map.of(),
        null);
  }

  /** Writes the job file, its reference and this traffic as files that {@code replay} reads. */
  Map<Input, Path> write(Path folder) throws IOException {
    Map<Input, Path> files = new EnumMap<>(Input.class);
    for (Map.Entry<Input, List<Event>> input : events.entrySet()) {
      Path file = folder.resolve(input.getKey().id() + ".jsonl");
      List<String> lines = input.getValue().stream().map(SmallTraffic::line).toList();
      files.put(input.getKey(), Files.write(file, lines));
    }
    return files;
  }

  /** A line of a file that replay reads. */
  static String line(Event event) {
    if (event instanceof Event.Features features) {
      return "{\"prediction_id\":\"%s\",\"event_time\":%d,\"x\":%s,\"channel\":\"%s\"}"
          .formatted(
              features.predictionId(),
              features.time(),
              features.features().number(0),
              features.features().text(1));
    }
    if (event instanceof Event.Prediction prediction) {
      return "{\"prediction_id\":\"%s\",\"prediction_time\":%d,\"model_version\":\"v1\",\"score\":%s}"
          .formatted(prediction.predictionId(), prediction.time(), prediction.score());
    }
    Event.Label label = (Event.Label) event;
    String labelClass = label.labelClass() == null ? "null" : '"' + label.labelClass() + '"';
    return "{\"prediction_id\":\"%s\",\"label_time\":%d,\"label_class\":%s,\"revision\":%d,\"operation\":\"%s\"}"
        .formatted(
            label.predictionId(), label.time(), labelClass, label.revision(), label.operation());
  }

  /** Writes a job file and its reference; {@code minEvents} makes one that differs. */
  static Path job(Path folder, int minEvents) throws IOException {
    List<String> reference = new ArrayList<>();
    reference.add(
        "prediction_id,event_time,prediction_time,x,channel,score,label_time,label_class");
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      double score = Math.round(random.nextDouble() * 1000) / 1000.0;
      reference.add(
          "r%d,2025-05-01T%02d:00:00Z,2025-05-01T%02d:00:00Z,%d,%s,%s,2025-05-01T%02d:30:00Z,%d"
              .formatted(
                  i,
                  i % 20,
                  i % 20,
                  random.nextInt(100),
                  channel(random),
                  score,
                  i % 20,
                  random.nextDouble() < score ? 1 : 0));
    }
    Files.write(folder.resolve("reference.csv"), reference);
    Path job = folder.resolve("weir-" + minEvents + ".yaml");
    return Files.writeString(
        job,
        """
        weir: 1
        model: small
        task: binary
        reference: reference.csv
        window: {size: 1h, min_events: %d}
        labels: {horizon: 3h, corrections_for: 2h, early_age: 30m, min_completeness: 0.5}
        segments: [channel]
        monitors:
          performance: {rules: [accuracy < 0.5 for 2 windows]}
        retraining:
          - name: retrain
            when: performance.rule_alert
            min_labels: 50
            min_rare_labels: 10
            gain: 0.5
            cooldown: 1d
        """
            .formatted(minEvents));
  }
}
