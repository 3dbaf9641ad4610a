package dev.weir.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Flights as their files tell of them, read without anything of Weir. */
record Flights(List<Flight> rows) {
  static final long DAY = 86_400_000L;

  /** Columns whose distribution can be compared, inputs first. */
  static final List<String> COLUMNS =
      List.of(
          "distance",
          "origin_size",
          "destination_size",
          "origin_recent_delay",
          "dest_recent_delay",
          "network_recent_delay",
          "score",
          "value",
          "interval_width",
          "predicted_class",
          "label_class",
          "label_value");

  /**
   * One flight; NaN is a missing value.
   *
   * @param values in the order of {@link #COLUMNS}
   */
  record Flight(
      long time, String version, String origin, double[] values, double lower, double upper) {
    double value(String column) {
      return values[COLUMNS.indexOf(column)];
    }

    double brier() {
      return Math.pow(value("score") - value("label_class"), 2);
    }

    /** Absolute error in units of the two hours beyond which no minute counts. */
    double absoluteError() {
      return Math.min(1, Math.abs(value("value") - value("label_value")) / 120);
    }

    double missed() {
      double label = value("label_value");
      return label < lower || label > upper ? 1 : 0;
    }
  }

  /** Features, predictions and labels of a folder, joined, copies left out. */
  static Flights stream(Path folder) throws IOException {
    Map<String, Map<String, String>> features = byId(folder.resolve("features.csv.gz"));
    byId(folder.resolve("predictions.csv.gz")).forEach((id, row) -> features.get(id).putAll(row));
    byId(folder.resolve("labels.csv.gz")).forEach((id, row) -> features.get(id).putAll(row));
    return of(features);
  }

  static Flights reference(Path folder) throws IOException {
    return of(byId(folder.resolve("reference.csv.gz")));
  }

  private static Flights of(Map<String, Map<String, String>> byId) {
    return new Flights(
        byId.values().stream()
            .map(Flights::flight)
            .sorted(Comparator.comparingLong(Flight::time))
            .toList());
  }

  private static Map<String, Map<String, String>> byId(Path file) throws IOException {
    Map<String, Map<String, String>> rows = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<String> names = Arrays.asList(lines.readLine().split(",", -1));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(",", -1);
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < cells.length; i++) {
          row.put(names.get(i), cells[i]);
        }
        rows.put(cells[0], row);
      }
    }
    return rows;
  }

  private static Flight flight(Map<String, String> row) {
    double lower = number(row, "y_lower90");
    double upper = number(row, "y_upper90");
    return new Flight(
        Instant.parse(row.get("event_time")).toEpochMilli(),
        row.getOrDefault("model_version", ""),
        row.get("origin"),
        new double[] {
          number(row, "distance"),
          number(row, "origin_size"),
          number(row, "destination_size"),
          number(row, "origin_recent_delay"),
          number(row, "dest_recent_delay"),
          number(row, "network_recent_delay"),
          number(row, "p_positive"),
          number(row, "y_pred"),
          upper - lower,
          number(row, "y_pred_class"),
          number(row, "label_class"),
          number(row, "label_value")
        },
        lower,
        upper);
  }

  private static double number(Map<String, String> row, String name) {
    String cell = row.getOrDefault(name, "");
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }

  Flights where(Predicate<Flight> which) {
    return new Flights(rows.stream().filter(which).toList());
  }

  Flights between(long from, long to) {
    return where(flight -> flight.time() >= from && flight.time() < to);
  }

  /**
   * The flights of a segment as Weir names it; origins are told apart as the reference has them.
   */
  Flights segment(String segment, Set<String> toldApart) {
    if (segment.isEmpty()) {
      return this;
    }
    String origin = segment.substring("origin=".length());
    return where(
        flight ->
            origin.equals("__other__")
                ? !toldApart.contains(flight.origin())
                : flight.origin().equals(origin));
  }

  /** The origins with most rows, by name among equals. */
  Set<String> largestOrigins(int count) {
    Map<String, Long> sizes =
        rows.stream().collect(Collectors.groupingBy(Flight::origin, Collectors.counting()));
    return sizes.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(count)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** What is known of a column, in the order of event time. */
  double[] known(String column) {
    int index = COLUMNS.indexOf(column);
    return rows.stream()
        .mapToDouble(flight -> flight.values()[index])
        .filter(value -> !Double.isNaN(value))
        .toArray();
  }

  /** By UTC day. */
  TreeMap<Long, Flights> days() {
    TreeMap<Long, List<Flight>> days = new TreeMap<>();
    for (Flight flight : rows) {
      days.computeIfAbsent(Math.floorDiv(flight.time(), DAY) * DAY, day -> new ArrayList<>())
          .add(flight);
    }
    TreeMap<Long, Flights> byDay = new TreeMap<>();
    days.forEach((day, flights) -> byDay.put(day, new Flights(flights)));
    return byDay;
  }
}
