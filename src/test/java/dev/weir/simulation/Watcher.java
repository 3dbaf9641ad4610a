package dev.weir.simulation;

/** Who looks at the windows of a simulated stream; all look at the same ones. */
enum Watcher {
  /** Weir, through the classes of the product. */
  WEIR("Weir"),
  /** Weir's own question without the safeguard that the scenario is about. */
  UNGUARDED("unguarded"),
  /** The population stability index of a window is above 0.2. */
  PSI("PSI > 0.2"),
  /** Kolmogorov-Smirnov on the bins, p below 0.05 in a window. */
  KS("KS p < .05"),
  /** An ADWIN on the records of the series, with its usual settings. */
  ADWIN("ADWIN"),
  /** Alarms in every window: the fastest there is. */
  ALWAYS("always");

  private final String title;

  Watcher(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
