package dev.weir.event;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of one row as parallel arrays, in the order they arrived.
 *
 * <p>The decoder that fills an instance owns it and may clear it for its next record; whoever wants
 * to keep values takes them out first. Numbers are exact for doubles; an integer keeps its exact
 * value beside its nearest double, so that it can also be a category.
 */
public final class FeatureValues {
  /** How a value arrived. */
  public enum Kind {
    /** Null, or an empty cell. */
    MISSING,
    /** A boolean. */
    BOOLEAN,
    /** An integer. */
    LONG,
    /** A floating-point number, which may be NaN or infinite. */
    DOUBLE,
    /** A text. */
    TEXT,
    /** An array of numbers. */
    VECTOR,
    /** A value that no reader understands: counted as a type error. */
    WRONG_TYPE
  }

  private static final Kind[] KINDS = Kind.values();

  /** Of each kind a bit: those that are numbers. */
  private static final int NUMBERS =
      1 << Kind.BOOLEAN.ordinal() | 1 << Kind.LONG.ordinal() | 1 << Kind.DOUBLE.ordinal();

  private int size;
  private String[] names = new String[32];

  /** Their ordinals. */
  private byte[] kinds = new byte[32];

  private int renamings;
  private double[] numbers = new double[32];
  private long[] longs = new long[32];
  private @Nullable Object[] objects = new Object[32];

  /** Forgets all values; the arrays stay, and what lies in them until other values come. */
  public void clear() {
    size = 0;
  }

  /** Adds a missing value. */
  public void addMissing(String name) {
    next(name, Kind.MISSING);
  }

  /** Adds a boolean. */
  public void addBoolean(String name, boolean value) {
    addExact(name, Kind.BOOLEAN, value ? 1 : 0);
  }

  /** Adds an integer. */
  public void addLong(String name, long value) {
    addExact(name, Kind.LONG, value);
  }

  private void addExact(String name, Kind kind, long value) {
    int i = next(name, kind);
    numbers[i] = value;
    longs[i] = value;
  }

  /** Adds a floating-point number. */
  public void addDouble(String name, double value) {
    int i = next(name, Kind.DOUBLE);
    numbers[i] = value;
  }

  /** Adds a text. */
  public void addText(String name, String value) {
    addObject(name, Kind.TEXT, value);
  }

  /** Adds a vector; the array is not copied. */
  public void addVector(String name, float[] value) {
    addObject(name, Kind.VECTOR, value);
  }

  private void addObject(String name, Kind kind, Object value) {
    int i = next(name, kind);
    if (objects[i] != value) {
      objects[i] = value;
    }
  }

  /** Adds a value of a type that no feature can have. */
  public void addWrongType(String name) {
    next(name, Kind.WRONG_TYPE);
  }

  /** Makes room for a value; what arrays hold there that its kind has no use for does not count. */
  @SuppressWarnings("ReferenceEquality")
  private int next(String name, Kind kind) {
    int i = size;
    if (i == names.length) {
      grow();
    }
    // Rows look alike, and to write the reference that is there costs what the collector adds.
    if (names[i] != name) {
      names[i] = name;
      renamings++;
    }
    kinds[i] = (byte) kind.ordinal();
    size = i + 1;
    return i;
  }

  private void grow() {
    int capacity = 2 * size;
    names = Arrays.copyOf(names, capacity);
    kinds = Arrays.copyOf(kinds, capacity);
    numbers = Arrays.copyOf(numbers, capacity);
    longs = Arrays.copyOf(longs, capacity);
    objects = Arrays.copyOf(objects, capacity);
  }

  /** Number of values. */
  public int size() {
    return size;
  }

  /** Name of value {@code i}. */
  public String name(int i) {
    return names[i];
  }

  /**
   * A number that is another one after a name became another instance than that of the row before
   * at its position. Where it has stayed, rows of one length have the same names.
   */
  public int renamings() {
    return renamings;
  }

  /** Kind of value {@code i}. */
  public Kind kind(int i) {
    return KINDS[kinds[i]];
  }

  /** The kind that {@link #copyTo} wrote. */
  public static Kind kind(byte copied) {
    return KINDS[copied];
  }

  /** Whether a kind that {@link #copyTo} wrote is a boolean, an integer or a double. */
  public static boolean isNumber(byte copied) {
    return (NUMBERS >>> copied & 1) != 0;
  }

  /**
   * Copies all values as {@link #number} gives them, where they are numbers, and their kinds.
   *
   * @param at where the first value goes in both arrays
   */
  public void copyTo(double[] intoNumbers, byte[] intoKinds, int at) {
    System.arraycopy(numbers, 0, intoNumbers, at, size);
    System.arraycopy(kinds, 0, intoKinds, at, size);
  }

  /** Value {@code i} as a number: NaN unless it is a boolean (1 or 0), integer or double. */
  public double number(int i) {
    return isNumber(kinds[i]) ? numbers[i] : Double.NaN;
  }

  /** Value {@code i} as an exact integer: 0 unless it is a boolean or an integer. */
  public long integer(int i) {
    return isExact(i) ? longs[i] : 0;
  }

  private boolean isExact(int i) {
    return kind(i) == Kind.LONG || kind(i) == Kind.BOOLEAN;
  }

  /** Value {@code i} as a text; null unless it is one. */
  public @Nullable String text(int i) {
    return kind(i) == Kind.TEXT ? (String) objects[i] : null;
  }

  /** Value {@code i} as a vector; null unless it is one. */
  public float @Nullable [] vector(int i) {
    return kind(i) == Kind.VECTOR ? (float[]) objects[i] : null;
  }

  /**
   * Value {@code i} as a category: texts as they are, integers and booleans in plain text, a double
   * without a fraction as the integer it equals ({@code 1.0} and {@code 1} are one category), any
   * other finite double by {@link CanonicalJson#number}; null for everything else.
   */
  public @Nullable String category(int i) {
    return switch (kind(i)) {
      case TEXT -> text(i);
      case BOOLEAN -> longs[i] == 1 ? "true" : "false";
      case LONG -> Long.toString(longs[i]);
      case DOUBLE -> category(numbers[i]);
      case MISSING, VECTOR, WRONG_TYPE -> null;
    };
  }

  /** A number as a category, by the rule of {@link #category(int)}; null if it is not finite. */
  public static @Nullable String category(double number) {
    return Double.isFinite(number) ? CanonicalJson.number(number) : null;
  }

  /** Position of the first value with this name, or -1. */
  public int indexOf(String name) {
    for (int i = 0; i < size; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
