package dev.weir.monitor;

import java.util.List;

/** Which tolerance holds for a feature. */
final class Tolerances {
  private Tolerances() {}

  /** That of the last override that names the feature and sets one, else the monitor's. */
  static double of(List<MonitorSettings.Override> overrides, String feature, double usual) {
    double tolerance = usual;
    for (MonitorSettings.Override override : overrides) {
      if (override.tolerance() != null && override.features().contains(feature)) {
        tolerance = override.tolerance();
      }
    }
    return tolerance;
  }
}
