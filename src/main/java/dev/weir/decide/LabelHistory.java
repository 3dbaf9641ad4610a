package dev.weir.decide;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many final labels each cohort of the recent past has. Mutable; bounded by {@link
 * #MOST_COHORTS}, the oldest go first.
 */
final class LabelHistory {
  /** A year of hourly cohorts would be 8760; a policy looks back some months at most. */
  static final int MOST_COHORTS = 5000;

  private static final int COHORTS_OF_A_RATE = 14;

  private record Key(long windowStart, String modelVersion) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byTime = Long.compare(windowStart, other.windowStart);
      return byTime != 0 ? byTime : modelVersion.compareTo(other.modelVersion);
    }
  }

  private final TreeMap<Key, LabelCount> cohorts = new TreeMap<>();
  private long rows;

  /** Labels since a moment: all, and of each class that was ever seen. */
  record Sum(long labelled, TreeMap<String, Long> classes) {
    /** Labels of the rarest class; as many as there are labels without classes. */
    long rarest() {
      return classes.values().stream().mapToLong(Long::longValue).min().orElse(labelled);
    }
  }

  void add(LabelCount count) {
    LabelCount before = cohorts.put(new Key(count.windowStart(), count.modelVersion()), count);
    rows += count.labelled() - (before == null ? 0 : before.labelled());
    if (cohorts.size() > MOST_COHORTS) {
      cohorts.pollFirstEntry();
    }
  }

  /** Final labelled rows since the model is known. */
  long rows() {
    return rows;
  }

  boolean isEmpty() {
    return cohorts.isEmpty();
  }

  /** Labelled share of the last final cohort, all versions; 0 before the first. */
  double completeness() {
    if (cohorts.isEmpty()) {
      return 0;
    }
    long last = cohorts.lastKey().windowStart();
    long predicted = 0;
    long labelled = 0;
    for (LabelCount count : cohorts.tailMap(new Key(last, "")).values()) {
      predicted += count.predicted();
      labelled += count.labelled();
    }
    return predicted == 0 ? 0 : (double) labelled / predicted;
  }

  /** End of the last final cohort; {@code otherwise} before the first. */
  long end(long otherwise) {
    return cohorts.isEmpty() ? otherwise : cohorts.lastEntry().getValue().windowEnd();
  }

  /** Labels of cohorts that start in [from, to). */
  Sum between(long from, long to) {
    TreeMap<String, Long> classes = new TreeMap<>();
    for (LabelCount count : cohorts.values()) {
      count.classes().keySet().forEach(name -> classes.putIfAbsent(name, 0L));
    }
    long labelled = 0;
    for (LabelCount count : cohorts.subMap(new Key(from, ""), new Key(to, "")).values()) {
      labelled += count.labelled();
      count.classes().forEach((name, n) -> classes.merge(name, n, Long::sum));
    }
    return new Sum(labelled, classes);
  }

  /** The labels of the last cohorts and the time they span, for a guess at what comes. */
  Map.Entry<Sum, Long> recent() {
    if (cohorts.isEmpty()) {
      return Map.entry(new Sum(0, new TreeMap<>()), 0L);
    }
    long end = cohorts.lastEntry().getValue().windowEnd();
    long start = cohorts.lastKey().windowStart();
    int windows = 1;
    for (Key key : cohorts.descendingKeySet()) {
      if (key.windowStart() < start) {
        if (windows == COHORTS_OF_A_RATE) {
          break;
        }
        windows++;
        start = key.windowStart();
      }
    }
    return Map.entry(between(start, Long.MAX_VALUE), end - start);
  }

  void encode(DataOutput out) throws IOException {
    out.writeLong(rows);
    out.writeInt(cohorts.size());
    for (LabelCount count : cohorts.values()) {
      Fields.writeText(out, count.modelVersion());
      out.writeLong(count.windowStart());
      out.writeLong(count.windowEnd());
      out.writeLong(count.predicted());
      out.writeLong(count.labelled());
      out.writeInt(count.classes().size());
      for (Map.Entry<String, Long> entry : new TreeMap<>(count.classes()).entrySet()) {
        Fields.writeText(out, entry.getKey());
        out.writeLong(entry.getValue());
      }
    }
  }

  static LabelHistory decode(DataInput in) throws IOException {
    LabelHistory history = new LabelHistory();
    long rows = in.readLong();
    int size = Fields.readSize(in);
    for (int i = 0; i < size; i++) {
      String version = Fields.readText(in);
      long start = in.readLong();
      long end = in.readLong();
      long predicted = in.readLong();
      long labelled = in.readLong();
      TreeMap<String, Long> classes = new TreeMap<>();
      int named = Fields.readSize(in);
      for (int j = 0; j < named; j++) {
        String name = Fields.readText(in);
        classes.put(name, in.readLong());
      }
      history.add(new LabelCount(version, start, end, predicted, labelled, classes));
    }
    history.rows = rows;
    return history;
  }
}
