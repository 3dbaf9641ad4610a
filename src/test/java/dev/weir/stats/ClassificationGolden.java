package dev.weir.stats;

import static dev.weir.stats.GoldenCase.doubles;
import static dev.weir.stats.GoldenCase.longs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.Confusion;
import dev.weir.stats.summary.Measured;
import dev.weir.stats.summary.MulticlassLayout;
import dev.weir.stats.summary.MulticlassOutcomeSummary;
import dev.weir.stats.summary.Ranking;
import dev.weir.stats.summary.ScoreLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Golden functions of classification that summaries of outcomes can answer. */
final class ClassificationGolden implements GoldenFunctions {
  private static final double SMALLEST_PROBABILITY = 0x1p-30;

  @Override
  public void register(GoldenRegistry registry) {
    registry.compute("roc_auc", c -> orNull(outcomes(c).ranking().rocAuc()));
    registry.compute("average_precision", c -> orNull(outcomes(c).ranking().averagePrecision()));
    registry.compute("brier", c -> orNull(outcomes(c).brier()));
    registry.compute("brier_skill_score", ClassificationGolden::skill);
    registry.compute("log_loss", ClassificationGolden::logLoss);
    registry.compute("confusion", ClassificationGolden::confusion);
    registry.compute("threshold_metrics", ClassificationGolden::thresholdMetrics);
    registry.compute("multiclass_metrics", ClassificationGolden::multiclass);
    registry.compute("roc_auc_histogram", ClassificationGolden::aucOfHistogram);
    registry.compute("realized_performance", ClassificationGolden::chunks);
    registry.leaveOut(
        "Weir counts every outcome once; there are no weights",
        "roc_auc_weighted",
        "brier_weighted",
        "average_precision_weighted");
    registry.leaveOut(
        "not one of Weir's metrics; see roc_auc and average_precision",
        "pr_auc_trapezoid",
        "partial_roc_auc_mcclish");
  }

  private static @Nullable Object orNull(Optional<Measured> measured) {
    return measured.orElse(null);
  }

  static BinaryOutcomeSummary outcomes(GoldenCase golden) {
    double[] p = doubles(golden.data().path("p"));
    long[] y = longs(golden.data().path("y"));
    double threshold = golden.params().path("threshold").asDouble(0.5);
    double[] sorted = p.clone();
    Arrays.sort(sorted);
    BinaryOutcomeSummary summary = new BinaryOutcomeSummary(ScoreLayout.of(sorted));
    for (int i = 0; i < p.length; i++) {
      summary.add(p[i], y[i] == 1, p[i] >= threshold, 1);
    }
    return summary;
  }

  private static Object skill(GoldenCase golden) {
    Measured brier = outcomes(golden).brier().orElseThrow();
    double uncertainty =
        outcomes(golden).calibration().murphy().orElseThrow().uncertainty().value();
    return new Measured(1 - brier.value() / uncertainty, brier.errorBound() / uncertainty);
  }

  private static Object logLoss(GoldenCase golden) {
    for (double p : doubles(golden.data().path("p"))) {
      if (p < SMALLEST_PROBABILITY || p > 1 - SMALLEST_PROBABILITY) {
        throw new OtherVariant("clips at 1e-15, Weir at 2^-30");
      }
    }
    return outcomes(golden).logLoss().orElseThrow();
  }

  private static Object confusion(GoldenCase golden) {
    Confusion confusion = outcomes(golden).confusion();
    return Map.of(
        "tp", confusion.truePositives(),
        "fp", confusion.falsePositives(),
        "fn", confusion.falseNegatives(),
        "tn", confusion.trueNegatives());
  }

  /** Where Weir says nothing the case wants its {@code zero_division}. */
  private static Object thresholdMetrics(GoldenCase golden) {
    Confusion confusion = outcomes(golden).confusion();
    double zeroDivision = golden.params().path("zero_division").asDouble();
    return Map.of(
        "accuracy", confusion.accuracy().orElseThrow(),
        "precision", confusion.precision().orElse(zeroDivision),
        "recall", confusion.recall().orElse(zeroDivision),
        "f1", confusion.f1().orElse(zeroDivision),
        "mcc", confusion.matthewsCorrelation().orElse(0));
  }

  private static Object aucOfHistogram(GoldenCase golden) {
    Measured auc =
        new Ranking(
                longs(golden.inputs().path("negatives")), longs(golden.inputs().path("positives")))
            .rocAuc()
            .orElseThrow();
    return Map.of("auc", auc.value(), "half_width", auc.errorBound());
  }

  private static Object chunks(GoldenCase golden) {
    double[] p = doubles(golden.data(0).path("p"));
    long[] y = longs(golden.data(0).path("y"));
    long[] decided = longs(golden.data(0).path("y_pred"));
    int size = golden.params().path("chunk_size").asInt();
    List<BinaryOutcomeSummary> chunks = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      if (i % size == 0) {
        chunks.add(new BinaryOutcomeSummary(ScoreLayout.ofEdges(new double[0])));
      }
      chunks.get(i / size).add(p[i], y[i] == 1, decided[i] == 1, 1);
    }
    return Map.of(
        "roc_auc", values(chunks, chunk -> chunk.ranking().rocAuc().orElseThrow()),
        "average_precision",
            values(chunks, chunk -> chunk.ranking().averagePrecision().orElseThrow()),
        "accuracy", values(chunks, chunk -> chunk.confusion().accuracy().orElseThrow()),
        "precision", values(chunks, chunk -> chunk.confusion().precision().orElseThrow()),
        "recall", values(chunks, chunk -> chunk.confusion().recall().orElseThrow()),
        "f1", values(chunks, chunk -> chunk.confusion().f1().orElseThrow()));
  }

  private static Map<String, List<Object>> values(
      List<BinaryOutcomeSummary> chunks, Function<BinaryOutcomeSummary, Object> metric) {
    return Map.of("value", chunks.stream().map(metric).toList());
  }

  private static Object multiclass(GoldenCase golden) {
    JsonNode rows = golden.data().path("P");
    long[] labels = longs(golden.data().path("y"));
    int classes = rows.get(0).size();
    MulticlassOutcomeSummary summary =
        new MulticlassOutcomeSummary(
            new MulticlassLayout(IntStream.range(0, classes).mapToObj(Integer::toString).toList()));
    for (int i = 0; i < labels.length; i++) {
      double[] probabilities = doubles(rows.get(i));
      summary.add(probabilities, largest(probabilities), (int) labels[i], 1);
    }
    long[][] byLabel = new long[classes][classes];
    for (int label = 0; label < classes; label++) {
      for (int decided = 0; decided < classes; decided++) {
        byLabel[label][decided] = summary.count(decided, label);
      }
    }
    return Map.of(
        "accuracy", summary.accuracy().orElseThrow(),
        "f1_macro", summary.f1().orElseThrow(),
        "balanced_accuracy", summary.recall().orElseThrow(),
        "mcc", summary.matthewsCorrelation().orElseThrow(),
        "log_loss", summary.logLoss().orElseThrow(),
        "auc_ovr_macro", summary.rocAuc().orElseThrow(),
        "confusion", byLabel);
  }

  static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
