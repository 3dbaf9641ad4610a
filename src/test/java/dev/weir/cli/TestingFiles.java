package dev.weir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The files of a made-up churn model: ten days of reference, 250 rows a day, and two days of
 * stream. Everybody over 60 leaves; the score is higher for them.
 */
final class TestingFiles {
  private static final long FIRST = Instant.parse("2026-01-05T00:00:00Z").getEpochSecond();
  private static final int ROWS_A_DAY = 250;
  private static final int REFERENCE_DAYS = 10;
  private static final int STREAM_DAYS = 2;
  private static final int DAY = 86_400;

  private final Path folder;

  private TestingFiles(Path folder) {
    this.folder = folder;
  }

  /** Writes all files into a folder, which is made. */
  static TestingFiles in(Path folder) throws IOException {
    Files.createDirectories(folder);
    TestingFiles files = new TestingFiles(folder);
    files.writeReference();
    files.writeStream();
    Files.writeString(
        files.job(), "weir: 1\nmodel: churn\nreference: reference.csv\nlabels: {horizon: 2h}\n");
    return files;
  }

  private record Row(String id, long time, int age, String plan, boolean leaves) {
    String features() {
      return id + "," + Instant.ofEpochSecond(time) + "," + age + ".5," + plan;
    }

    String prediction() {
      double score = age > 60 ? 0.7 : 0.2 + 0.001 * (age % 10);
      return String.format(Locale.ROOT, "%s,v1,%.3f", Instant.ofEpochSecond(time + 1), score);
    }

    String label() {
      return Instant.ofEpochSecond(time + 3600) + "," + (leaves ? 1 : 0);
    }
  }

  private static Row row(String prefix, int day, int number) {
    int age = 20 + (number * 37 + day * 11) % 60;
    long time = FIRST + (long) day * DAY + (long) number * (DAY / ROWS_A_DAY);
    String plan = List.of("basic", "plus", "family").get((number + day) % 3);
    return new Row(prefix + day + "-" + number, time, age, plan, age > 60 || number % 7 == 0);
  }

  private void writeReference() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "prediction_id,event_time,age,plan,"
            + "prediction_time,model_version,score,label_time,label_class");
    for (int day = 0; day < REFERENCE_DAYS; day++) {
      for (int number = 0; number < ROWS_A_DAY; number++) {
        Row row = row("r", day, number);
        lines.add(row.features() + "," + row.prediction() + "," + row.label());
      }
    }
    Files.write(reference(), lines);
  }

  private void writeStream() throws IOException {
    List<String> features = new ArrayList<>(List.of("prediction_id,event_time,age,plan"));
    List<String> predictions =
        new ArrayList<>(List.of("prediction_id,event_time,prediction_time,model_version,score"));
    List<String> labels = new ArrayList<>(List.of("prediction_id,label_time,label_class"));
    for (int day = 0; day < STREAM_DAYS; day++) {
      for (int number = 0; number < ROWS_A_DAY; number++) {
        Row row = row("s", REFERENCE_DAYS + day, number);
        features.add(row.features());
        predictions.add(
            row.id() + "," + Instant.ofEpochSecond(row.time()) + "," + row.prediction());
        labels.add(row.id() + "," + row.label());
      }
    }
    Files.write(features(), features);
    Files.write(predictions(), predictions);
    Files.write(labels(), labels);
  }

  Path job() {
    return folder.resolve("weir.yaml");
  }

  Path reference() {
    return folder.resolve("reference.csv");
  }

  Path features() {
    return folder.resolve("features.csv");
  }

  Path predictions() {
    return folder.resolve("predictions.csv");
  }

  Path labels() {
    return folder.resolve("labels.csv");
  }
}
