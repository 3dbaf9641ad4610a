package dev.weir.spec;

import dev.weir.baseline.SeasonCalendar;
import dev.weir.baseline.SeasonSurvey;
import dev.weir.baseline.WindowBorders;
import dev.weir.baseline.WindowSettings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the reference says, read once: all that is needed to fill in and check a job file. */
final class ReferenceFacts {
  /** From here on a horizon is rounded up to days. */
  private static final int HOURS_TO_DAYS = 48;

  private static final NumberColumn NONE = new NumberColumn();

  private final List<String> columns;
  private final Map<String, ColumnFacts> facts;
  private final Map<String, String> calendar;
  private final Map<Role, String> roles;
  private final Map<Role, NumberColumn> numbers;
  private final List<@Nullable String> labels;
  private final List<@Nullable String[]> sample;
  private final long rows;

  ReferenceFacts(
      List<String> columns,
      Map<String, ColumnFacts> facts,
      Map<String, String> calendar,
      Map<Role, String> roles,
      Map<Role, NumberColumn> numbers,
      List<@Nullable String> labels,
      List<@Nullable String[]> sample,
      long rows) {
    this.columns = columns;
    this.facts = facts;
    this.calendar = calendar;
    this.roles = roles;
    this.numbers = numbers;
    this.labels = labels;
    this.sample = sample;
    this.rows = rows;
  }

  /** Names of the columns in the order of the file. */
  List<String> columns() {
    return columns;
  }

  /** Rows used. */
  long rows() {
    return rows;
  }

  /** First rows, at most 20,000, as text. */
  List<@Nullable String[]> sample() {
    return sample;
  }

