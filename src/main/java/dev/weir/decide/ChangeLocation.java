package dev.weir.decide;

import dev.weir.monitor.Attribution;
import dev.weir.monitor.Cells;
import dev.weir.monitor.Series;
import dev.weir.stats.inference.CalibrationEvidence;
import dev.weir.stats.inference.CellCounts;
import dev.weir.stats.inference.Component;
import dev.weir.stats.inference.EventKind;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.Side;
import dev.weir.stats.inference.WindowCounts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where inside a series a change lies, in words: the bins or categories that moved furthest, the
 * segments that carry it, and the question that the evidence answered.
 *
 * <p>Guarantee: a function of the counts of the windows that the evidence rests on, of which the
 * last {@value SeriesState#MOST_TAKEN} are known, and of the reference. Nothing is decided by it.
 * What segments of one dimension carry adds up to 100 %, those that nobody judges included: the
 * part of segment s is (hits of s - n r_s/m) over (hits - n r/m), n rows of all traffic now, m in
 * the reference, r hits in the reference. It holds the growth of a segment as well as the change
 * inside it.
 *
 * @param clause for the summary; empty: nothing to say
 * @param annotations {@code change}, {@code change_cells}, {@code change_segments}, {@code
 *     change_evidence} as far as they are known
 */
record ChangeLocation(String clause, Map<String, String> annotations) {
  static final ChangeLocation UNKNOWN = new ChangeLocation("", Map.of());

  /** Most cells and segments that are listed. */
  private static final int MOST_LISTED = 5;

  /** Smallest part of a change for which a segment is named in a sentence. */
  private static final double WORTH_NAMING = 0.1;

  /** Smallest part of a change for which a segment is listed. */
  private static final double WORTH_LISTING = 0.01;

  private static final int LONGEST_NAME = 64;

  /** Rows by which one run of bins must beat another. */
  private static final double TIE = 1e-6;

  /** One series and the windows that its evidence rests on, in order. */
  record Subject(Series series, EvidenceBook.Judged judged, List<SeriesState.Taken> windows) {}

  /**
   * Where the change of a series lies.
   *
   * @param main the series of the alert
   * @param segments the same series by segment, as far as it is judged there
   * @param leading component that led the alarm; null: a plain rule did
   */
  static ChangeLocation of(Subject main, List<Subject> segments, @Nullable Integer leading) {
    TreeMap<String, String> annotations = new TreeMap<>();
    Cells cells = main.judged().cells().get().orElse(null);
    String evidence =
        leading == null
            ? ""
            : evidence(main.series(), main.judged().plan().describe(leading), cells);
    if (!evidence.isEmpty()) {
      annotations.put("change_evidence", evidence);
    }
    Moves moves = cells == null || main.windows().isEmpty() ? null : moves(main, cells);
    if (moves == null) {
      String clause = calibration(main.judged().plan(), leading);
      return new ChangeLocation(clause, annotations);
    }
    String clause = moves.sentence(main.series());
    if (!clause.isEmpty()) {
      annotations.put("change", clause);
    }
    String listed = moves.listed(main.series());
    if (!listed.isEmpty()) {
      annotations.put("change_cells", listed);
    }
    List<Carrier> carriers = carriers(main, segments, moves);
    if (!carriers.isEmpty()) {
      annotations.put("change_segments", listed(carriers));
      Carrier first = carriers.get(0);
      if (first.part() >= WORTH_NAMING) {
        String carries = "segment " + first.segment() + " carries " + percent(first.part());
        clause = clause.isEmpty() ? carries : clause + "; " + carries + " of it";
      }
    }
    return new ChangeLocation(clause, annotations);
  }

  /** The same with what a change of a loss is due to. */
  ChangeLocation with(@Nullable Attribution attribution) {
    if (attribution == null) {
      return this;
    }
    TreeMap<String, String> all = new TreeMap<>(annotations);
    all.putAll(AttributionWords.annotations(attribution));
    String due = AttributionWords.clause(attribution);
    String both = due.isEmpty() || clause.isEmpty() ? due + clause : due + "; " + clause;
    return new ChangeLocation(both, all);
  }

  // ---- Cells ----

  private static @Nullable Moves moves(Subject subject, Cells cells) {
    double[] hits = new double[cells.hits()[0].length];
    double[] expected = new double[hits.length];
    double rows = 0;
    for (SeriesState.Taken window : subject.windows()) {
      CellCounts counts = cellsOf(subject.judged().plan(), window);
      if (counts == null || counts.hits().length != hits.length) {
        return null;
      }
      rows += counts.rows();
      for (int cell = 0; cell < hits.length; cell++) {
        hits[cell] += counts.hits()[cell];
        expected[cell] += counts.rows() * reference(cells, counts.season(), cell);
      }
    }
    return rows > 0 ? new Moves(cells, hits, expected, rows) : null;
  }

  /** Share of a cell in the reference; 0 without rows. */
  private static double reference(Cells cells, int season, int cell) {
    double rows = cells.rows(season);
    return rows > 0 ? cells.hits(season, cell) / rows : 0;
  }

  private static @Nullable CellCounts cellsOf(EvidencePlan plan, SeriesState.Taken window) {
    try {
      return plan.cells(WindowCounts.decode(window.counts())).orElse(null);
    } catch (IOException e) {
      throw new IllegalArgumentException("a window whose counts cannot be read", e);
    }
  }

  /** Neighbouring cells, the last one included. */
  private record Run(int first, int last) {}

  /** What moved, against what the reference would have had in the same windows. */
  private record Moves(Cells cells, double[] hits, double[] expected, double rows) {
    double move(int cell) {
      return hits[cell] - expected[cell];
    }

    /** The cells that moved furthest together. */
    Run furthest() {
      if (cells.kind() == Cells.Kind.LINE) {
        return furthestRun();
      }
      int furthest = 0;
      for (int cell = 1; cell < hits.length; cell++) {
        if (Math.abs(move(cell)) > Math.abs(move(furthest))) {
          furthest = cell;
        }
      }
      return new Run(furthest, furthest);
    }

    /** Neighbouring bins with the largest gain of rows, or else the largest loss. */
    private Run furthestRun() {
      Run gain = run(1);
      Run loss = run(-1);
      return -sum(loss) > sum(gain) + TIE ? loss : gain;
    }

    private Run run(int sign) {
      Run best = new Run(0, 0);
      double most = Double.NEGATIVE_INFINITY;
      double sum = 0;
      int first = 0;
      for (int cell = 0; cell < hits.length; cell++) {
        if (sum <= 0) {
          sum = 0;
          first = cell;
        }
        sum += sign * move(cell);
        if (sum > most + TIE) {
          most = sum;
          best = new Run(first, cell);
        }
      }
      return best;
    }

    double sum(Run run) {
      double sum = 0;
      for (int cell = run.first(); cell <= run.last(); cell++) {
        sum += move(cell);
      }
      return sum;
    }

    String sentence(Series series) {
      boolean several = hits.length > 1;
      return switch (cells.kind()) {
        case LINE, CATEGORIES -> several ? "mostly " + shares(series, furthest()) : "";
        case AGES -> shares(series, furthest());
        case SINGLE -> "";
      };
    }

    /** {@code distance in [480, 690): 3.1 % -> 9.8 %}. */
    String shares(Series series, Run run) {
      double before = 0;
      double now = 0;
      for (int cell = run.first(); cell <= run.last(); cell++) {
        before += expected[cell];
        now += hits[cell];
      }
      return name(series, run) + ": " + percent(before / rows) + " -> " + percent(now / rows);
    }

    private String name(Series series, Run run) {
      return switch (cells.kind()) {
        case LINE -> range(Wording.column(series), cells.edges(), run.first(), run.last());
        case CATEGORIES -> category(Wording.column(series), cells.names().get(run.first()));
        case AGES -> "labelled within " + Wording.span(cells.edges().get(run.first()));
        case SINGLE -> series.metric();
      };
    }

    /** The single cells that moved furthest. */
    String listed(Series series) {
      if (cells.kind() == Cells.Kind.SINGLE) {
        return "from " + percent(expected[0] / rows) + " to " + percent(hits[0] / rows);
      }
      List<Integer> order = new ArrayList<>();
      for (int cell = 0; cell < hits.length; cell++) {
        order.add(cell);
      }
      order.sort(Comparator.comparingDouble((Integer cell) -> -Math.abs(move(cell))));
      List<String> lines = new ArrayList<>();
      for (int cell : order.subList(0, Math.min(MOST_LISTED, order.size()))) {
        if (move(cell) != 0) {
          lines.add(shares(series, new Run(cell, cell)));
        }
      }
      return String.join("; ", lines);
    }
  }

  private static String range(String column, List<Double> edges, int first, int last) {
    return between(
        column,
        first == 0 ? null : edges.get(first - 1),
        last >= edges.size() ? null : edges.get(last));
  }

  /** {@code distance in [480, 690)}, {@code distance below 480}, {@code distance at least 690}. */
  static String between(String column, @Nullable Double low, @Nullable Double high) {
    if (low == null) {
      return high == null ? column : column + " below " + Wording.edge(high);
    }
    return high == null
        ? column + " at least " + Wording.edge(low)
        : column + " in [" + Wording.edge(low) + ", " + Wording.edge(high) + ")";
  }

  private static String category(String column, String name) {
    return switch (name) {
      case "__other__" -> "rarer values of " + column;
      case "__unseen__" -> "unseen values of " + column;
      default -> column + "=" + cut(name);
    };
  }

  private static String cut(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
  }

  private static String percent(double share) {
    return Wording.number(100 * share) + " %";
  }

  // ---- Segments ----

  /** What a segment carries of the change. */
  private record Carrier(String segment, double part) {}

  private static List<Carrier> carriers(Subject main, List<Subject> segments, Moves moves) {
    Run run = moves.furthest();
    double all = moves.sum(run);
    List<Carrier> carriers = new ArrayList<>();
    for (Subject subject : segments) {
      Double own = all == 0 ? null : ownMove(main, subject, run);
      String segment = subject.series().segment();
      if (own != null && segment != null && own / all >= WORTH_LISTING) {
        carriers.add(new Carrier(segment, own / all));
      }
    }
    carriers.sort(
        Comparator.comparingDouble((Carrier carrier) -> -carrier.part())
            .thenComparing(Carrier::segment));
    return carriers;
  }

  /** A segment's part of the move, in rows; null if it was not seen in the same windows. */
  private static @Nullable Double ownMove(Subject main, Subject subject, Run run) {
    Cells all = main.judged().cells().get().orElse(null);
    Cells own = subject.judged().cells().get().orElse(null);
    if (all == null || own == null || own.hits()[0].length != all.hits()[0].length) {
      return null;
    }
    double move = 0;
    for (SeriesState.Taken window : main.windows()) {
      SeriesState.Taken same = sameWindow(subject, window.windowStart());
      CellCounts now = same == null ? null : cellsOf(subject.judged().plan(), same);
      CellCounts total = cellsOf(main.judged().plan(), window);
      if (now == null || total == null) {
        return null;
      }
      double reference = all.rows(total.season());
      for (int cell = run.first(); cell <= run.last(); cell++) {
        double before = reference > 0 ? own.hits(now.season(), cell) / reference : 0;
        move += now.hits()[cell] - total.rows() * before;
      }
    }
    return move;
  }

  private static SeriesState.@Nullable Taken sameWindow(Subject subject, long windowStart) {
    return subject.windows().stream()
        .filter(window -> window.windowStart() == windowStart)
        .findFirst()
        .orElse(null);
  }

  private static String listed(List<Carrier> carriers) {
    return String.join(
        "; ",
        carriers.stream()
            .limit(MOST_LISTED)
            .map(carrier -> carrier.segment() + " " + percent(carrier.part()))
            .toList());
  }

  // ---- Evidence ----

  /** {@code distance below 480 more often}. */
  private static String evidence(Series series, Component component, @Nullable Cells cells) {
    String often = component.side() == Side.BELOW ? " less often" : " more often";
    if (component.kind() == EventKind.MISCALIBRATION) {
      return "true log odds nearer to "
          + Wording.number(CalibrationEvidence.shift(component.index()))
          + " + "
          + Wording.number(CalibrationEvidence.slope(component.index()))
          + " x log odds of the score";
    }
    if (cells == null) {
      return "";
    }
    String column = Wording.column(series);
    return switch (component.kind()) {
      case BELOW_EDGE ->
          column + " below " + Wording.edge(cells.edges().get(component.index())) + often;
      case IN_BIN -> range(column, cells.edges(), component.index(), component.index()) + often;
      case CATEGORY -> category(column, cells.names().get(component.index())) + often;
      case OTHER -> category(column, "__other__") + often;
      case UNSEEN -> category(column, "__unseen__") + often;
      case GROUP -> column + " in group " + cut(cells.groups().get(component.index())) + often;
      case LABELLED_WITHIN ->
          "labelled within " + Wording.span(cells.edges().get(component.index())) + often;
      default -> "";
    };
  }

  private static String calibration(EvidencePlan plan, @Nullable Integer leading) {
    if (leading == null || plan.describe(leading).kind() != EventKind.MISCALIBRATION) {
      return "";
    }
    int alternative = plan.describe(leading).index();
    double shift = CalibrationEvidence.shift(alternative);
    if (shift != 0) {
      return shift > 0 ? "scores are too low" : "scores are too high";
    }
    return CalibrationEvidence.slope(alternative) < 1
        ? "scores are over-confident"
        : "scores are under-confident";
  }
}
