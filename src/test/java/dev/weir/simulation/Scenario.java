package dev.weir.simulation;

import java.util.SplittableRandom;

/** A kind of traffic. Add a kind as one class, a case of it as one line of {@link Scenarios}. */
interface Scenario {
  Row row();

  /** Draws the stream once and lets everybody watch it. */
  void draw(SplittableRandom random, Run run);

  /** All runs, in the order of the seed. */
  default Results play() {
    Results results = new Results(row());
    SplittableRandom seeds = new SplittableRandom(row().seed());
    for (int i = 0; i < row().runs(); i++) {
      Run run = new Run(row().windows());
      draw(seeds.split(), run);
      results.add(run);
    }
    return results;
  }
}
