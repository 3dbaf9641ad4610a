package dev.weir.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.stats.GoldenCase;
import dev.weir.stats.GoldenFunctions;
import dev.weir.stats.GoldenRegistry;
import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.EstimatedPerformance;
import dev.weir.stats.summary.ScoreDecisions;
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
    EstimatedPerformance curve = EstimatedPerformance.of(outcomes(reference)).orElseThrow();
    JsonNode analysis = golden.data(1);
    int size = golden.params().path("chunk_size").asInt();
    List<Double> accuracy = new ArrayList<>();
    List<Double> rocAuc = new ArrayList<>();
    for (int start = 0; start + size <= analysis.path("p").size(); start += size) {
      ScoreDecisions decisions = decisions(analysis, start, start + size);
      accuracy.add(curve.accuracy(decisions).orElseThrow().value());
      rocAuc.add(curve.rocAuc(decisions).orElseThrow().value());
    }
    return Map.of("accuracy", Map.of("value", accuracy), "roc_auc", Map.of("value", rocAuc));
  }

  private static BinaryOutcomeSummary outcomes(JsonNode data) {
    BinaryOutcomeSummary outcomes = new BinaryOutcomeSummary(ScoreLayout.ofEdges(new double[0]));
    for (int row = 0; row < data.path("p").size(); row++) {
      double score = data.path("p").get(row).asDouble();
      outcomes.add(score, data.path("y").get(row).asInt() == 1, score >= 0.5, 1);
    }
    return outcomes;
  }

  private static ScoreDecisions decisions(JsonNode data, int from, int to) {
    ScoreDecisions decisions = new ScoreDecisions();
    for (int row = from; row < to; row++) {
      double score = data.path("p").get(row).asDouble();
      decisions.add(score, data.path("y_pred").get(row).asInt() == 1, 1);
    }
    return decisions;
  }
}
