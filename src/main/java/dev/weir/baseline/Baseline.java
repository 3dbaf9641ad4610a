package dev.weir.baseline;

import dev.weir.event.WeirId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the reference data looked like: everything that windows and cohorts are compared with.
 *
 * <p>Guarantee: immutable; the id is a function of the summaries alone, so two profiles of the same
 * data have the same id; {@link #of} of what {@link #summaries} gives is the same baseline.
 */
public final class Baseline {
  private static final int FORMAT = 1;

  /** The format of a frame with seasonal cells or dispersions. */
  private static final int SEASONAL_FORMAT = 2;

  private static final int MOST_DIMENSIONS = 100;
  private static final int MOST_VALUES = 100_000;
  private static final int MOST_SERIES = 10_000_000;
  private static final String OUTCOME = "outcome";

  /** The number of what is not of one seasonal cell. */
  private static final int ALL_CELLS = -1;

  private final Header header;
  private final String id;
  private final List<NamedSummary> summaries;
  private final List<Column> columns = new ArrayList<>();
  private final Map<Place, Reference> references = new HashMap<>();
  private @Nullable Outcomes outcomes;
  private @Nullable CohortSummary completed;

  /** Parts of segments, seasonal cells and gated ones, read when asked for: there are many. */
  private final Map<Cell, byte[]> cells = new HashMap<>();

  private final Frame frame;
  private boolean gates;

  /**
   * What is known about a baseline beside its summaries.
   *
   * @param modelId the model
   * @param modelVersion version it belongs to; null: every version
   * @param rows rows of the reference that were used
   * @param start earliest event time, epoch milliseconds
   * @param end latest event time, epoch milliseconds
   * @param sha256 SHA-256 of the reference as read
   * @param uri where it was read from
   * @param configHash configuration in force
   * @param effectiveFrom event time from which windows use it
   */
  public record Header(
      String modelId,
      @Nullable String modelVersion,
      long rows,
      long start,
      long end,
      String sha256,
      @Nullable String uri,
      String configHash,
      @Nullable Long effectiveFrom) {}

  /**
   * Rows of one half of the reference whose category the other half's list does not have ({@code
   * statistics.md} 4.3).
   *
   * @param unseen how many
   * @param rows size of the counted half
   */
  public record SplitHalf(long unseen, long rows) {
    private void encode(DataOutput out) throws IOException {
      Bytes.writeLong(out, unseen);
      Bytes.writeLong(out, rows);
    }

    private static SplitHalf decode(DataInput in) throws IOException {
      return new SplitHalf(Bytes.readLong(in), Bytes.readLong(in));
    }
  }

  /**
   * One column of the reference, in all rows or in a segment.
   *
   * @param summary its values
   * @param splitHalf chance of a category that was never seen; zeros for numbers
   */
  public record Reference(ColumnSummary summary, SplitHalf splitHalf) {}

  /**
   * What became of the reference's predictions, in all rows or in a segment.
   *
   * @param cohort all of them, as one final cohort
   * @param early their first loss at the early age
   * @param classHalf chance of a true class that was never seen
   */
  public record Outcomes(CohortSummary cohort, EarlyLossSummary early, SplitHalf classHalf) {
    private void encode(DataOutput out) throws IOException {
      cohort.encode(out);
      early.encode(out);
      classHalf.encode(out);
    }

    private static Outcomes decode(DataInput in, CohortLayout layout) throws IOException {
      return new Outcomes(
          CohortSummary.decode(in, layout), EarlyLossSummary.decode(in), SplitHalf.decode(in));
    }
  }

  /**
   * What holds for the reference as a whole.
   *
   * @param dimensions segment dimensions
   * @param kept per dimension the combinations of values that are told apart
   * @param windows tumbling windows with rows
   * @param layout how outcomes are summarised
   * @param seasons which seasonal cells are told apart
   * @param dispersions series to what was measured of its events; empty: nothing was
   */
  public record Frame(
      List<List<String>> dimensions,
      List<List<List<String>>> kept,
      long windows,
      CohortLayout layout,
      SeasonCalendar seasons,
      SortedMap<String, double[]> dispersions) {
    private boolean plain() {
      return !seasons.divides() && dispersions.isEmpty();
    }
  }

  /** The summary of a part of the rows; the role is null for outcomes. */
  private record Cell(
      String name,
      Column.@Nullable Role role,
      @Nullable String segment,
      int number,
      boolean gated) {}

  private record Place(String name, Column.Role role) {}

  private Baseline(Header header, List<NamedSummary> summaries) throws IOException {
    this.header = header;
    this.summaries = summaries.stream().sorted(NamedSummary.ORDER).toList();
    this.id = idOf(this.summaries);
    this.frame = readFrame(this.summaries);
    for (NamedSummary summary : this.summaries) {
      read(summary);
    }
  }

  /**
   * The baseline with these summaries, in any order.
   *
   * @throws IOException if they are not what a profiler of a known format wrote
   */
  public static Baseline of(Header header, List<NamedSummary> summaries) throws IOException {
    return new Baseline(header, summaries);
  }

  /** The id of a baseline with these summaries, which must stand in order. */
  public static String idOf(List<NamedSummary> ordered) {
    MessageDigest digest = WeirId.sha256();
    ordered.forEach(summary -> digest.update(summary.encoded()));
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  private static Frame readFrame(List<NamedSummary> summaries) throws IOException {
    for (NamedSummary summary : summaries) {
      if (all(summary)) {
        return readFrame(Bytes.reader(summary.encoded()));
      }
    }
    throw new IOException("The baseline has no summary of outcomes for all rows");
  }

  /** Whether a summary is that of the outcomes of all rows, which carries the frame. */
  private static boolean all(NamedSummary summary) {
    return summary.name().equals(OUTCOME)
        && outcome(summary)
        && summary.segment() == null
        && summary.season() == null;
  }

  private static boolean outcome(NamedSummary summary) {
    return switch (summary.kind()) {
      case BINARY_OUTCOME, MULTICLASS_OUTCOME, REGRESSION_OUTCOME -> true;
      default -> false;
    };
  }

  private void read(NamedSummary summary) throws IOException {
    DataInput in = Bytes.reader(summary.encoded());
    String season = summary.season();
    boolean outcome = outcome(summary);
    if (all(summary)) {
      readFrame(in);
      Outcomes whole = Outcomes.decode(in, frame.layout());
      outcomes = whole;
      completed = whole.cohort().withMissing();
      return;
    }
    Bytes.readVersion(in, FORMAT);
    if (!outcome && summary.segment() == null && season == null && !summary.gated()) {
      Column column = Column.decode(in);
      columns.add(column);
      references.put(new Place(column.name(), column.role()), reference(in, column));
      return;
    }
    Column.Role role = outcome ? null : Column.role(in);
    if (season == null && !summary.gated()) {
      requireReadable(in, summary, role);
    }
    int number = cellNumber(season, summary.gated());
    cells.put(
        new Cell(summary.name(), role, summary.segment(), number, summary.gated()),
        summary.encoded());
    gates |= summary.gated();
  }

  private int cellNumber(@Nullable String season, boolean gated) throws IOException {
    if (season == null) {
      return gated ? 0 : ALL_CELLS;
    }
    return Math.toIntExact(
        frame
            .seasons()
            .number(season)
            .orElseThrow(() -> new IOException("No seasonal cell is called " + season)));
  }

  /** What is damaged is refused now, and not when a window is judged. */
  private void requireReadable(DataInput in, NamedSummary summary, Column.@Nullable Role role)
      throws IOException {
    if (role == null) {
      Outcomes.decode(in, frame.layout());
    } else {
      reference(in, column(summary.name(), role));
    }
  }

  private static Reference reference(DataInput in, Column column) throws IOException {
    return new Reference(ColumnSummary.decode(in, column), SplitHalf.decode(in));
  }

  private Column column(String name, Column.Role role) throws IOException {
    for (Column column : columns) {
      if (column.name().equals(name) && column.role() == role) {
        return column;
      }
    }
    throw new IOException("The baseline has segments of " + name + " but not all rows of it");
  }

  private static Frame readFrame(DataInput in) throws IOException {
    int format = in.readUnsignedByte();
    boolean seasonal = format == SEASONAL_FORMAT;
    if (!seasonal && format != FORMAT) {
      throw new IOException("Format version " + format + " of a baseline is not known");
    }
    List<List<String>> dimensions = new ArrayList<>();
    List<List<List<String>>> kept = new ArrayList<>();
    for (int left = Bytes.readSize(in, MOST_DIMENSIONS); left > 0; left--) {
      dimensions.add(readStrings(in));
      List<List<String>> values = new ArrayList<>();
      for (int more = Bytes.readSize(in, MOST_VALUES); more > 0; more--) {
        values.add(readStrings(in));
      }
      kept.add(values);
    }
    long windows = Bytes.readLong(in);
    CohortLayout layout = CohortLayout.decode(in);
    return seasonal
        ? new Frame(dimensions, kept, windows, layout, seasons(in), dispersions(in))
        : new Frame(
            dimensions, kept, windows, layout, SeasonCalendar.NONE, Collections.emptySortedMap());
  }

  private static SortedMap<String, double[]> dispersions(DataInput in) throws IOException {
    SortedMap<String, double[]> dispersions = new TreeMap<>();
    for (int left = Bytes.readSize(in, MOST_SERIES); left > 0; left--) {
      String series = in.readUTF();
      double[] values = new double[Bytes.readSize(in, MOST_VALUES)];
      for (int event = 0; event < values.length; event++) {
        values[event] = in.readDouble();
      }
      dispersions.put(series, values);
    }
    return dispersions;
  }

  private static SeasonCalendar seasons(DataInput in) throws IOException {
    String by = in.readUTF();
    String zone = in.readUTF();
    try {
      return new SeasonCalendar(
          Season.of(by).orElseThrow(() -> new IOException("No season is called " + by)),
          ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new IOException("No time zone is called " + zone, e);
    }
  }

  private static List<String> readStrings(DataInput in) throws IOException {
    List<String> strings = new ArrayList<>();
    for (int left = Bytes.readSize(in, MOST_DIMENSIONS); left > 0; left--) {
      strings.add(in.readUTF());
    }
    return strings;
  }

  private static void write(DataOutput out, Frame frame) throws IOException {
    out.writeByte(frame.plain() ? FORMAT : SEASONAL_FORMAT);
    Bytes.writeLong(out, frame.dimensions().size());
    for (int i = 0; i < frame.dimensions().size(); i++) {
      writeStrings(out, frame.dimensions().get(i));
      Bytes.writeLong(out, frame.kept().get(i).size());
      for (List<String> values : frame.kept().get(i)) {
        writeStrings(out, values);
      }
    }
    Bytes.writeLong(out, frame.windows());
    frame.layout().encode(out);
    if (frame.plain()) {
      return;
    }
    out.writeUTF(frame.seasons().by().id());
    out.writeUTF(frame.seasons().zone().getId());
    Bytes.writeLong(out, frame.dispersions().size());
    for (Map.Entry<String, double[]> entry : frame.dispersions().entrySet()) {
      out.writeUTF(entry.getKey());
      Bytes.writeLong(out, entry.getValue().length);
      for (double value : entry.getValue()) {
        out.writeDouble(value);
      }
    }
  }

  private static void writeStrings(DataOutput out, List<String> strings) throws IOException {
    Bytes.writeLong(out, strings.size());
    for (String string : strings) {
      out.writeUTF(string);
    }
  }

  /** The summary of outcomes of all rows, which also carries the frame. */
  static NamedSummary named(Frame frame, Outcomes all, long rows) {
    byte[] encoded =
        Bytes.of(
            out -> {
              write(out, frame);
              all.encode(out);
            });
    return new NamedSummary(OUTCOME, kind(frame.layout()), null, null, false, rows, encoded);
  }

  /** The summary of outcomes of one segment, or of a seasonal cell. */
  static NamedSummary named(
      CohortLayout layout,
      Outcomes part,
      @Nullable String segment,
      @Nullable String season,
      long rows) {
    byte[] encoded =
        Bytes.of(
            out -> {
              out.writeByte(FORMAT);
              part.encode(out);
            });
    return new NamedSummary(OUTCOME, kind(layout), segment, season, false, rows, encoded);
  }

  private static NamedSummary.Kind kind(CohortLayout layout) {
    if (layout.binary()) {
      return NamedSummary.Kind.BINARY_OUTCOME;
    }
    return layout.multiclass()
        ? NamedSummary.Kind.MULTICLASS_OUTCOME
        : NamedSummary.Kind.REGRESSION_OUTCOME;
  }

  /** The summary of one column; the layout stands only in that of all rows. */
  static NamedSummary named(
      Reference reference, @Nullable String segment, @Nullable String season, boolean gated) {
    Column column = reference.summary().column();
    byte[] encoded =
        Bytes.of(
            out -> {
              out.writeByte(FORMAT);
              if (segment == null && season == null && !gated) {
                column.encode(out);
              } else {
                out.writeByte(column.role().ordinal());
              }
              reference.summary().encode(out);
              reference.splitHalf().encode(out);
            });
    return new NamedSummary(
        column.name(),
        kind(column),
        segment,
        season,
        gated,
        reference.summary().records(),
        encoded);
  }

  private static NamedSummary.Kind kind(Column column) {
    return switch (column.kind()) {
      case CATEGORICAL -> NamedSummary.Kind.CATEGORICAL;
      case EMBEDDING -> NamedSummary.Kind.EMBEDDING;
      case NUMERIC ->
          column.role() == Column.Role.PREDICTION && column.name().equals(Column.SCORE)
              ? NamedSummary.Kind.SCORE
              : NamedSummary.Kind.NUMERIC;
    };
  }

  /** What is known beside the summaries. */
  public Header header() {
    return header;
  }

  /** First 16 hex digits of the SHA-256 of the encoded summaries in order. */
  public String id() {
    return id;
  }

  /** All summaries, in the order in which they are stored. */
  public List<NamedSummary> summaries() {
    return summaries;
  }

  /** Columns of features and predictions, with their layouts. */
  public List<Column> columns() {
    return List.copyOf(columns);
  }

  /** A column of the reference; absent if the reference does not have it. */
  public Optional<Reference> reference(String name, Column.Role role, @Nullable String segment) {
    Reference whole = references.get(new Place(name, role));
    if (segment == null || whole == null) {
      return Optional.ofNullable(whole);
    }
    return stored(cells.get(new Cell(name, role, segment, ALL_CELLS, false)), whole);
  }

  /** What became of the reference's predictions; absent for segments that it does not have. */
  public Optional<Outcomes> outcomes(@Nullable String segment) {
    return segment == null
        ? Optional.ofNullable(outcomes)
        : storedOutcomes(new Cell(OUTCOME, null, segment, ALL_CELLS, false));
  }

  /** The reference's cohort with the rule for absent labels applied; not to be changed. */
  public Optional<CohortSummary> completed(@Nullable String segment) {
    return segment == null
        ? Optional.ofNullable(completed)
        : outcomes(segment).map(found -> found.cohort().withMissing());
  }

  /** What was measured of the events of a series; absent if nothing was. */
  public Optional<double[]> dispersion(String series) {
    return Optional.ofNullable(frame.dispersions().get(series)).map(double[]::clone);
  }

  /** Whether dispersions were measured. */
  public boolean dispersionsMeasured() {
    return !frame.dispersions().isEmpty();
  }

  /**
   * The same baseline with measured dispersions.
   *
   * @param dispersions series to one number per event, each at least 1
   */
  public Baseline withDispersions(SortedMap<String, double[]> dispersions) {
    Frame measured =
        new Frame(
            frame.dimensions(),
            frame.kept(),
            frame.windows(),
            frame.layout(),
            frame.seasons(),
            dispersions);
    List<NamedSummary> changed = new ArrayList<>();
    for (NamedSummary summary : summaries) {
      Outcomes whole = outcomes;
      changed.add(whole != null && all(summary) ? named(measured, whole, summary.rows()) : summary);
    }
    try {
      return of(header, changed);
    } catch (IOException impossible) {
      throw new UncheckedIOException("A baseline cannot read what it wrote", impossible);
    }
  }

  /** Which seasonal cells are told apart. */
  public SeasonCalendar seasons() {
    return frame.seasons();
  }

  /**
   * A column of the rows of one seasonal cell; absent if the cell does not have any. Without
   * seasons cell 0 is the whole reference.
   *
   * @throws UncheckedIOException if the baseline is damaged
   */
  public Optional<Reference> reference(
      String name, Column.Role role, @Nullable String segment, int cell) {
    return seasons().divides()
        ? stored(new Cell(name, role, segment, cell, false), role)
        : reference(name, role, segment);
  }

  /** Whether one row per entity and window was counted apart. */
  public boolean gates() {
    return gates;
  }

  /**
   * A column of the gated rows of one seasonal cell, one row per entity and window; absent if there
   * are none.
   *
   * @throws UncheckedIOException if the baseline is damaged
   */
  public Optional<Reference> gated(
      String name, Column.Role role, @Nullable String segment, int cell) {
    return stored(new Cell(name, role, segment, cell, true), role);
  }

  private Optional<Reference> stored(Cell cell, Column.Role role) {
    return stored(cells.get(cell), references.get(new Place(cell.name(), role)));
  }

  private static Optional<Reference> stored(byte @Nullable [] encoded, @Nullable Reference whole) {
    if (encoded == null || whole == null) {
      return Optional.empty();
    }
    try {
      DataInput in = Bytes.reader(encoded);
      Bytes.readVersion(in, FORMAT);
      Column.role(in);
      return Optional.of(reference(in, whole.summary().column()));
    } catch (IOException e) {
      throw new UncheckedIOException("The baseline is damaged", e);
    }
  }

  /**
   * What became of the predictions of one seasonal cell; absent if it does not have any. Without
   * seasons cell 0 is the whole reference.
   *
   * @throws UncheckedIOException if the baseline is damaged
   */
  public Optional<Outcomes> outcomes(@Nullable String segment, int cell) {
    return seasons().divides()
        ? storedOutcomes(new Cell(OUTCOME, null, segment, cell, false))
        : outcomes(segment);
  }

  private Optional<Outcomes> storedOutcomes(Cell cell) {
    byte[] encoded = cells.get(cell);
    if (encoded == null) {
      return Optional.empty();
    }
    try {
      DataInput in = Bytes.reader(encoded);
      Bytes.readVersion(in, FORMAT);
      return Optional.of(Outcomes.decode(in, frame.layout()));
    } catch (IOException e) {
      throw new UncheckedIOException("The baseline is damaged", e);
    }
  }

  /** The cohort of a seasonal cell with the rule for absent labels applied; not to be changed. */
  public Optional<CohortSummary> completed(@Nullable String segment, int cell) {
    return seasons().divides()
        ? outcomes(segment, cell).map(found -> found.cohort().withMissing())
        : completed(segment);
  }

  /** How outcomes are summarised. */
  public CohortLayout cohortLayout() {
    return frame.layout();
  }

  /** How rows are summarised under these settings. */
  public ProfileLayout profileLayout(ProfileSettings settings) {
    return ProfileLayout.of(settings, columns);
  }

  /** How rows find their segments. */
  public SegmentKeys segmentKeys() {
    return new SegmentKeys(frame.dimensions(), frame.kept());
  }

  /** Names of all segments, in the order of the dimensions. */
  public List<String> segments() {
    return segmentKeys().all();
  }

  /** Tumbling windows of the reference that have rows. */
  public long windows() {
    return frame.windows();
  }

  /** Mean rows per tumbling window of the reference; 0 without rows. */
  public double rowsPerWindow() {
    return frame.windows() == 0 ? 0 : (double) header.rows() / frame.windows();
  }
}
