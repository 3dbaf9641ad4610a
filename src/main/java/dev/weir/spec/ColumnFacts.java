package dev.weir.spec;

import dev.weir.baseline.FeaturePlan.Kind;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the reference says about one column, gathered row by row. */
final class ColumnFacts {
  /** Integers with at most so many values are categories. */
  static final int MOST_CATEGORIES = 20;

  /** Text of which a larger share of the rows is distinct names things rather than kinds. */
  static final double UNIQUE_SHARE = 0.95;

  /** The same where the number of distinct values is an estimate, which may be too low. */
  private static final double ESTIMATED_UNIQUE_SHARE = 0.88;

  private long present;
  private long numbers;
  private long fractions;
  private long truths;
  private long arrays;
  private int arrayLength = -1;
  private boolean arraysDiffer;
  private final DistinctCount distinct;
  private final Set<String> first = new TreeSet<>();

  /**
   * Facts of a column.
   *
   * @param mostDistinct so many distinct values are counted exactly, more are estimated
   */
  ColumnFacts(int mostDistinct) {
    this.distinct = new DistinctCount(mostDistinct);
  }

  /**
   * Takes the cell of one row.
   *
   * @param number its number, see {@link Cells#number}
   */
  void add(String cell, double number) {
    present++;
    distinct.add(cell);
    if (first.size() <= MOST_CATEGORIES) {
      first.add(Cells.label(cell));
    }
    classify(cell, number);
  }

  private void classify(String cell, double number) {
    if (!Double.isNaN(number)) {
      numbers++;
      fractions += number == Math.rint(number) ? 0 : 1;
    } else if (Cells.isSpecial(cell)) {
      numbers++;
    } else if (Cells.isTruth(cell)) {
      truths++;
    } else {
      int length = Cells.arrayLength(cell);
      if (length >= 0) {
        arrays++;
        arraysDiffer |= arrayLength >= 0 && arrayLength != length;
        arrayLength = length;
      }
    }
  }

  /** Rows that have a value. */
  long present() {
    return present;
  }

  /** Different values; of many an estimate. */
  long distinct() {
    return distinct.count();
  }

  /** Whether every value is a number. */
  boolean allNumbers() {
    return present > 0 && numbers == present;
  }

  /** Whether every value is an array of numbers of one length. */
  boolean allArrays() {
    return present > 0 && arrays == present && !arraysDiffer;
  }

  /** The values as classes, sorted; only the first 21 of them. */
  Set<String> firstValues() {
    return Collections.unmodifiableSet(first);
  }

  /** Whether it is text whose values hardly repeat. */
  boolean looksUnique() {
    double share = distinct.exact() ? UNIQUE_SHARE : ESTIMATED_UNIQUE_SHARE;
    return isText() && distinct.count() > share * present;
  }

  private boolean isText() {
    return !allNumbers() && truths < present && !allArrays();
  }

  /** How its values are summarised if nobody says otherwise, and why. */
  Guess guess() {
    if (present == 0) {
      return new Guess(null, "no value in the reference");
    }
    if (allNumbers()) {
      return guessNumber();
    }
    if (allArrays()) {
      return new Guess(Kind.EMBEDDING, "arrays of " + arrayLength + " numbers");
    }
    if (looksUnique()) {
      return new Guess(null, "text, " + values() + " values in " + present + " rows");
    }
    String what = truths == present ? "true or false" : "text, " + values() + " values";
    return new Guess(Kind.CATEGORICAL, what);
  }

  private String values() {
    return distinct.exact() ? String.valueOf(distinct.count()) : "about " + distinct.count();
  }

  private Guess guessNumber() {
    if (fractions > 0) {
      return new Guess(Kind.NUMERIC, "numbers with fractions");
    }
    if (distinct.count() <= MOST_CATEGORIES) {
      return new Guess(Kind.CATEGORICAL, "whole numbers, " + values() + " values");
    }
    return new Guess(Kind.NUMERIC, "whole numbers, " + values() + " values");
  }

  /**
   * A kind and why.
   *
   * @param kind null: to be ignored
   */
  record Guess(@Nullable Kind kind, String reason) {}
}
