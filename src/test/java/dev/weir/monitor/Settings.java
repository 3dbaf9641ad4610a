package dev.weir.monitor;

import dev.weir.baseline.Loss;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of monitors as job files give them. */
final class Settings {
  static final MonitorSettings.Common COMMON =
      new MonitorSettings.Common(true, Severity.WARNING, true, 200, List.of());
  private static final MonitorSettings.Selection ALL =
      new MonitorSettings.Selection(List.of(), List.of());

  private Settings() {}

  /** What jobs/flights-delay/weir.yaml says. */
  static MonitorSettings flights() {
    return new MonitorSettings(
        Optional.of(
            new MonitorSettings.Quality(COMMON, ALL, List.of(), 0.005, 0.01, null, Map.of(), null)),
        Optional.of(
            new MonitorSettings.Drift(
                COMMON,
                ALL,
                List.of(
                    new MonitorSettings.Override(
                        List.of("origin_recent_delay", "dest_recent_delay", "network_recent_delay"),
                        0.15,
                        null,
                        List.of())),
                0.02,
                List.of(),
                Map.of())),
        Optional.of(new MonitorSettings.ColumnDrift(COMMON, List.of(), 0.05, List.of())),
        Optional.of(new MonitorSettings.ColumnDrift(COMMON, List.of(), 0.05, List.of())),
        Optional.empty(),
        Optional.of(
            new MonitorSettings.Performance(
                COMMON, List.of(new Loss("brier", 1), new Loss("mae", 120)), 0.01)),
        Optional.of(new MonitorSettings.Calibration(COMMON, 0.03, false)),
        Optional.of(new MonitorSettings.Coverage(COMMON, 0.9, 0.03, false, 0.005)),
        Optional.of(new MonitorSettings.Labels(COMMON, 0.05, Duration.ofHours(8))),
        Optional.of(new MonitorSettings.EstimatedPerformance(COMMON)),
        Optional.of(
            new MonitorSettings.ConceptDrift(COMMON, List.of(), 0.002, 0.005, 50, 2, 3, 0.004)),
        Optional.of(new MonitorSettings.Comparison(COMMON, 0.05)));
  }
}
