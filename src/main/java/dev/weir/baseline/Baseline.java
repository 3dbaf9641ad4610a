package dev.weir.baseline;

import dev.weir.event.WeirId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the reference data looked like: everything that windows and cohorts are compared with.
 *
 * <p>Guarantee: immutable; the id is a function of the summaries alone, so two profiles of the same
 * data have the same id; {@link #of} of what {@link #summaries} gives is the same baseline.
 */
public final class Baseline {
  private static final int FORMAT = 1;
  private static final int MOST_DIMENSIONS = 100;
  private static final int MOST_VALUES = 100_000;
  private static final String OUTCOME = "outcome";

  private final Header header;
  private final String id;
  private final List<NamedSummary> summaries;
  private final List<Column> columns = new ArrayList<>();
  private final Map<Place, Reference> references = new HashMap<>();
  private final Map<String, Outcomes> outcomes = new HashMap<>();
  private final Map<String, CohortSummary> completed = new HashMap<>();
  private final Frame frame;

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
   */
  public record Frame(
      List<List<String>> dimensions,
      List<List<List<String>>> kept,
      long windows,
      CohortLayout layout) {}

  private record Place(String name, Column.Role role, @Nullable String segment) {}

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
      if (summary.name().equals(OUTCOME) && outcome(summary) && summary.segment() == null) {
        DataInput in = Bytes.reader(summary.encoded());
        Bytes.readVersion(in, FORMAT);
        return readFrame(in);
      }
    }
    throw new IOException("The baseline has no summary of outcomes for all rows");
  }

  private static boolean outcome(NamedSummary summary) {
    return switch (summary.kind()) {
      case BINARY_OUTCOME, MULTICLASS_OUTCOME, REGRESSION_OUTCOME -> true;
      default -> false;
    };
  }

  private void read(NamedSummary summary) throws IOException {
    DataInput in = Bytes.reader(summary.encoded());
    Bytes.readVersion(in, FORMAT);
    if (outcome(summary)) {
      if (summary.segment() == null) {
        readFrame(in);
      }
      Outcomes read = Outcomes.decode(in, frame.layout());
      outcomes.put(key(summary.segment()), read);
      completed.put(key(summary.segment()), read.cohort().withMissing());
      return;
    }
    Column column;
    if (summary.segment() == null) {
      column = Column.decode(in);
      columns.add(column);
    } else {
      Column.Role role = Column.role(in);
      column = column(summary.name(), role);
    }
    Reference reference = new Reference(ColumnSummary.decode(in, column), SplitHalf.decode(in));
    references.put(new Place(column.name(), column.role(), summary.segment()), reference);
  }

  private Column column(String name, Column.Role role) throws IOException {
    for (Column column : columns) {
      if (column.name().equals(name) && column.role() == role) {
        return column;
      }
    }
    throw new IOException("The baseline has segments of " + name + " but not all rows of it");
  }

  private static String key(@Nullable String segment) {
    return segment == null ? "" : segment;
  }

  private static Frame readFrame(DataInput in) throws IOException {
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
    return new Frame(dimensions, kept, Bytes.readLong(in), CohortLayout.decode(in));
  }

  private static List<String> readStrings(DataInput in) throws IOException {
    List<String> strings = new ArrayList<>();
    for (int left = Bytes.readSize(in, MOST_DIMENSIONS); left > 0; left--) {
      strings.add(in.readUTF());
    }
    return strings;
  }

  private static void write(DataOutput out, Frame frame) throws IOException {
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
              out.writeByte(FORMAT);
              write(out, frame);
              all.encode(out);
            });
    return new NamedSummary(OUTCOME, kind(frame.layout()), null, null, false, rows, encoded);
  }

  /** The summary of outcomes of one segment. */
  static NamedSummary named(CohortLayout layout, Outcomes part, String segment, long rows) {
    byte[] encoded =
        Bytes.of(
            out -> {
              out.writeByte(FORMAT);
              part.encode(out);
            });
    return new NamedSummary(OUTCOME, kind(layout), segment, null, false, rows, encoded);
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
  static NamedSummary named(Reference reference, @Nullable String segment) {
    Column column = reference.summary().column();
    byte[] encoded =
        Bytes.of(
            out -> {
              out.writeByte(FORMAT);
              if (segment == null) {
                column.encode(out);
              } else {
                out.writeByte(column.role().ordinal());
              }
              reference.summary().encode(out);
              reference.splitHalf().encode(out);
            });
    return new NamedSummary(
        column.name(), kind(column), segment, null, false, reference.summary().records(), encoded);
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
    return Optional.ofNullable(references.get(new Place(name, role, segment)));
  }

  /** What became of the reference's predictions; absent for segments that it does not have. */
  public Optional<Outcomes> outcomes(@Nullable String segment) {
    return Optional.ofNullable(outcomes.get(key(segment)));
  }

  /** The reference's cohort with the rule for absent labels applied; not to be changed. */
  public Optional<CohortSummary> completed(@Nullable String segment) {
    return Optional.ofNullable(completed.get(key(segment)));
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
