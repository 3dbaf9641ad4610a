package dev.weir.spec;

import dev.weir.baseline.FeaturePlan.Kind;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the reference says about one column, gathered row by row. */
final class ColumnFacts {
  /** Integers with at most so many values are categories. */
  static final int MOST_CATEGORIES = 20;

  /** Text of which a larger share of the rows is distinct names things rather than kinds. */
  static final double UNIQUE_SHARE = 0.95;

  /** Distinct values beyond this are not counted; no rule asks for more. */
  private static final int MOST_DISTINCT = 1_000_000;

  private long present;
  private long numbers;
  private long fractions;
  private long truths;
  private long arrays;
  private int arrayLength = -1;
  private boolean arraysDiffer;
  private final Set<Long> distinct = new HashSet<>();
  private final Set<String> first = new TreeSet<>();

  /** Takes the cell of one row; null is missing. */
  void add(@Nullable String cell) {
    if (cell == null) {
      return;
    }
    present++;
    if (distinct.size() < MOST_DISTINCT) {
      distinct.add(hash(cell));
    }
    if (first.size() <= MOST_CATEGORIES) {
      first.add(Cells.label(cell));
    }
    classify(cell);
  }

  private void classify(String cell) {
    if (Cells.isNumber(cell)) {
      numbers++;
      double value = Double.parseDouble(cell);
      fractions += value == Math.rint(value) ? 0 : 1;
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

  /** Two different cells of one column share this once in about 10^19 pairs. */
  private static long hash(String cell) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < cell.length(); i++) {
      hash = (hash ^ cell.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** Rows that have a value. */
  long present() {
    return present;
  }

  /** Different values, counted up to a million. */
  int distinct() {
    return distinct.size();
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
    return isText() && distinct.size() > UNIQUE_SHARE * present;
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
      return new Guess(null, "text, " + distinct.size() + " values in " + present + " rows");
    }
    String what = truths == present ? "true or false" : "text, " + distinct.size() + " values";
    return new Guess(Kind.CATEGORICAL, what);
  }

  private Guess guessNumber() {
    if (fractions > 0) {
      return new Guess(Kind.NUMERIC, "numbers with fractions");
    }
    if (distinct.size() <= MOST_CATEGORIES) {
      return new Guess(Kind.CATEGORICAL, "whole numbers, " + distinct.size() + " values");
    }
    return new Guess(Kind.NUMERIC, "whole numbers, " + distinct.size() + " values");
  }

  /**
   * A kind and why.
   *
   * @param kind null: to be ignored
   */
  record Guess(@Nullable Kind kind, String reason) {}
}
