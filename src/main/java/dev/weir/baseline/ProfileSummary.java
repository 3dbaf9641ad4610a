package dev.weir.baseline;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.CategoricalSummary;
import dev.weir.stats.summary.DelaySummary;
import dev.weir.stats.summary.Layout;
import dev.weir.stats.summary.ScoreDecisions;
import dev.weir.stats.summary.Sum128;
import dev.weir.stats.summary.Summary;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a model was given and said in one pane or window, in one segment.
 *
 * <p>Guarantee: exact counts of deliveries, so merging panes, subtasks and segments in any order
 * gives the same bytes. Adding a row allocates nothing for features that are known.
 *
 * <p>Corner cases: a feature that a row does not mention is missing; of a feature that it mentions
 * twice the first counts; a feature that the model does not have is counted by name, in a bounded
 * list. A model time before {@code available_time} counts as a leak, not as a delay.
 */
public final class ProfileSummary implements Summary<ProfileSummary> {
  private static final int VERSION = 1;
  private static final double VOLUME_UNIT = 0x1p-20;
  private static final int UNKNOWN_LISTED = 100;
  private static final CategoricalLayout UNKNOWN_NAMES =
      CategoricalLayout.of(Map.of(), 1, 1, UNKNOWN_LISTED);

  private static final int FEATURE_ROWS = 0;
  private static final int PREDICTION_ROWS = 1;
  private static final int FEATURE_DUPLICATES = 2;
  private static final int PREDICTION_DUPLICATES = 3;
  private static final int COUNTERS = 4;

  private final ProfileLayout layout;
  private final long[] counters = new long[COUNTERS];
  private final Sum128 volume = new Sum128();
  private final @Nullable ColumnSummary[] columns;
  private final @Nullable DelaySummary[] freshness;
  private final long[] leaks;
  private final CategoricalSummary unknown = new CategoricalSummary(UNKNOWN_NAMES);
  private @Nullable ScoreDecisions decisions;

  /** The names of a row like the last one: rows of one producer look alike. */
  private String[] plannedNames = {};

  /** Where they are counted; null: nowhere, or by name. */
  private @Nullable ColumnSummary[] plannedSummaries = {};

  /** Positions of the values of features that the model does not have. */
  private int[] unknownValues = {};

  private int unknowns;

  /** Positions of the values of columns that are not numeric. */
  private int[] otherValues = {};

  private int others;

  /** Where the last row came from, and how often names had changed there. */
  private @Nullable FeatureValues plannedRow;

  private int plannedRenamings;

  /** Rows whose numbers are not in {@link #columns} yet. */
  private final WaitingRows rows = new WaitingRows();

  /** How many values that row has; -1 before the first. */
  private int planned = -1;

  private final boolean[] named;
  private final int[] absentColumns;
  private int absent;

  /** An empty summary. */
  public ProfileSummary(ProfileLayout layout) {
    this.layout = layout;
    this.columns = new ColumnSummary[layout.columns().size()];
    this.freshness = new DelaySummary[layout.features()];
    this.leaks = new long[layout.features()];
    this.named = new boolean[layout.features()];
    this.absentColumns = new int[layout.features()];
  }

  /** Counts one delivery of inputs. */
  public void addFeatures(Event.Features event) {
    addFeatures(event.features(), event.availableTimes(), event.time());
  }

  /**
   * Counts one delivery of inputs, wherever they came from.
   *
   * @param availableTimes when each feature became known, epoch milliseconds; may be empty
   * @param time event time, epoch milliseconds
   */
  public void addFeatures(FeatureValues values, Map<String, Long> availableTimes, long time) {
    counters[FEATURE_ROWS]++;
    if (!isPlanned(values)) {
      countRows();
      plan(values);
    }
    if (rows.rows() == WaitingRows.MOST) {
      countRows();
    }
    rows.add(values);
    for (int i = 0; i < others; i++) {
      int value = otherValues[i];
      Objects.requireNonNull(plannedSummaries[value]).add(values, value);
    }
    for (int i = 0; i < unknowns; i++) {
      unknown.add(values.name(unknownValues[i]));
    }
    for (int i = 0; i < absent; i++) {
      summary(absentColumns[i]).addMissing();
    }
    if (!availableTimes.isEmpty()) {
      availableTimes.forEach((name, available) -> addFreshness(name, time - available));
    }
  }

  /** Counts the numbers of the rows that wait. */
  private void countRows() {
    if (rows.rows() == 0) {
      return;
    }
    for (int i = 0; i < planned; i++) {
      ColumnSummary summary = plannedSummaries[i];
      if (summary != null && summary.isNumeric()) {
        rows.countInto(summary, i);
      }
    }
    rows.start(planned);
  }

