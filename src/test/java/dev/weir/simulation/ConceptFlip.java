package dev.weir.simulation;

import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.EstimatedPerformance;
import dev.weir.stats.summary.ScoreDecisions;
import dev.weir.stats.summary.ScoreLayout;
import java.util.SplittableRandom;

/**
 * Every label turns around while features and scores stay as they are. Weir: harm and calibration
 * both alarm. Drift of the score must not, and the estimate from scores alone must not move.
 */
record ConceptFlip(Row row) implements Scenario {
  private static final int COHORT = 1000;

  static final String DRIFT_ALARMS = "drift alarms";
  static final String ESTIMATE_MOVES = "estimate moves by";

  @Override
  public void draw(SplittableRandom random, Run run) {
    Scored reference = Scored.draw(Scored.REFERENCE, 0, 1, random);
    double[] edges = reference.scoreEdges();
    Evidence harm = Evidence.hourly(reference.errorPlan());
    Evidence calibration = Evidence.hourly(Scored.calibrationPlan(0.02));
    Evidence drift =
        Evidence.hourly(
            DriftEvidence.numeric(
                new long[][] {reference.scoreBins(edges)}, DriftingFeature.SETTINGS));
    Naive naive = new Naive(reference.scoreBins(edges));
    EstimatedPerformance estimate = EstimatedPerformance.of(outcomes(reference)).orElseThrow();
    double[] estimates = new double[2];
    int driftAlarms = 0;
    for (int window = 0; window < row.windows(); window++) {
      Scored drawn = Scored.draw(COHORT, 0, 1, random);
      boolean changed = window >= row.before();
      Scored now = changed ? drawn.inverted() : drawn;
      boolean harmed = harm.alarms(now.errorWindow(), window);
      boolean miscalibrated = calibration.alarms(now.calibrationWindow(), window);
      // Before the change either is a false alarm; after it both must say so.
      run.watch(Watcher.WEIR, window, changed ? harmed && miscalibrated : harmed || miscalibrated);
      driftAlarms += drift.alarms(DriftEvidence.window(0, now.scoreBins(edges)), window) ? 1 : 0;
      naive.watchBins(run, window, now.scoreBins(edges));
      naive.watchValues(run, window, now.errors());
      estimates[changed ? 1 : 0] +=
          accuracy(estimate, now) / (changed ? row.after() : row.before());
    }
    run.measure(DRIFT_ALARMS, driftAlarms);
    run.measure(ESTIMATE_MOVES, Math.abs(estimates[1] - estimates[0]));
  }

  private static BinaryOutcomeSummary outcomes(Scored records) {
    BinaryOutcomeSummary summary = new BinaryOutcomeSummary(ScoreLayout.ofEdges(new double[0]));
    for (int i = 0; i < records.n(); i++) {
      summary.add(records.score(i), records.positive(i), records.score(i) >= 0.5, 1);
    }
    return summary;
  }

  private static double accuracy(EstimatedPerformance estimate, Scored records) {
    ScoreDecisions decisions = new ScoreDecisions();
    for (int i = 0; i < records.n(); i++) {
      decisions.add(records.score(i), records.score(i) >= 0.5, 1);
    }
    return estimate.accuracy(decisions).orElseThrow().value();
  }
}
