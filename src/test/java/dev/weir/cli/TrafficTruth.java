package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cli.Recomputation.Flight;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What a job must say of {@link SmallTraffic}, from its records alone and in plain arithmetic: no
 * window, pairing or summary of the product is used.
 */
final class TrafficTruth {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the job file of the traffic sets or leaves at its default. */
  private static final long LATENESS = 10 * SmallTraffic.MINUTE;

  private static final long HORIZON = 3 * SmallTraffic.HOUR;
  private static final long CORRECTIONS_FOR = 2 * SmallTraffic.HOUR;

  private static final Map<String, ToDoubleFunction<List<Flight>>> METRICS =
      Map.of(
          "accuracy", Recomputation::accuracy,
          "brier", Recomputation::brier,
          "log_loss", Recomputation::logLoss,
          "roc_auc", Recomputation::rocAuc);

  private TrafficTruth() {}

  /** Where the rig sends an event. */
  static int partition(Event event) {
    return Math.floorMod(event.predictionId().hashCode(), KafkaRig.PARTITIONS);
  }

  /** Those that are not late by the records before them in their own partition. */
  static List<Event> onTime(List<Event> events) {
    long[] largest = new long[KafkaRig.PARTITIONS];
    List<Event> onTime = new ArrayList<>();
    for (Event event : events) {
      int partition = partition(event);
      if (event.time() >= largest[partition] - LATENESS) {
        onTime.add(event);
      }
      largest[partition] = Math.max(largest[partition], event.time());
    }
    return onTime;
  }

  /** When the window of an hour begins in which a time lies. */
  static long window(long time) {
    return time - Math.floorMod(time, SmallTraffic.HOUR);
  }

  /** Predictions with what finally counted as their outcome, by the start of their window. */
  private static Map<Long, List<Flight>> outcomes(SmallTraffic traffic) {
    Map<String, Event.Prediction> predictions = new LinkedHashMap<>();
    for (Event event : onTime(traffic.events().get(Input.PREDICTIONS))) {
      predictions.putIfAbsent(event.predictionId(), (Event.Prediction) event);
    }
    Map<String, Event.Label> labels = new HashMap<>();
    for (Event event : onTime(traffic.events().get(Input.LABELS))) {
      Event.Label label = (Event.Label) event;
      Event.Prediction prediction = predictions.get(label.predictionId());
      if (prediction != null && counts(label, prediction.time())) {
        labels.merge(
            label.predictionId(),
            label,
            (one, other) -> other.revision() > one.revision() ? other : one);
      }
    }
    Map<Long, List<Flight>> outcomes = new TreeMap<>();
    for (Event.Label label : labels.values()) {
      if (label.operation() != Event.Operation.RETRACT) {
        Event.Prediction prediction = predictions.get(label.predictionId());
        outcomes
            .computeIfAbsent(window(prediction.time()), any -> new ArrayList<>())
            .add(outcome(prediction, label));
      }
    }
    return outcomes;
  }

  /** Known after the prediction, and before the time for labels or for corrections is over. */
  private static boolean counts(Event.Label label, long predicted) {
    long last = predicted + HORIZON + (label.revision() == 0 ? 0 : CORRECTIONS_FOR);
    return label.time() >= predicted && label.time() <= last;
  }

  private static Flight outcome(Event.Prediction prediction, Event.Label label) {
    return new Flight(
        "",
        prediction.time(),
        label.time(),
        prediction.score(),
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Integer.parseInt(label.labelClass()),
        Double.NaN);
  }

  /** That the last word on every window is that of plain arithmetic. */
  static void assertSaidIn(List<String> metrics, SmallTraffic traffic) throws IOException {
    Map<String, JsonNode> last = new TreeMap<>();
    for (String line : metrics) {
      JsonNode metric = JSON.readTree(line);
      String name = metric.get("metric").asText();
      if (METRICS.containsKey(name) && metric.get("segment").isNull()) {
        last.merge(
            name + " " + metric.get("window_start").asText(),
            metric,
            (one, other) ->
                other.get("revision").asInt() > one.get("revision").asInt() ? other : one);
      }
    }
    Map<Long, List<Flight>> outcomes = outcomes(traffic);
    assertThat(last).as("numbers to compare").hasSize(outcomes.size() * METRICS.size());
    List<String> wrong = new ArrayList<>();
    for (JsonNode metric : last.values()) {
      long start = Instant.parse(metric.get("window_start").asText()).toEpochMilli();
      List<Flight> cohort = outcomes.get(start);
      assertThat(metric.get("n_current").asInt()).as("rows of %s", metric).isEqualTo(cohort.size());
      double truth = METRICS.get(metric.get("metric").asText()).applyAsDouble(cohort);
      double bound = metric.get("error_bound").asDouble() + 1e-9;
      wrong.addAll(Recomputation.differences(metric, truth, bound, bound));
    }
    assertThat(wrong).isEmpty();
  }
}
