package dev.weir.monitor;

import dev.weir.baseline.Comparisons;
import dev.weir.stats.summary.PairedLosses;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * All pairs of a challenger with its present champion, over final cohorts. Mutable.
 *
 * <p>Another champion starts anew: what was shown against one says nothing about the next.
 */
final class ComparisonState {
  private String champion = "";
  private PairedLosses pairs = new PairedLosses();

  /** Takes in the pairs of a final cohort. */
  void fold(Comparisons.Leading cohort) {
    if (!cohort.version().equals(champion)) {
      champion = cohort.version();
      pairs = new PairedLosses();
    }
    pairs.merge(cohort.pairs());
  }

  /** Model version of the champion; empty before the first pair. */
  String champion() {
    return champion;
  }

  /** Losses of all pairs with it. */
  PairedLosses pairs() {
    return pairs;
  }

  void encode(DataOutput out) throws IOException {
    out.writeUTF(champion);
    pairs.encode(out);
  }

  static ComparisonState decode(DataInput in) throws IOException {
    ComparisonState state = new ComparisonState();
    state.champion = in.readUTF();
    state.pairs = PairedLosses.decode(in);
    return state;
  }
}
