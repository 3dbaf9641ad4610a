package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.ReferenceWindow;
import dev.weir.baseline.WindowBorders;
import dev.weir.stats.inference.DispersionMeter;
import dev.weir.stats.inference.WindowCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Measures the dispersion of every event of every judged series on the windows of the reference,
 * within seasonal cells ({@code statistics.md} 4.4).
 *
 * <p>Guarantee: what is measured is what is judged: each reference window is summarised and turned
 * into counts by the monitors themselves. Windows come in the order of segment and time.
 */
public final class DispersionSurvey {
  private final JudgedSeries series;
  private final Monitors monitors;
  private final WindowBorders borders;
  private final SortedMap<String, DispersionMeter> meters = new TreeMap<>();

  /** A survey of the series under these settings, whatever dispersion they name. */
  public DispersionSurvey(JudgeSettings settings, Baseline baseline) {
    this.series =
        JudgedSeries.of(
            new JudgeSettings(
                settings.profile(),
                settings.monitors(),
                settings.weights(),
                settings.delta(),
                Optional.of(1.0),
                settings.shrink(),
                settings.against(),
                settings.configHash()),
            baseline);
    this.monitors = new Monitors(series);
    this.borders = new WindowBorders(settings.profile().window());
  }

  /** Takes in a window of the reference. */
  public void add(ReferenceWindow window) {
    WindowContext context =
        new WindowContext(
            "",
            window.segment(),
            window.start(),
            borders.windowEnd(window.start()),
            borders.windowEnd(window.start()),
            0,
            true);
    List<Finding> findings = new ArrayList<>();
    findings.addAll(
        series.settings().profile().entity()
            ? monitors.judgeProfile(context, window.profile(), window.gated(), null)
            : monitors.judgeProfile(context, window.profile()));
    findings.addAll(monitors.judgeCohort(context, true, window.cohort()));
    findings.addAll(monitors.judgeEarly(context, window.early()));
    findings.forEach(this::measure);
  }

  private void measure(Finding finding) {
    byte[] counts = finding.counts();
    Judged judged = series.find(finding.series()).orElse(null);
    if (counts == null || judged == null) {
      return;
    }
    String key =
        JudgedSeries.dispersionKey(
            judged.monitor(), judged.metric(), judged.feature(), judged.segment());
    judged
        .plan()
        .measure(decode(counts), meters.computeIfAbsent(key, unused -> judged.plan().newMeter()));
  }

  private static WindowCounts decode(byte[] counts) {
    try {
      return WindowCounts.decode(counts);
    } catch (IOException e) {
      throw new UncheckedIOException("A finding has counts that cannot be read", e);
    }
  }

  /** One number per event of each judged series; 1 for what no window had. */
  public SortedMap<String, double[]> dispersions() {
    SortedMap<String, double[]> dispersions = new TreeMap<>();
    for (Judged judged : series.all()) {
      dispersions.put(
          JudgedSeries.dispersionKey(
              judged.monitor(), judged.metric(), judged.feature(), judged.segment()),
          new double[] {1});
    }
    meters.forEach((key, meter) -> dispersions.put(key, meter.dispersions()));
    return dispersions;
  }
}
