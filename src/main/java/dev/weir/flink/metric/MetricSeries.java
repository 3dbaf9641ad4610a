package dev.weir.flink.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * The series of one metric of one task, by label values. A series is registered when it first gets
 * a value.
 *
 * <p>Guarantee: there are never more than {@link #MOST} series and {@link #OTHER}, which has the
 * sum of the rest, so that names from data cannot flood a monitoring system. One owner writes; the
 * reporters read.
 */
public final class MetricSeries {
  /** More label values than a person looks at. */
  public static final int MOST = 100;

  /** First label of the series that sums up the others. */
  public static final String OTHER = "__other__";

  private final JobMetric metric;
  private final MetricGroup operator;
  private final Map<List<String>, Counter> series = new HashMap<>();
  private final Map<List<String>, Counter> others = new HashMap<>();
  private final Map<List<String>, Long> summedUp = new HashMap<>();

  /** No series yet. */
  public MetricSeries(JobMetric metric, MetricGroup operator) {
    this.metric = metric;
    this.operator = operator;
  }

  /** Adds to a series. */
  public void add(long change, String... labelValues) {
    counter(List.of(labelValues)).inc(change);
  }

  /** Sets a gauge. */
  public void set(long value, String... labelValues) {
    List<String> labels = List.of(labelValues);
    Counter counter = counter(labels);
    if (series.containsKey(labels)) {
      counter.inc(value - counter.getCount());
    } else {
      Long before = summedUp.put(labels, value);
      counter.inc(value - (before == null ? 0 : before));
    }
  }

  private Counter counter(List<String> labels) {
    Counter known = series.get(labels);
    if (known != null) {
      return known;
    }
    if (series.size() < MOST) {
      Counter counter = metric.register(operator, labels);
      series.put(labels, counter);
      return counter;
    }
    List<String> other = new ArrayList<>(labels);
    other.set(0, OTHER);
    return others.computeIfAbsent(other, sum -> metric.register(operator, sum));
  }
}
