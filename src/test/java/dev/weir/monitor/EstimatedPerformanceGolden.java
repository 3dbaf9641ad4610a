package dev.weir.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.stats.GoldenCase;
import dev.weir.stats.GoldenFunctions;
import dev.weir.stats.GoldenRegistry;
import dev.weir.stats.summary.ScoreLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Golden functions of performance estimated from scores alone. The golden scores have two decimals,
 * so each has a bin of the class histogram to itself and binning loses nothing.
 */
public final class EstimatedPerformanceGolden implements GoldenFunctions {
  @Override
  public void register(GoldenRegistry registry) {
    registry.compute("cbpe_binary", EstimatedPerformanceGolden::estimates);
  }

  private static Object estimates(GoldenCase golden) {
    if (!golden.params().path("needs_calibration").asBoolean()) {
      throw new OtherVariant("takes scores as they are; Weir always recalibrates them");
    }
    JsonNode reference = golden.data(0);
    long[][] classes = counts(reference, "y", 0, reference.path("p").size());
    ReliabilityCurve curve = ReliabilityCurve.of(classes[0], classes[1]);
    JsonNode analysis = golden.data(1);
    int size = golden.params().path("chunk_size").asInt();
    List<Double> accuracy = new ArrayList<>();
    List<Double> rocAuc = new ArrayList<>();
    for (int start = 0; start + size <= analysis.path("p").size(); start += size) {
      long[][] decisions = counts(analysis, "y_pred", start, start + size);
      EstimatedPerformanceMonitor.Estimate estimate =
          new EstimatedPerformanceMonitor.Estimate(curve, decisions[0], decisions[1]);
      accuracy.add(estimate.accuracy().orElseThrow());
      rocAuc.add(estimate.rocAuc().orElseThrow());
    }
    return Map.of("accuracy", Map.of("value", accuracy), "roc_auc", Map.of("value", rocAuc));
  }

  /** Records per score bin, those of class 0 first. */
  private static long[][] counts(JsonNode data, String column, int from, int to) {
    long[][] counts = new long[2][ScoreLayout.LOGIT_BINS];
    for (int row = from; row < to; row++) {
      int bin = ScoreLayout.logitBin(data.path("p").get(row).asDouble());
      counts[data.path(column).get(row).asInt()][bin]++;
    }
    return counts;
  }
}
