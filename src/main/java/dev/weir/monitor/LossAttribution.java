package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortLayout;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Column;
import dev.weir.baseline.Loss;
import dev.weir.baseline.RiskCells;
import dev.weir.baseline.RiskCells.Origin;
import dev.weir.baseline.Task;
import dev.weir.monitor.Attribution.Contribution;
import dev.weir.stats.inference.RiskAttribution;
import dev.weir.stats.inference.RiskAttribution.Part;
import dev.weir.stats.inference.RiskAttribution.Rows;
import dev.weir.stats.summary.Sum128;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the change of a judged loss is due to: cells are segment of the first dimension x bin of the
 * prediction x how the row came, against the reference's ({@code statistics.md} 9).
 */
final class LossAttribution {
  /** Most segments and bins that are told. */
  private static final int MOST_TOLD = 5;

  /** Rows whose segment is not known yet. */
  private static final String UNKNOWN = "unknown segment";

  private static final BigInteger ZERO = BigInteger.ZERO;

  private LossAttribution() {}

  /** The attribution of loss {@code index}; absent without rows on both sides. */
  static Optional<Attribution> of(Report report, CohortSummary current, int index) {
    CohortSummary reference = report.outcomes().map(Baseline.Outcomes::cohort).orElse(null);
    if (reference == null) {
      return Optional.empty();
    }
    List<String> segments =
        report.segment() == null
            ? report.baseline().map(Baseline::segmentKeys).orElseThrow().first()
            : List.of();
    Sides sides = new Sides(reference.cells(), current.cells(), index);
    Bins bins = Bins.of(current.layout(), current.layout().losses().get(index));
    return RiskAttribution.of(sides.cells(segments))
        .map(
            split ->
                new Attribution(
                    split.total(),
                    split.part(Part.MIX),
                    split.part(Part.RATE),
                    split.part(Part.DATA_QUALITY),
                    split.part(Part.DELAY),
                    segments.isEmpty()
                        ? List.of()
                        : largest(
                            split, RiskAttribution.Cell::segment, entry -> segment(split, entry)),
                    largest(
                        split,
                        cell -> String.valueOf(cell.bin()),
                        entry -> bins.told(split, entry))));
  }

  private record Sides(RiskCells reference, RiskCells current, int loss) {
    List<RiskAttribution.Cell> cells(List<String> segments) {
      List<RiskAttribution.Cell> cells = new ArrayList<>();
      for (int bin = 0; bin < RiskCells.BINS; bin++) {
        for (Origin origin : Origin.values()) {
          add(segments, bin, origin, cells);
        }
      }
      return cells;
    }

    private void add(
        List<String> segments, int bin, Origin origin, List<RiskAttribution.Cell> cells) {
      Held restThen = held(reference, RiskCells.ALL, bin, origin);
      Held restNow = held(current, RiskCells.ALL, bin, origin);
      for (String segment : segments) {
        Held then = held(reference, segment, bin, origin);
        Held now = held(current, segment, bin, origin);
        add(segment, bin, origin, then, now, cells);
        restThen = restThen.minus(then);
        restNow = restNow.minus(now);
      }
      add(segments.isEmpty() ? "" : UNKNOWN, bin, origin, restThen, restNow, cells);
    }

    private static void add(
        String segment,
        int bin,
        Origin origin,
        Held then,
        Held now,
        List<RiskAttribution.Cell> cells) {
      if (then.rows() != 0 || now.rows() != 0) {
        cells.add(
            new RiskAttribution.Cell(
                segment, bin, rows(origin), then.rows(), then.loss(), now.rows(), now.loss()));
      }
    }

    private Held held(RiskCells side, String segment, int bin, Origin origin) {
      RiskCells.@Nullable Cell cell = side.at(segment, loss, bin, origin);
      if (cell == null) {
        return new Held(0, ZERO);
      }
      Sum128 sum = cell.loss();
      return new Held(cell.rows(), sum.toBigInteger());
    }
  }

  private record Held(long rows, BigInteger loss) {
    Held minus(Held other) {
      return new Held(rows - other.rows, loss.subtract(other.loss));
    }
  }

  private static Rows rows(Origin origin) {
    return switch (origin) {
      case EARLY -> Rows.PLAIN;
      case LATE, ASSUMED -> Rows.LATE;
      case SPOILED, SPOILED_ASSUMED -> Rows.SPOILED;
    };
  }

  private static List<Contribution> largest(
      RiskAttribution split,
      Function<RiskAttribution.Cell, String> group,
      Function<Map.Entry<String, BigInteger>, Contribution> told) {
    List<Map.Entry<String, BigInteger>> groups = new ArrayList<>(split.units(group).entrySet());
    groups.sort(
        Comparator.comparing((Map.Entry<String, BigInteger> entry) -> entry.getValue().abs())
            .reversed()
            .thenComparing(Map.Entry::getKey));
    return groups.stream().limit(MOST_TOLD).map(told).toList();
  }

  private static Contribution segment(RiskAttribution split, Map.Entry<String, BigInteger> entry) {
    return new Contribution(entry.getKey(), null, null, split.value(entry.getValue()));
  }

  /** Bins as contributions: of the score for losses of classes, else of the predicted number. */
  private record Bins(String column, double[] edges) {
    static Bins of(CohortLayout layout, Loss loss) {
      return new LossMetric(loss).isOf(Task.REGRESSION)
          ? new Bins(Column.VALUE, layout.values().quantileEdges())
          : new Bins(Column.SCORE, layout.scores().quantileEdges());
    }

    Contribution told(RiskAttribution split, Map.Entry<String, BigInteger> entry) {
      int bin = Integer.parseInt(entry.getKey());
      return new Contribution(
          column,
          bin == 0 ? null : Double.valueOf(edges[bin - 1]),
          bin == edges.length ? null : Double.valueOf(edges[bin]),
          split.value(entry.getValue()));
    }
  }
}