  @SuppressWarnings("ReferenceEquality") // of another row the names are compared
  private boolean isPlanned(FeatureValues values) {
    if (values.size() != planned) {
      return false;
    }
    if (values == plannedRow && values.renamings() == plannedRenamings) {
      return true;
    }
    for (int i = 0; i < planned; i++) {
      if (!values.name(i).equals(plannedNames[i])) {
        return false;
      }
    }
    plannedRow = values;
    plannedRenamings = values.renamings();
    return true;
  }

  /** Works out which values of a row go to which columns, for this row and those that follow. */
  private void plan(FeatureValues values) {
    planned = values.size();
    if (plannedNames.length < planned) {
      plannedNames = new String[planned];
      plannedSummaries = new ColumnSummary[planned];
      unknownValues = new int[planned];
      otherValues = new int[planned];
    }
    plannedRow = values;
    plannedRenamings = values.renamings();
    rows.start(planned);
    Arrays.fill(named, false);
    unknowns = 0;
    others = 0;
    for (int i = 0; i < planned; i++) {
      int column = layout.featureIndex(values.name(i));
      plannedNames[i] = values.name(i);
      ColumnSummary summary = column < 0 || named[column] ? null : summary(column);
      plannedSummaries[i] = summary;
      if (summary != null && !summary.isNumeric()) {
        otherValues[others++] = i;
      }
      if (column < 0) {
        unknownValues[unknowns++] = i;
      } else {
        named[column] = true;
      }
    }
    absent = 0;
    for (int column = 0; column < named.length; column++) {
      if (!named[column]) {
        absentColumns[absent++] = column;
      }
    }
  }

  private void addFreshness(String name, long age) {
    int column = layout.featureIndex(name);
    if (column < 0) {
      return;
    }
    if (age < 0) {
      leaks[column]++;
      return;
    }
    DelaySummary summary = freshness[column];
    if (summary == null) {
      summary = new DelaySummary(1);
      freshness[column] = summary;
    }
    summary.add(0, age, 1);
  }

  /** Counts one delivery of a prediction; inline inputs are not counted here. */
  public void addPrediction(Event.Prediction event) {
    counters[PREDICTION_ROWS]++;
    volume.add((long) Math.floor(1 / event.samplingRate() / VOLUME_UNIT + 0.5));
    for (int column = layout.features(); column < columns.length; column++) {
      ColumnSummary summary = summary(column);
      switch (summary.column().name()) {
        case Column.SCORE -> summary.add(event.score());
        case Column.VALUE -> summary.add(event.value());
        case Column.PREDICTED_CLASS -> summary.add(event.predictedClass());
        case Column.INTERVAL_WIDTH -> summary.add(width(event));
        default -> throw new IllegalStateException("no such column of predictions");
      }
    }
    if (layout.scores() && event.score() != null) {
      addScore(event.score(), event.predictedClass());
    }
  }

  private static @Nullable Double width(Event.Prediction event) {
    return event.lower() == null || event.upper() == null ? null : event.upper() - event.lower();
  }

  private void addScore(double score, @Nullable String predictedClass) {
    if (!(score >= 0 && score <= 1)) {
      return;
    }
    if (decisions == null) {
      decisions = new ScoreDecisions();
    }
    decisions.add(score, layout.decidesPositive(score, predictedClass), 1);
  }

  /** Counts deliveries that pairing found to be copies; they are in the rows already. */
  public void addDuplicates(long features, long predictions) {
    counters[FEATURE_DUPLICATES] += features;
    counters[PREDICTION_DUPLICATES] += predictions;
  }

  private ColumnSummary summary(int column) {
    ColumnSummary summary = columns[column];
    if (summary == null) {
      summary = new ColumnSummary(layout.columns().get(column));
      columns[column] = summary;
    }
    return summary;
  }

  /** The layout. */
  public ProfileLayout layout() {
    return layout;
  }

  /** Deliveries of inputs. */
  public long featureRows() {
    return counters[FEATURE_ROWS];
  }

  /** Deliveries of predictions. */
  public long predictionRows() {
    return counters[PREDICTION_ROWS];
  }

  /** Copies among the deliveries of inputs. */
  public long featureDuplicates() {
    return counters[FEATURE_DUPLICATES];
  }

  /** Copies among the deliveries of predictions. */
  public long predictionDuplicates() {
    return counters[PREDICTION_DUPLICATES];
  }

