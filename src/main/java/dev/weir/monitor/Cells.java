package dev.weir.monitor;

import java.util.Arrays;
import java.util.List;

/**
 * What the cells of a judged series are called and what the reference holds in them, for words
 * about where a change lies; nothing is decided by it.
 *
 * @param kind how the cells lie to each other
 * @param edges LINE: inner edges of the bins, ascending; AGES: ages in seconds
 * @param names CATEGORIES: name of each cell
 * @param groups CATEGORIES: names of the declared groups, in the order of their events
 * @param hits per season and cell, as {@link dev.weir.stats.inference.CellCounts#hits}
 * @param rows per season, out of how many
 */
public record Cells(
    Kind kind,
    List<Double> edges,
    List<String> names,
    List<String> groups,
    double[][] hits,
    double[] rows) {

  /** How cells lie to each other. */
  public enum Kind {
    /** Neighbouring bins of a number. */
    LINE,
    /** Categories without an order. */
    CATEGORIES,
    /** One cell: a rate or a loss. */
    SINGLE,
    /** Labelled within ages, each holding the one before. */
    AGES
  }

  /**
   * Bins of a number.
   *
   * @param reference per season and bin, rows of the reference
   */
  static Cells line(double[] edges, long[][] reference) {
    return new Cells(
        Kind.LINE,
        Arrays.stream(edges).boxed().toList(),
        List.of(),
        List.of(),
        exact(reference),
        sums(reference));
  }

  /** Categories. */
  static Cells categories(List<String> names, List<String> groups, long[][] reference) {
    return new Cells(Kind.CATEGORIES, List.of(), names, groups, exact(reference), sums(reference));
  }

  /** A rate or a loss, per season. */
  static Cells single(double[] hits, double[] rows) {
    double[][] cells = new double[hits.length][];
    Arrays.setAll(cells, season -> new double[] {hits[season]});
    return new Cells(Kind.SINGLE, List.of(), List.of(), List.of(), cells, rows);
  }

  /** Ages by which labels came, whatever the season. */
  static Cells ages(double[] seconds, long[] within, long rows) {
    return new Cells(
        Kind.AGES,
        Arrays.stream(seconds).boxed().toList(),
        List.of(),
        List.of(),
        exact(new long[][] {within}),
        new double[] {(double) rows});
  }

  private static double[][] exact(long[][] counts) {
    double[][] exact = new double[counts.length][];
    Arrays.setAll(exact, season -> Arrays.stream(counts[season]).asDoubleStream().toArray());
    return exact;
  }

  private static double[] sums(long[][] counts) {
    return Arrays.stream(counts).mapToDouble(season -> Arrays.stream(season).sum()).toArray();
  }

  /** Rows of the reference in a season; one season stands for all. */
  public double rows(int season) {
    return rows[place(season)];
  }

  /** What a cell holds in a season of the reference. */
  public double hits(int season, int cell) {
    return hits[place(season)][cell];
  }

  private int place(int season) {
    return Math.min(season, rows.length - 1);
  }
}
