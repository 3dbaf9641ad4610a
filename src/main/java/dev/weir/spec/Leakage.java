package dev.weir.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Finds features that alone nearly tell a binary label, on the first rows of the reference. */
final class Leakage {
  /** No honest feature separates classes so well (area under the ROC curve). */
  private static final double SUSPICIOUS = 0.99;

  /** Fewer rows of a class are separated by chance. */
  private static final int LEAST_ROWS = 50;

  private Leakage() {}

  /** Suspicious features, and how well each separates the classes. */
  static Map<String, String> find(Resolution resolution, ReferenceFacts facts) {
    Map<String, String> found = new TreeMap<>();
    if (!Blocks.texts(resolution.root().get("task")).contains("binary")
        || facts.classes().size() != 2) {
      return found;
    }
    String positive = String.valueOf(resolution.root().get("positive_class"));
    for (String feature : Names.features(resolution, "numeric")) {
      separation(column(facts, feature), facts, positive)
          .ifPresent(area -> keep(found, feature, area));
    }
    for (String feature : Names.features(resolution, "categorical")) {
      List<Double> rates = rates(facts, feature, positive);
      separation(rates, facts, positive).ifPresent(area -> keep(found, feature, area));
    }
    return found;
  }

  private static void keep(Map<String, String> found, String feature, double area) {
    double either = Math.max(area, 1 - area);
    if (either >= SUSPICIOUS) {
      found.put(feature, "alone its area under the ROC curve is " + Math.rint(either * 1e4) / 1e4);
    }
  }

  private static List<Double> column(ReferenceFacts facts, String feature) {
    int place = facts.columns().indexOf(feature);
    List<Double> values = new ArrayList<>();
    facts.sample().forEach(row -> values.add(place < 0 ? Double.NaN : Cells.number(row[place])));
    return values;
  }

  /**
   * Each odd row's category as the share of positives among the even rows of that category. A row
   * must not help to tell its own label, not even by being left out: within a category that alone
   * would separate the classes perfectly.
   */
  private static List<Double> rates(ReferenceFacts facts, String feature, String positive) {
    int place = facts.columns().indexOf(feature);
    Map<String, long[]> counts = new HashMap<>();
    List<String> categories = new ArrayList<>();
    for (int row = 0; row < facts.sample().size(); row++) {
      String category = place < 0 ? null : facts.sample().get(row)[place];
      categories.add(category == null ? "" : category);
      if (row % 2 == 0 && facts.label(row) != null) {
        long[] count = counts.computeIfAbsent(categories.get(row), unused -> new long[2]);
        count[0]++;
        count[1] += positive.equals(facts.label(row)) ? 1 : 0;
      }
    }
    List<Double> rates = new ArrayList<>();
    for (int row = 0; row < categories.size(); row++) {
      long[] count = counts.get(categories.get(row));
      rates.add(row % 2 == 0 || count == null ? Double.NaN : (double) count[1] / count[0]);
    }
    return rates;
  }

  /** Area under the ROC curve (ties count half); empty with too few rows of a class. */
  private static OptionalDouble separation(
      List<Double> values, ReferenceFacts facts, String positive) {
    record Row(double value, boolean positive) {}

    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < values.size(); row++) {
      String label = facts.label(row);
      if (label != null && !Double.isNaN(values.get(row))) {
        rows.add(new Row(values.get(row), label.equals(positive)));
      }
    }
    rows.sort(Comparator.comparingDouble(Row::value));
    long positives = rows.stream().filter(Row::positive).count();
    long negatives = rows.size() - positives;
    if (Math.min(positives, negatives) < LEAST_ROWS) {
      return OptionalDouble.empty();
    }
    double ranks = 0;
    for (int first = 0; first < rows.size(); ) {
      int last = first;
      long here = 0;
      while (last < rows.size() && rows.get(last).value() == rows.get(first).value()) {
        here += rows.get(last).positive() ? 1 : 0;
        last++;
      }
      ranks += here * (first + 1 + last) / 2.0;
      first = last;
    }
    double wins = ranks - positives * (positives + 1) / 2.0;
    return OptionalDouble.of(wins / positives / negatives);
  }
}
