package dev.weir.stats;

import java.util.Map;
import java.util.TreeMap;

/** Which golden functions are computed by what, and which ones are left out and why. */
public final class GoldenRegistry {
  private final Map<String, GoldenFunctions.Computation> computations = new TreeMap<>();
  private final Map<String, String> leftOut = new TreeMap<>();

  /** Names what computes a function. */
  public void compute(String function, GoldenFunctions.Computation computation) {
    if (computations.putIfAbsent(function, computation) != null) {
      throw new IllegalStateException(function + " is registered twice");
    }
  }

  /** Leaves a function out because Weir has no use for it. */
  public void leaveOut(String reason, String... functions) {
    for (String function : functions) {
      leftOut.put(function, reason);
    }
  }

  Map<String, GoldenFunctions.Computation> computations() {
    return computations;
  }

  Map<String, String> leftOut() {
    return leftOut;
  }
}
