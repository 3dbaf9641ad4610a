package dev.weir.baseline;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.testing.KeptFeatures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The reference of the quick start, read by hand so that no reader of ours is trusted. */
public final class Flights {
  private static final Path FILE = Path.of("jobs/flights-delay/reference.csv");
  private static final List<String> FEATURES =
      List.of(
          "origin",
          "destination",
          "distance",
          "hour",
          "weekday",
          "origin_size",
          "destination_size",
          "origin_recent_delay",
          "dest_recent_delay",
          "network_recent_delay");
  private static final List<String> CATEGORICAL = List.of("origin", "destination", "weekday");

  private Flights() {}

  /** What jobs/flights-delay/weir.yaml says. */
  public static ProfileSettings settings() {
    return settings(LabelSettings.Absent.CENSORED, 30);
  }

  public static ProfileSettings settings(LabelSettings.Absent absent, int maxSegments) {
    return new ProfileSettings(
        "flights-delay",
        Set.of(Task.BINARY, Task.REGRESSION),
        "1",
        FEATURES.stream()
            .sorted()
            .map(
                name ->
                    new FeaturePlan(
                        name,
                        CATEGORICAL.contains(name)
                            ? FeaturePlan.Kind.CATEGORICAL
                            : FeaturePlan.Kind.NUMERIC,
                        name.equals("hour") || name.equals("weekday")))
            .toList(),
        true,
        true,
        true,
        true,
        0.9,
        List.of(new Loss("brier", 1), new Loss("mae", 120)),
        32,
        256,
        20,
        Map.of(),
        Map.of(),
        List.of(List.of("origin")),
        maxSegments,
        false,
        new WindowSettings(
            Duration.ofDays(1),
            Duration.ofDays(1),
            Duration.ZERO,
            ZoneId.of("UTC"),
            Duration.ofMinutes(10),
            200),
        new LabelSettings(
            Duration.ofDays(1),
            absent,
            Duration.ofHours(3),
            0.99,
            0.8,
            Duration.ofMinutes(10),
            Duration.ofDays(7)));
  }

  /** All 22,970 rows. */
  public static List<ReferenceRow> rows() {
    return rows(Integer.MAX_VALUE);
  }

  /** The first rows. */
  public static List<ReferenceRow> rows(int most) {
    List<ReferenceRow> rows = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(FILE)) {
      List<String> header = List.of(reader.readLine().split(",", -1));
      String line;
      while (rows.size() < most && (line = reader.readLine()) != null) {
        rows.add(row(header, line.split(",", -1)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FILE, e);
    }
    return rows;
  }

  private static ReferenceRow row(List<String> header, String[] cells) {
    FeatureValues values = new FeatureValues();
    for (String name : FEATURES) {
      String cell = cells[header.indexOf(name)];
      if (cell.isEmpty()) {
        values.addMissing(name);
      } else if (name.equals("origin") || name.equals("destination")) {
        values.addText(name, cell);
      } else if (cell.contains(".")) {
        values.addDouble(name, Double.parseDouble(cell));
      } else {
        values.addLong(name, Long.parseLong(cell));
      }
    }
    String id = cells[0];
    String[] by = cells;
    return new ReferenceRow(
        new KeptFeatures(
            id,
            "flights-delay",
            time(by, header, "event_time"),
            values,
            null,
            Map.of(),
            null,
            Map.of(),
            null),
        prediction(id, header, by),
        by[header.indexOf("label_class")].isEmpty()
            ? null
            : new Event.Label(
                id,
                "flights-delay",
                time(by, header, "label_time"),
                by[header.indexOf("label_class")],
                number(by, header, "label_value"),
                0,
                Event.Operation.UPSERT,
                null,
                null,
                Map.of(),
                null));
  }

  private static Event.Prediction prediction(String id, List<String> header, String[] cells) {
    return new Event.Prediction(
        id,
        "flights-delay",
        "lgbm-2001-01",
        time(cells, header, "prediction_time"),
        number(cells, header, "p_positive"),
        number(cells, header, "y_pred"),
        cells[header.indexOf("y_pred_class")],
        Map.of(),
        number(cells, header, "y_lower90"),
        number(cells, header, "y_upper90"),
        null,
        null,
        null,
        null,
        Event.Role.CHAMPION,
        1,
        null,
        Map.of(),
        null);
  }

  private static long time(String[] cells, List<String> header, String name) {
    return Instant.parse(cells[header.indexOf(name)]).toEpochMilli();
  }

  private static Double number(String[] cells, List<String> header, String name) {
    return Double.parseDouble(cells[header.indexOf(name)]);
  }

  /** The baseline of all rows. */
  public static Baseline baseline() {
    return new ReferenceProfiler(settings()).profile(rows(), null, "00", null, "cafe");
  }
}
