package dev.weir.simulation;

import dev.weir.stats.sequential.AdaptiveConformal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * An adversary against adaptive conformal inference whose outcomes come late: the mean error stays
 * within its bound after every outcome. One run per rhythm of the attack.
 */
record LateConformal(Row row, int delay) implements Scenario {
  private static final double TARGET = 0.1;
  private static final double STEP = 0.05;
  private static final int OUTCOMES = 5000;

  static final String OF_BOUND = "largest error as a share of its bound";

  @Override
  public void draw(SplittableRandom random, Run run) {
    int rhythm = 1 << random.nextInt(10);
    AdaptiveConformal conformal = new AdaptiveConformal(TARGET, STEP);
    Deque<Boolean> outstanding = new ArrayDeque<>();
    int errors = 0;
    int known = 0;
    double largest = 0;
    for (int t = 0; t < OUTCOMES; t++) {
      boolean attack = t / rhythm % 2 == 0;
      outstanding.add(AdaptiveConformal.misses(attack ? 0 : 1, conformal.alpha()));
      if (outstanding.size() > delay) {
        boolean missed = outstanding.remove();
        conformal.feedBack(missed);
        errors += missed ? 1 : 0;
        known++;
        double off = Math.abs((double) errors / known - TARGET);
        largest =
            Math.max(largest, off / AdaptiveConformal.bound(TARGET, STEP, TARGET, known, delay));
      }
    }
    run.measure(OF_BOUND, largest);
    run.watch(Watcher.WEIR, 0, largest > 1 + 1e-9);
  }
}
