package dev.weir.cli;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Flink's own counters of records, by operator: the same meter for every contender, and nothing in
 * their way.
 */
public final class RecordMeter implements MetricReporter {
  /** Counters of the job that runs in this process. */
  private static final Collection<Operator> COUNTERS = new ConcurrentLinkedQueue<>();

  private record Operator(String name, Counter records) {}

  /** Makes it. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(java.util.Properties properties) {
      return new RecordMeter();
    }
  }

  /** Forgets the job before. */
  static void reset() {
    COUNTERS.clear();
  }

  /** Records that have entered the tasks of the operators whose names begin with one of these. */
  static long records(Collection<String> names) {
    return COUNTERS.stream()
        .filter(operator -> names.stream().anyMatch(operator.name()::startsWith))
        .mapToLong(operator -> operator.records().getCount())
        .sum();
  }

  /** What there is to count, for a message. */
  static String all() {
    StringBuilder all = new StringBuilder();
    COUNTERS.forEach(
        operator ->
            all.append(operator.name())
                .append(' ')
                .append(operator.records().getCount())
                .append("; "));
    return all.toString();
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    Map<String, String> variables = group.getAllVariables();
    String operator = variables.get("<operator_name>");
    if (operator != null && name.equals("numRecordsIn") && metric instanceof Counter counter) {
      COUNTERS.add(new Operator(operator, counter));
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