  ColumnFacts column(String name) {
    ColumnFacts found = facts.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no column " + name);
    }
    return found;
  }

  boolean has(String column) {
    return facts.containsKey(column);
  }

  /** Why a column is a function of the clock; empty if it is not. */
  Optional<String> calendar(String column) {
    return Optional.ofNullable(calendar.get(column));
  }

  /** The columns that have a role, by the job file or by name. */
  Map<Role, String> roles() {
    return roles;
  }

  boolean has(Role role) {
    return roles.containsKey(role);
  }

  /** Classes of the label, sorted; only the first 21. Empty without a class label. */
  List<String> classes() {
    String column = roles.get(Role.LABEL_CLASS);
    return column == null ? List.of() : List.copyOf(column(column).firstValues());
  }

  /** The class whose mean score is highest; empty without scores or labels. */
  Optional<String> classWithHighestScore() {
    Map<String, double[]> sums = new TreeMap<>();
    NumberColumn scores = column(Role.SCORE);
    for (int row = 0; row < scores.size() && row < labels.size(); row++) {
      String label = labels.get(row);
      if (label != null && !Double.isNaN(scores.get(row))) {
        double[] sum = sums.computeIfAbsent(label, unused -> new double[2]);
        sum[0] += scores.get(row);
        sum[1]++;
      }
    }
    return sums.entrySet().stream()
        .max(Map.Entry.comparingByValue((a, b) -> Double.compare(a[0] / a[1], b[0] / b[1])))
        .map(Map.Entry::getKey);
  }

  /** The class of a row; null where missing. */
  @Nullable String label(int row) {
    return row < labels.size() ? labels.get(row) : null;
  }

  /** Share of the labelled rows inside the interval, both ends inclusive; NaN without any. */
  double coveredShare() {
    NumberColumn lower = column(Role.LOWER);
    NumberColumn upper = column(Role.UPPER);
    NumberColumn value = column(Role.LABEL_VALUE);
    long inside = 0;
    long all = 0;
    for (int row = 0; row < Math.min(value.size(), Math.min(lower.size(), upper.size())); row++) {
      double truth = value.get(row);
      if (!Double.isNaN(truth + lower.get(row) + upper.get(row))) {
        all++;
        inside += lower.get(row) <= truth && truth <= upper.get(row) ? 1 : 0;
      }
    }
    return all == 0 ? Double.NaN : (double) inside / all;
  }

  /** 99th percentile of a loss on the labelled rows, to six digits; NaN without any. */
  double lossQuantile(String loss, String positiveClass, double nominal) {
    double[] losses =
        IntStream.range(0, (int) rows)
            .mapToDouble(row -> loss(loss, positiveClass, nominal, row))
            .filter(value -> !Double.isNaN(value))
            .toArray();
    return sixDigits(NumberColumn.quantile(losses, 0.99));
  }

  private double loss(String loss, String positiveClass, double nominal, int row) {
    if (loss.equals("log_loss")) {
      String label = label(row);
      double score = numberOrMissing(Role.SCORE, row);
      double p = positiveClass.equals(label) ? score : 1 - score;
      return label == null ? Double.NaN : -StrictMath.log(Math.max(p, 1e-15));
    }
    double truth = numberOrMissing(Role.LABEL_VALUE, row);
    double error = numberOrMissing(Role.VALUE, row) - truth;
    return switch (loss) {
      case "mae" -> Math.abs(error);
      case "squared_error" -> error * error;
      case "pinball" -> pinball(truth, nominal, row);
      default -> Double.NaN;
    };
  }

  /** Mean of the pinball losses of both interval ends. */
  private double pinball(double truth, double nominal, int row) {
    double tail = (1 - nominal) / 2;
    double below = truth - numberOrMissing(Role.LOWER, row);
    double above = truth - numberOrMissing(Role.UPPER, row);
    double low = Math.max(tail * below, (tail - 1) * below);
    double high = Math.max((1 - tail) * above, -tail * above);
    return (low + high) / 2;
  }

  private double numberOrMissing(Role role, int row) {
    NumberColumn column = column(role);
    return row < column.size() ? column.get(row) : Double.NaN;
  }

  private NumberColumn column(Role role) {
    return numbers.getOrDefault(role, NONE);
  }

  private static double sixDigits(double value) {
    if (Double.isNaN(value) || value == 0) {
      return value;
    }
    return new BigDecimal(value).round(new MathContext(6)).doubleValue();
  }

  /** Median delay of the labels, in milliseconds; NaN without label times. */
  double medianDelay() {
    return NumberColumn.quantile(
        IntStream.range(0, (int) rows)
            .mapToDouble(this::delay)
            .filter(delay -> !Double.isNaN(delay))
            .toArray(),
        0.5);
  }

  private double delay(int row) {
    return numberOrMissing(Role.LABEL_TIME, row) - predictedAt(row);
  }

  private double predictedAt(int row) {
    double time = numberOrMissing(Role.PREDICTION_TIME, row);
    return Double.isNaN(time) ? numberOrMissing(Role.EVENT_TIME, row) : time;
  }

  /**
   * The smallest whole number of hours (from two days on: days) H such that for each class 99 % of
   * the labels of predictions older than 2 H came within H; empty if the reference is too short to
   * say so. Older is meant against the last label.
   */
  Optional<Duration> horizon() {
    double end = column(Role.LABEL_TIME).present().max().orElse(Double.NaN);
    if (Double.isNaN(end)) {
      return Optional.empty();
    }
    for (Duration candidate = Duration.ofHours(1);
        candidate.compareTo(Duration.ofDays(3650)) < 0;
        candidate = next(candidate)) {
      int verdict = holds(candidate, end);
      if (verdict != 0) {
        return verdict > 0 ? Optional.of(candidate) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Duration next(Duration candidate) {
    return candidate.toHours() < HOURS_TO_DAYS ? candidate.plusHours(1) : candidate.plusDays(1);
  }

  /** 1: the labels of every class came in time, 0: some did not, -1: no rows are old enough. */
  private int holds(Duration candidate, double end) {
    Map<String, long[]> counts = new TreeMap<>();
    for (int row = 0; row < rows; row++) {
      double delay = delay(row);
      if (!Double.isNaN(delay) && predictedAt(row) <= end - 2.0 * candidate.toMillis()) {
        String label = label(row);
        long[] count = counts.computeIfAbsent(label == null ? "" : label, unused -> new long[2]);
        count[0]++;
        count[1] += delay <= candidate.toMillis() ? 1 : 0;
      }
    }
    if (counts.isEmpty()) {
      return -1;
    }
    return counts.values().stream().allMatch(count -> count[1] >= 0.99 * count[0]) ? 1 : 0;
  }

  /**
   * Rows of each window of the reference, empty ones between included; the first and last are left
   * out where there are at least three, because the reference may cover them only in part.
   */
  List<Long> windowCounts(Duration size, ZoneId zone) {
    return List.copyOf(windows(size, zone).values());
  }

  /** Rows by the start of the window, see {@link #windowCounts}. */
  SortedMap<Long, Long> windows(Duration size, ZoneId zone) {
    WindowBorders borders =
        new WindowBorders(new WindowSettings(size, size, Duration.ZERO, zone, Duration.ZERO, 1));
    TreeMap<Long, Long> counts = new TreeMap<>();
    column(Role.EVENT_TIME)
        .present()
        .forEach(time -> counts.merge(borders.windowStart((long) time), 1L, Long::sum));
    TreeMap<Long, Long> all = new TreeMap<>();
    if (!counts.isEmpty()) {
      long last = counts.lastKey();
      for (long start = counts.firstKey(); start <= last; start = borders.windowEnd(start)) {
        all.put(start, counts.getOrDefault(start, 0L));
      }
    }
    return all.size() < 3 ? all : all.subMap(all.firstKey(), false, all.lastKey(), false);
  }

  /** Which seasonal cells the reference has enough rows for. */
  SeasonSurvey.Choice seasons(SeasonCalendar declared) {
    SeasonSurvey survey = new SeasonSurvey(declared);
    column(Role.EVENT_TIME).present().forEach(time -> survey.add((long) time));
    return survey.choice();
  }
}
