package dev.weir.simulation;

import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Labels move away from the scores, which stay as they are: harm and lost calibration.
 *
 * @param n records in a cohort
 * @param shift of the labels' logit after the change
 * @param slope of the labels' logit after the change
 * @param question what Weir asks of it
 */
record ShiftedLabels(Row row, int n, double shift, double slope, Question question)
    implements Scenario {
  /** What is asked of the same records. */
  enum Question {
    ERROR_RATE(r -> Evidence.hourly(r.errorPlan()), Scored::errors),
    BRIER(r -> Evidence.hourly(r.brierPlan()), Scored::brier),
    CALIBRATION(r -> Evidence.hourly(Scored.calibrationPlan(0.02)), Scored::brier);

    private final Function<Scored, Evidence> evidence;
    private final Function<Scored, double[]> losses;

    Question(Function<Scored, Evidence> evidence, Function<Scored, double[]> losses) {
      this.evidence = evidence;
      this.losses = losses;
    }
  }

  @Override
  public void draw(SplittableRandom random, Run run) {
    Scored reference = Scored.draw(Scored.REFERENCE, 0, 1, random);
    double[] edges = reference.scoreEdges();
    Evidence weir = question.evidence.apply(reference);
    Naive naive = new Naive(reference.scoreBins(edges));
    for (int window = 0; window < row.windows(); window++) {
      boolean changed = window >= row.before();
      Scored now = Scored.draw(n, changed ? shift : 0, changed ? slope : 1, random);
      run.watch(
          Watcher.WEIR,
          window,
          weir.alarms(
              switch (question) {
                case ERROR_RATE -> now.errorWindow();
                case BRIER -> now.brierWindow();
                case CALIBRATION -> now.calibrationWindow();
              },
              window));
      naive.watchBins(run, window, now.scoreBins(edges));
      naive.watchValues(run, window, question.losses.apply(now));
    }
  }
}
