package dev.weir.cli;

import dev.weir.event.CanonicalJson;
import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.testing.KeptFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Made-up traffic: event {@code i} is a function of {@code i}, so it is the same everywhere.
 *
 * @param models how many models there are
 * @param share share of the first model; the others have the rest in equal parts
 * @param numeric numeric features of each; there are three categorical ones besides
 * @param perHour events in an hour of event time
 * @param whole whether numbers are whole, so that they can be compressed
 */
record BenchmarkTraffic(int models, double share, int numeric, int perHour, boolean whole) {
  static final int CATEGORICAL = 3;
  static final int KINDS = 10;
  static final long START = 1_767_225_600_000L;

  private static final double HOUR_MILLIS = Duration.ofHours(1).toMillis();

  /** Cells of all references: then reading them is not what takes long. */
  private static final int REFERENCE_CELLS = 8_000_000;

  private static final int LEAST_ROWS = 1_000;

  private static final int MOST_ROWS = 20_000;
  private static final long REFERENCE_SPAN = Duration.ofHours(20).toMillis();

  /** Of numbers with all their digits. */
  BenchmarkTraffic(int models, double share, int numeric, int perHour) {
    this(models, share, numeric, perHour, false);
  }

  /** Features of a record. */
  int values() {
    return numeric + CATEGORICAL;
  }

  /** A model by its number. */
  static String model(int number) {
    return "bench-" + number;
  }

  private int modelOf(long i, SplittableRandom random) {
    if (models == 1 || random.nextDouble() < share) {
      return 0;
    }
    return 1 + random.nextInt(models - 1);
  }

  private static SplittableRandom random(long i) {
    // Not the step of the generator itself: then an event would be the last one, moved by a column.
    return new SplittableRandom(i * 0xD1342543DE82EF95L + 1);
  }

  private long time(long i) {
    return START + (long) (i * (HOUR_MILLIS / perHour));
  }

  /** What a model was given: skewed numbers, as amounts and delays are, and three categories. */
  Event.Features features(long i) {
    SplittableRandom random = random(i);
    String model = model(modelOf(i, random));
    return new KeptFeatures(
        id(i), model, time(i), values(random), null, Map.of(), null, Map.of(), null);
  }

  private static String id(long i) {
    return "p" + (10_000_000_000L + i);
  }

  private FeatureValues values(SplittableRandom random) {
    FeatureValues values = new FeatureValues();
    for (int feature = 0; feature < numeric; feature++) {
      double number = -StrictMath.log(1 - random.nextDouble()) * 100;
      values.addDouble("f" + feature, whole ? Math.rint(number) : number);
    }
    for (int feature = 0; feature < CATEGORICAL; feature++) {
      values.addText("c" + feature, "kind" + random.nextInt(KINDS));
    }
    return values;
  }

  /** What it said, 20 ms later. */
  Event.Prediction prediction(long i) {
    SplittableRandom random = random(i);
    String model = model(modelOf(i, random));
    return new Event.Prediction(
        id(i),
        model,
        "v1",
        time(i) + 20,
        score(i),
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

  private static double score(long i) {
    return random(~i).nextDouble();
  }

  /** What happened: known after two to four hours, and as the score says. */
  Event.Label label(long i) {
    String model = model(modelOf(i, random(i)));
    long delay = (long) (HOUR_MILLIS * (2 + 2 * random(i + 7).nextDouble()));
    String happened = random(i + 13).nextDouble() < score(i) ? "1" : "0";
    return new Event.Label(
        id(i),
        model,
        time(i) + 20 + delay,
        happened,
        null,
        0,
        Event.Operation.UPSERT,
        null,
        null,
        Map.of(),
        null);
  }

  private int referenceRows() {
    return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, REFERENCE_CELLS / numeric / models));
  }

  /** Writes reference rows; without predictions and labels nothing can be said about outcomes. */
  void writeReference(Path file, boolean labelled) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < referenceRows(); i++) {
      FeatureValues values = values(random(-1L - i));
      if (i == 0) {
        lines.add(header(values, labelled));
      }
      lines.add(row(i, values, labelled));
    }
    Files.write(file, lines);
  }

  private static String header(FeatureValues values, boolean labelled) {
    StringBuilder line = new StringBuilder("prediction_id,event_time");
    for (int k = 0; k < values.size(); k++) {
      line.append(',').append(values.name(k));
    }
    return line.append(labelled ? ",prediction_time,score,label_time,label_class" : "").toString();
  }

  private String row(int i, FeatureValues values, boolean labelled) {
    long time = START - REFERENCE_SPAN + i * (REFERENCE_SPAN / referenceRows());
    StringBuilder line = new StringBuilder("r" + i).append(',').append(CanonicalJson.time(time));
    for (int k = 0; k < values.size(); k++) {
      line.append(',').append(values.category(k));
    }
    if (labelled) {
      double score = score(-1L - i);
      line.append(',').append(CanonicalJson.time(time + 20)).append(',').append(score);
      line.append(',').append(CanonicalJson.time(time + (long) (3 * HOUR_MILLIS)));
      line.append(',').append(random(-7L - i).nextDouble() < score ? 1 : 0);
    }
    return line.toString();
  }
}
