package dev.weir.spec;

import dev.weir.baseline.ReferenceRows;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a reference once, row by row.
 *
 * <p>Kept are counts for each column, one number for each row of the columns with a role, and the
 * first 20,000 rows, of a table of more than 200 columns fewer.
 */
final class ReferenceScan {
  private static final int SAMPLE_ROWS = 20_000;

  /** Texts that are kept: some 250 MB. */
  private static final int SAMPLE_CELLS = 200 * SAMPLE_ROWS;

  /** Distinct values that are counted exactly, in all columns together: some 250 MB. */
  private static final int DISTINCT_VALUES = 4_000_000;

  /** The same in each column of a wide table. */
  private static final int LEAST_DISTINCT = 2048;

  /** A label with more values is a number; the rest of its values is not kept. */
  private static final int MOST_LABELS = 1000;

  private static final Set<Role> TIMES =
      EnumSet.of(Role.EVENT_TIME, Role.PREDICTION_TIME, Role.LABEL_TIME);

  private static final Set<Role> NUMBERS =
      EnumSet.of(Role.SCORE, Role.VALUE, Role.LOWER, Role.UPPER, Role.LABEL_VALUE);

  private final Map<Role, String> named;
  private final double from;
  private final double to;
  private final ZoneId zone;
  private final List<String> columns;
  private final Map<Role, Integer> places = new EnumMap<>(Role.class);
  private final Map<Role, NumberColumn> numbers = new EnumMap<>(Role.class);
  private final Map<String, String> internedLabels = new LinkedHashMap<>();
  private final List<@Nullable String> labels = new ArrayList<>();
  private final ColumnFacts[] facts;
  private final CalendarScan[] calendars;
  private final List<@Nullable String[]> sample = new ArrayList<>();
  private long rows;

  private ReferenceScan(
      List<String> columns, Map<Role, String> named, double from, double to, ZoneId zone) {
    this.columns = columns;
    this.named = named;
    this.from = from;
    this.to = to;
    this.zone = zone;
    this.facts = new ColumnFacts[columns.size()];
    this.calendars = new CalendarScan[columns.size()];
    int distinct = DISTINCT_VALUES / Math.max(1, facts.length);
    int mostDistinct = Math.max(LEAST_DISTINCT, distinct);
    Arrays.setAll(facts, i -> new ColumnFacts(mostDistinct));
    Arrays.setAll(calendars, i -> new CalendarScan());
    for (Role role : Role.values()) {
      String name = named.get(role);
      int place =
          columns.indexOf(name != null ? name : role.byName(columns, this::isFree).orElse(""));
      if (place >= 0) {
        places.put(role, place);
        numbers.put(role, new NumberColumn());
      }
    }
  }

  /**
   * Reads all rows.
   *
   * @param rows the reference
   * @param named columns whose role the job file tells
   * @param from first event time used, epoch milliseconds; -Infinity: all
   * @param to event time from which on rows are left out; Infinity: none
   * @param zone zone of calendar features
   */
  static ReferenceFacts read(
      ReferenceRows rows, Map<Role, String> named, double from, double to, ZoneId zone)
      throws IOException {
    ReferenceScan scan = new ReferenceScan(rows.columns(), named, from, to, zone);
    rows.forEach(scan::add);
    return scan.facts();
  }

  private boolean isFree(String column) {
    return !named.containsValue(column);
  }

  private void add(@Nullable String[] row) {
    double time = cell(Role.EVENT_TIME, row, true);
    if (time < from || time >= to) {
      return;
    }
    rows++;
    places.forEach(
        (role, place) -> {
          if (TIMES.contains(role) || NUMBERS.contains(role)) {
            column(role).add(cell(role, row, TIMES.contains(role)));
          }
        });
    Integer label = places.get(Role.LABEL_CLASS);
    labels.add(label == null ? null : interned(row[label]));
    CalendarScan.@Nullable Moment moment =
        Double.isNaN(time) ? null : CalendarScan.Moment.of(time, zone);
    for (int i = 0; i < facts.length; i++) {
      String value = row[i];
      if (value == null) {
        continue;
      }
      double number = Cells.number(value);
      facts[i].add(value, number);
      if (moment != null) {
        calendars[i].add(value, number, moment);
      }
    }
    if (sample.size() < Math.min(SAMPLE_ROWS, SAMPLE_CELLS / Math.max(1, facts.length))) {
      sample.add(row.clone());
    }
  }

  private NumberColumn column(Role role) {
    return numbers.computeIfAbsent(role, unused -> new NumberColumn());
  }

  private double cell(Role role, @Nullable String[] row, boolean time) {
    Integer place = places.get(role);
    if (place == null) {
      return Double.NaN;
    }
    return time ? Cells.time(row[place]) : Cells.number(row[place]);
  }

  private @Nullable String interned(@Nullable String cell) {
    if (cell == null) {
      return null;
    }
    String known = internedLabels.get(cell);
    if (known == null && internedLabels.size() < MOST_LABELS) {
      known = Cells.label(cell);
      internedLabels.put(cell, known);
    }
    return known;
  }

  private ReferenceFacts facts() {
    Map<String, ColumnFacts> byColumn = new LinkedHashMap<>();
    Map<String, String> calendar = new LinkedHashMap<>();
    for (int i = 0; i < facts.length; i++) {
      String name = columns.get(i);
      byColumn.put(name, facts[i]);
      calendars[i].verdict().ifPresent(reason -> calendar.put(name, reason));
    }
    Map<Role, String> roles = settledRoles(byColumn);
    List<@Nullable String> classes = roles.containsKey(Role.LABEL_CLASS) ? labels : List.of();
    return new ReferenceFacts(columns, byColumn, calendar, roles, numbers, classes, sample, rows);
  }

  /** A label called target or the like is a class if it has few values, else a number. */
  private Map<Role, String> settledRoles(Map<String, ColumnFacts> byColumn) {
    Map<Role, String> settled = new EnumMap<>(Role.class);
    places.forEach((role, place) -> settled.put(role, columns.get(place)));
    String label = settled.get(Role.LABEL_CLASS);
    if (label != null && !named.containsKey(Role.LABEL_CLASS) && !label.equals("label_class")) {
      ColumnFacts column = byColumn.get(label);
      if (column != null && column.distinct() > Role.MOST_CLASSES) {
        settled.remove(Role.LABEL_CLASS);
      }
    }
    String classes = settled.get(Role.LABEL_CLASS);
    if (classes != null
        && classes.equals(settled.get(Role.LABEL_VALUE))
        && !named.containsKey(Role.LABEL_VALUE)) {
      settled.remove(Role.LABEL_VALUE);
    }
    return settled;
  }
}