  /**
   * Requests behind the deliveries: predictions divided by their sampling rates, exact to 2^-21
   * each; deliveries of inputs where there are no predictions.
   */
  public double volume() {
    return predictionRows() == 0 ? (double) featureRows() : volume.toDouble() * VOLUME_UNIT;
  }

  /** What was seen of column {@code index} of the layout; empty if no row of its kind came. */
  public ColumnSummary column(int index) {
    countRows();
    ColumnSummary summary = columns[index];
    return summary == null ? new ColumnSummary(layout.columns().get(index)) : summary;
  }

  /** Event time minus available time of a feature; absent if no event said it. */
  public Optional<DelaySummary> freshness(int feature) {
    return Optional.ofNullable(freshness[feature]);
  }

  /** Rows in which a feature became known only after the event. */
  public long leaks(int feature) {
    return leaks[feature];
  }

  /** Features that the model does not have, with how often they came: a bounded list. */
  public Map<String, Long> unknownFeatures() {
    return unknown.unseenValues();
  }

  /** Scores and decisions, before any label; absent if no score came. */
  public Optional<ScoreDecisions> decisions() {
    return Optional.ofNullable(decisions);
  }

  @Override
  public void merge(ProfileSummary other) {
    Layout.requireEqual(layout, other.layout);
    other.countRows();
    Bytes.addAll(counters, other.counters);
    Bytes.addAll(leaks, other.leaks);
    volume.add(other.volume);
    unknown.merge(other.unknown);
    for (int i = 0; i < columns.length; i++) {
      ColumnSummary theirs = other.columns[i];
      if (theirs != null) {
        summary(i).merge(theirs);
      }
    }
    for (int i = 0; i < freshness.length; i++) {
      freshness[i] = merged(freshness[i], other.freshness[i]);
    }
    decisions = merged(decisions, other.decisions);
  }

  private static <S extends Summary<S>> @Nullable S merged(@Nullable S mine, @Nullable S theirs) {
    if (theirs == null) {
      return mine;
    }
    if (mine == null) {
      return theirs.copy();
    }
    mine.merge(theirs);
    return mine;
  }

  @Override
  public ProfileSummary empty() {
    return new ProfileSummary(layout);
  }

  @Override
  public boolean isEmpty() {
    return Arrays.stream(counters).allMatch(count -> count == 0);
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Bytes.writeHeader(out, VERSION, layout.fingerprint());
    Bytes.writeCounts(out, counters);
    Bytes.writeCounts(out, leaks);
    volume.encode(out);
    unknown.encode(out);
    countRows();
    for (ColumnSummary summary : columns) {
      boolean present = summary != null && !summary.isEmpty();
      out.writeBoolean(present);
      if (summary != null && present) {
        summary.encode(out);
      }
    }
    for (DelaySummary summary : freshness) {
      writeNullable(out, summary);
    }
    writeNullable(out, decisions);
  }

  private static void writeNullable(DataOutput out, @Nullable Summary<?> summary)
      throws IOException {
    out.writeBoolean(summary != null);
    if (summary != null) {
      summary.encode(out);
    }
  }

  /** Whether these bytes were written with this layout. */
  public static boolean hasLayout(byte[] bytes, ProfileLayout layout) {
    return Bytes.hasLayout(bytes, layout.fingerprint());
  }

  /** Reads what {@link #encode} wrote. */
  public static ProfileSummary decode(DataInput in, ProfileLayout layout) throws IOException {
    ProfileSummary summary = new ProfileSummary(layout);
    summary.mergeEncoded(in);
    return summary;
  }

  /**
   * Merges what {@link #encode} wrote.
   *
   * @throws IOException if the bytes are damaged or of another layout; then this is not to be used
   */
  public void mergeEncoded(DataInput in) throws IOException {
    Bytes.readHeader(in, VERSION, layout.fingerprint());
    Bytes.addCounts(in, counters);
    Bytes.addCounts(in, leaks);
    volume.add(Sum128.decode(in));
    unknown.merge(CategoricalSummary.decode(in, UNKNOWN_NAMES));
    for (int i = 0; i < columns.length; i++) {
      if (in.readBoolean()) {
        summary(i).mergeEncoded(in);
      }
    }
    for (int i = 0; i < freshness.length; i++) {
      if (in.readBoolean()) {
        freshness[i] = merged(freshness[i], DelaySummary.decode(in));
      }
    }
    if (in.readBoolean()) {
      decisions = merged(decisions, ScoreDecisions.decode(in));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProfileSummary that
        && layout.equals(that.layout)
        && Arrays.equals(Bytes.of(this::encode), Bytes.of(that::encode));
  }

  @Override
  public int hashCode() {
    return Objects.hash(layout, Arrays.hashCode(counters));
  }
}
