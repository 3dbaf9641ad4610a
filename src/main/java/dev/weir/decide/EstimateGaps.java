package dev.weir.decide;

import dev.weir.monitor.Finding;
import dev.weir.monitor.Series;
import dev.weir.monitor.Unit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What labels say of a window minus what was estimated from its scores alone: the part that is due
 * to a change of concept or calibration, and to chance ({@code statistics.md} 9).
 *
 * <p>Guarantee: a gap is the difference of two numbers that were reported, of one version and
 * window of all traffic; provisional as long as the labels are. What was estimated is kept until
 * the labels come, for the {@value #MOST_WINDOWS} newest windows of a version.
 */
final class EstimateGaps {
  private static final String PREFIX = "estimates:";
  private static final byte FORMAT = 1;
  private static final int MOST_WINDOWS = 2000;
  private static final String MONITOR = "estimated_performance";

  /** What is estimated for a realised metric. */
  private static final Map<String, String> ESTIMATED =
      Map.of("accuracy", "estimated_accuracy", "roc_auc", "estimated_roc_auc");

  private final SeriesStore store;
  private final Map<String, TreeMap<Window, Double>> estimates = new TreeMap<>();

  EstimateGaps(SeriesStore store) {
    this.store = store;
  }

  private record Window(long start, long end, String metric) implements Comparable<Window> {
    @Override
    public int compareTo(Window other) {
      int byStart = Long.compare(start, other.start);
      int byEnd = byStart != 0 ? byStart : Long.compare(end, other.end);
      return byEnd != 0 ? byEnd : metric.compareTo(other.metric);
    }
  }

  /** The gaps that follow from the findings of a tick; estimates among them are kept. */
  List<Finding> of(List<Finding> findings) {
    findings.stream().filter(EstimateGaps::estimates).forEach(this::keep);
    List<Finding> gaps = new ArrayList<>();
    for (Finding finding : findings) {
      String estimated = ESTIMATED.get(finding.series().metric());
      if (estimated != null && isShown(finding, "performance")) {
        Window window = new Window(finding.windowStart(), finding.windowEnd(), estimated);
        Double estimate = known(finding.series().modelVersion()).get(window);
        if (estimate != null) {
          gaps.add(gap(finding, estimated, estimate));
        }
      }
    }
    return gaps;
  }

  private static boolean estimates(Finding finding) {
    return isShown(finding, MONITOR) && ESTIMATED.containsValue(finding.series().metric());
  }

  private static boolean isShown(Finding finding, String monitor) {
    Series series = finding.series();
    return series.monitor().equals(monitor) && series.segment() == null && finding.value() != null;
  }

  private void keep(Finding finding) {
    Double value = finding.value();
    if (value == null) {
      return;
    }
    String version = finding.series().modelVersion();
    TreeMap<Window, Double> windows = known(version);
    windows.put(
        new Window(finding.windowStart(), finding.windowEnd(), finding.series().metric()), value);
    while (windows.size() > MOST_WINDOWS * ESTIMATED.size()) {
      windows.pollFirstEntry();
    }
    store.put(PREFIX + version, encoded(windows));
  }

  private static Finding gap(Finding realised, String estimated, double estimate) {
    Series series = realised.series();
    Double value = realised.value();
    return new Finding(
        new Series(
            series.modelId(), series.modelVersion(), MONITOR, estimated + "_gap", null, null),
        realised.windowStart(),
        realised.windowEnd(),
        realised.tick(),
        realised.revision(),
        (value == null ? 0 : value) - estimate + 0.0,
        Unit.NONE,
        null,
        null,
        null,
        realised.nCurrent(),
        realised.nReference(),
        realised.verdict(),
        realised.completeness(),
        realised.errorBound(),
        null,
        List.of(),
        realised.season(),
        realised.baselineId(),
        null,
        null,
        null,
        realised.configHash());
  }

  private TreeMap<Window, Double> known(String version) {
    return estimates.computeIfAbsent(version, name -> decoded(store.get(PREFIX + name)));
  }

  private static byte[] encoded(TreeMap<Window, Double> windows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeInt(windows.size());
      for (Map.Entry<Window, Double> entry : windows.entrySet()) {
        out.writeLong(entry.getKey().start());
        out.writeLong(entry.getKey().end());
        Fields.writeText(out, entry.getKey().metric());
        out.writeDouble(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static TreeMap<Window, Double> decoded(byte @Nullable [] bytes) {
    TreeMap<Window, Double> windows = new TreeMap<>();
    if (bytes == null) {
      return windows;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Fields.requireFormat("estimates", in.readByte(), FORMAT);
      for (int left = Fields.readSize(in); left > 0; left--) {
        windows.put(new Window(in.readLong(), in.readLong(), Fields.readText(in)), in.readDouble());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the estimates of a version cannot be read", e);
    }
    return windows;
  }
}
