package dev.weir.flink.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.junit.jupiter.api.Test;

/** Series as a monitoring system sees them. */
class MetricSeriesTest {
  private final Map<String, Metric> registered = new TreeMap<>();
  private final MetricGroup operator =
      new GenericMetricGroup(
          TestingMetricRegistry.builder()
              .setRegisterConsumer(
                  (metric, name, group) -> {
                    Map<String, String> labels = new TreeMap<>(group.getAllVariables());
                    registered.put(name + labels.values(), metric);
                  })
              .build(),
          null,
          "operator");

  @Test
  void gauge_isWhatWasSetLast() {
    MetricSeries alerts = new MetricSeries(JobMetric.ALERTS_OPEN, operator);
    alerts.set(3, "churn", "ERROR");
    alerts.set(2, "churn", "ERROR");
    alerts.set(1, "churn", "WARNING");
    assertThat(gauge("alerts_open[churn, ERROR]")).isEqualTo(2);
    assertThat(gauge("alerts_open[churn, WARNING]")).isEqualTo(1);
  }

  @Test
  void counter_isTheSum() {
    MetricSeries verdicts = new MetricSeries(JobMetric.VERDICTS, operator);
    verdicts.add(0, "OK");
    verdicts.add(2, "OK");
    verdicts.add(3, "OK");
    assertThat(registered.get("verdicts[OK]")).isInstanceOf(Counter.class);
    assertThat(((Counter) registered.get("verdicts[OK]")).getCount()).isEqualTo(5);
  }

  @Test
  void namesFromData_cannotFloodTheMonitoring() {
    MetricSeries alerts = new MetricSeries(JobMetric.ALERTS_OPEN, operator);
    for (int model = 0; model < 10 * MetricSeries.MOST; model++) {
      alerts.set(1, "m" + model, "ERROR");
      alerts.set(2, "m" + model, "ERROR");
    }
    alerts.set(0, "m" + MetricSeries.MOST, "ERROR");
    assertThat(registered).hasSize(MetricSeries.MOST + 1);
    assertThat(gauge("alerts_open[m0, ERROR]")).isEqualTo(2);
    assertThat(gauge("alerts_open[__other__, ERROR]"))
        .as("the sum of the rest, of which one has none left")
        .isEqualTo(2L * (9 * MetricSeries.MOST - 1));
  }

  @Test
  void labels_areThoseOfTheMetric() {
    assertThatThrownBy(() -> JobMetric.RECORDS.register(operator, List.of("features")))
        .hasMessage("records has the labels [input, outcome]");
  }

  private long gauge(String name) {
    Metric metric = registered.get(name);
    assertThat(metric).as(name).isInstanceOf(Gauge.class);
    return (Long) ((Gauge<?>) metric).getValue();
  }
}
