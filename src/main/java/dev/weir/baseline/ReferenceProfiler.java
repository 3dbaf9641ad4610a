package dev.weir.baseline;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.event.Outcome;
import dev.weir.event.WeirId;
import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.Layout;
import dev.weir.stats.summary.NumericLayout;
import dev.weir.stats.summary.RegressionLayout;
import dev.weir.stats.summary.ScoreLayout;
import java.io.DataInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns reference rows into a {@link Baseline}.
 *
 * <p>Guarantee: the result does not depend on the order of the rows. Reads the rows twice: once for
 * edges, categories and segments, once to count. Needs memory for one number per row and numeric
 * column.
 *
 * <p>Corner cases: a constant feature has one bin, an all-missing one has one bin and no values, an
 * empty reference has a baseline of zeros; none of them is compared with anything. A label that
 * came later than the horizon counts as absent, as it does in the stream.
 */
public final class ReferenceProfiler {
  private static final double[] NO_NUMBERS = {};

  private final ProfileSettings settings;
  private final SeasonCalendar declared;
  private final @Nullable EntityKey entity;
  private final RandomFeatures randomFeatures;
  private final List<Column> empty;

  /** A profiler for these settings that tells no seasons apart. */
  public ReferenceProfiler(ProfileSettings settings) {
    this(settings, SeasonCalendar.NONE, null, RandomFeatures.DEFAULT);
  }

  /**
   * A profiler that also counts each seasonal cell.
   *
   * @param declared the calendar of the job file; a coarser one is used where its cells are too
   *     small, see {@link SeasonSurvey}
   * @param entity says whom a row is about; one row of each in a window is also counted apart.
   *     Null: rows stand for themselves
   * @param vectors how vectors are compared
   */
  public ReferenceProfiler(
      ProfileSettings settings,
      SeasonCalendar declared,
      @Nullable EntityKey entity,
      RandomFeatures vectors) {
    this.settings = settings;
    this.entity = entity;
    this.randomFeatures = vectors;
    this.declared = declared;
    this.empty = ProfileLayout.empty(settings);
  }

  /**
   * Profiles a reference.
   *
   * @param rows can be iterated twice, with equal rows both times
   * @param modelVersion version the baseline belongs to; null: every version
   * @param sha256 SHA-256 of the reference as read
   * @param uri where it was read from
   * @param configHash configuration in force
   */
  public Baseline profile(
      Iterable<ReferenceRow> rows,
      @Nullable String modelVersion,
      String sha256,
      @Nullable String uri,
      String configHash) {
    Survey survey = new Survey();
    rows.forEach(survey::add);
    Count count = new Count(survey);
    rows.forEach(count::add);
    if (entity != null) {
      rows.forEach(row -> count.gate(row, entity));
    }
    Baseline.Header header =
        new Baseline.Header(
            settings.modelId(),
            modelVersion,
            survey.rows,
            survey.rows == 0 ? 0 : survey.start,
            survey.rows == 0 ? 0 : survey.end,
            sha256,
            uri,
            configHash,
            null);
    try {
      return Baseline.of(header, count.summaries());
    } catch (IOException impossible) {
      throw new UncheckedIOException("A baseline cannot read what it wrote", impossible);
    }
  }

  /**
   * Summarises each tumbling window of the reference, as the stream would.
   *
   * @param rows the rows that {@code baseline} was made from
   * @param consumer is given each window and segment that has rows, in the order of segments (all
   *     rows first) and time
   */
  public void windows(
      Iterable<ReferenceRow> rows, Baseline baseline, Consumer<ReferenceWindow> consumer) {
    Windows windows = new Windows(baseline);
    rows.forEach(windows::add);
    windows.forEach(consumer);
  }

  /** Whether a row is in the half whose categories make the list. */
  private static boolean listed(String predictionId) {
    byte[] hash = WeirId.sha256().digest(predictionId.getBytes(StandardCharsets.UTF_8));
    return (hash[hash.length - 1] & 1) == 0;
  }

  private Outcome atEarlyAge(Outcome outcome) {
    Outcome.Known label = outcome.label();
    return label != null && label.time() - outcome.time() > settings.labels().earlyAge().toMillis()
        ? outcome.with(null)
        : outcome;
  }

  private @Nullable Outcome outcome(ReferenceRow row) {
    Event.Prediction prediction = row.prediction();
    if (prediction == null) {
      return null;
    }
    Outcome outcome = Outcome.of(prediction);
    Event.Label label = row.label();
    return label != null
            && label.operation() == Event.Operation.UPSERT
            && label.time() - prediction.time() <= settings.labels().horizon().toMillis()
        ? outcome.with(Outcome.Known.of(label))
        : outcome;
  }

  /** Numbers one after the other. */
  private static final class Numbers {
    private double[] values = new double[1024];
    private int size;

    void add(@Nullable Double value) {
      if (value == null || !Double.isFinite(value)) {
        return;
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    double[] sorted() {
      double[] sorted = Arrays.copyOf(values, size);
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /** Columns of features by name, each found once in a row: of two values the first counts. */
  private static final class FeatureColumns {
    private final Map<String, Integer> byName = new HashMap<>();
    private final long[] found;
    private long row;

    FeatureColumns(List<Column> columns) {
      found = new long[columns.size()];
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).role() == Column.Role.FEATURE) {
          byName.put(columns.get(i).name(), i);
        }
      }
    }

    int size() {
      return byName.size();
    }

    void startRow() {
      row++;
    }

    /** Column of a value of this name; -1 if there is none, or the row had it already. */
    int take(String name) {
      Integer column = byName.get(name);
      if (column == null || found[column] == row) {
        return -1;
      }
      found[column] = row;
      return column;
    }
  }

  /** The first pass: what edges, categories, segments and windows are made from. */
  private final class Survey {
    private final WindowBorders borders = new WindowBorders(settings.window());
    private final FeatureColumns features = new FeatureColumns(empty);
    private final Numbers[] numbers = new Numbers[empty.size()];
    private final List<Map<String, Long>> categories = new ArrayList<>();
    private final List<Set<String>> firstHalf = new ArrayList<>();
    private final List<VectorSurvey> vectors = new ArrayList<>();
    private final List<Map<List<String>, Long>> segments = new ArrayList<>();
    private final Map<String, Long> labelClasses = new TreeMap<>();
    private final Set<String> firstHalfClasses = new HashSet<>();
    private final Numbers labelValues = new Numbers();
    private final Numbers intervalScores = new Numbers();
    private final Set<Long> windows = new HashSet<>();
    private final SeasonSurvey seasons = new SeasonSurvey(declared);
    private long rows;
    private long start = Long.MAX_VALUE;
    private long end = Long.MIN_VALUE;

    Survey() {
      for (int i = 0; i < empty.size(); i++) {
        numbers[i] = new Numbers();
        categories.add(new HashMap<>());
        firstHalf.add(new HashSet<>());
        vectors.add(new VectorSurvey(randomFeatures));
      }
      settings.segments().forEach(dimension -> segments.add(new HashMap<>()));
    }

    void add(ReferenceRow row) {
      Event.Features event = row.features();
      rows++;
      start = Math.min(start, event.time());
      end = Math.max(end, event.time());
      windows.add(borders.windowStart(event.time()));
      seasons.add(event.time());
      boolean listed = listed(event.predictionId());
      addFeatures(event, listed);
      addSegments(event);
      Event.Prediction prediction = row.prediction();
      Outcome outcome = outcome(row);
      if (prediction != null && outcome != null) {
        addPrediction(prediction, listed);
        addOutcome(outcome, listed);
      }
    }

    private void addFeatures(Event.Features event, boolean listed) {
      FeatureValues values = event.features();
      features.startRow();
      for (int i = 0; i < values.size(); i++) {
        int column = features.take(values.name(i));
        if (column < 0) {
          continue;
        }
        switch (empty.get(column).kind()) {
          case NUMERIC -> numbers[column].add(values.number(i));
          case CATEGORICAL -> addCategory(column, values.category(i), listed);
          case EMBEDDING -> vectors.get(column).add(event.predictionId(), values.vector(i));
        }
      }
    }

    private void addCategory(int column, @Nullable String category, boolean listed) {
      if (category == null) {
        return;
      }
      categories.get(column).merge(category, 1L, Long::sum);
      if (listed) {
        firstHalf.get(column).add(category);
      }
    }

    private void addSegments(Event.Features event) {
      for (int i = 0; i < segments.size(); i++) {
        List<String> values =
            SegmentKeys.values(settings.segments().get(i), event.features(), event.tags());
        if (values != null) {
          segments.get(i).merge(values, 1L, Long::sum);
        }
      }
    }

    private void addPrediction(Event.Prediction event, boolean listed) {
      for (int i = features.size(); i < empty.size(); i++) {
        switch (empty.get(i).name()) {
          case Column.SCORE -> numbers[i].add(event.score());
          case Column.VALUE -> numbers[i].add(event.value());
          case Column.INTERVAL_WIDTH ->
              numbers[i].add(
                  event.lower() == null || event.upper() == null
                      ? null
                      : event.upper() - event.lower());
          default -> addCategory(i, event.predictedClass(), listed);
        }
      }
    }

    private void addOutcome(Outcome outcome, boolean listed) {
      Outcome.Known label = outcome.label();
      if (label == null) {
        return;
      }
      if (label.labelClass() != null) {
        labelClasses.merge(label.labelClass(), 1L, Long::sum);
        if (listed) {
          firstHalfClasses.add(label.labelClass());
        }
      }
      Double trueValue = label.labelValue();
      labelValues.add(trueValue);
      if (trueValue != null
          && Double.isFinite(trueValue)
          && CohortLayout.hasInterval(outcome)
          && outcome.lower() != null
          && outcome.upper() != null) {
        intervalScores.add(IntervalScores.score(outcome.lower(), outcome.upper(), trueValue));
      }
    }

    /** The columns with layouts made from what was seen. */
    List<Column> columns() {
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < empty.size(); i++) {
        Column column = empty.get(i);
        columns.add(
            new Column(
                column.name(),
                column.role(),
                column.calendar(),
                true,
                switch (column.kind()) {
                  case NUMERIC -> numeric(i);
                  case CATEGORICAL -> categorical(i);
                  case EMBEDDING ->
                      vectors.get(i).layout().<Layout>map(made -> made).orElse(column.layout());
                }));
      }
      return columns;
    }

    private NumericLayout numeric(int i) {
      NumericLayout layout =
          NumericLayout.of(numbers[i].sorted(), settings.bins(), settings.fineBins());
      ProfileSettings.Range range = settings.ranges().get(empty.get(i).name());
      return range == null || empty.get(i).role() != Column.Role.FEATURE
          ? layout
          : layout.withRange(range.lowest(), range.highest());
    }

    private CategoricalLayout categorical(int i) {
      CategoricalLayout layout = categorical(categories.get(i));
      Map<String, List<String>> groups = settings.groups().get(empty.get(i).name());
      return groups == null || empty.get(i).role() != Column.Role.FEATURE
          ? layout
          : layout.withGroups(groups);
    }

    private CategoricalLayout categorical(Map<String, Long> counts) {
      int kept = settings.topCategories();
      return CategoricalLayout.of(
          counts,
          kept,
          Math.max(kept, CategoricalLayout.DEFAULT_KNOWN),
          CategoricalLayout.DEFAULT_UNSEEN_LISTED);
    }

    CohortLayout cohortLayout() {
      Column labelClass =
          ProfileLayout.empty(
              Column.LABEL_CLASS, Column.Role.LABEL, false, FeaturePlan.Kind.CATEGORICAL);
      Column labelValue =
          ProfileLayout.empty(
              Column.LABEL_VALUE, Column.Role.LABEL, false, FeaturePlan.Kind.NUMERIC);
      NumericLayout values =
          NumericLayout.of(labelValues.sorted(), settings.bins(), settings.fineBins());
      return CohortLayout.of(
          settings,
          List.copyOf(labelClasses.keySet()),
          new CohortLayout.Reference(
              ScoreLayout.of(predictions(Column.SCORE)),
              RegressionLayout.of(values, CohortLayout.coverage(settings.nominalCoverage())),
              CohortLayout.withdrawable(known(labelClass, categorical(labelClasses))),
              CohortLayout.withdrawable(known(labelValue, values)),
              IntervalScores.of(intervalScores.sorted()),
              ScoreLayout.of(predictions(Column.VALUE))));
    }

    private static Column known(Column column, Layout layout) {
      return new Column(column.name(), column.role(), false, true, layout);
    }

    private double[] predictions(String column) {
      for (int i = features.size(); i < empty.size(); i++) {
        if (empty.get(i).name().equals(column)) {
          return numbers[i].sorted();
        }
      }
      return NO_NUMBERS;
    }

    /** Per dimension the values with the most rows, then by name. */
    List<List<List<String>>> keptSegments() {
      Comparator<Map.Entry<List<String>, Long>> mostFirst =
          Map.Entry.<List<String>, Long>comparingByValue().reversed();
      return segments.stream()
          .map(
              counts ->
                  counts.entrySet().stream()
                      .sorted(
                          mostFirst.thenComparing(entry -> String.join("\u0000", entry.getKey())))
                      .limit(settings.maxSegments())
                      .map(Map.Entry::getKey)
                      .toList())
          .toList();
    }
  }

  /** What is counted for all rows or for one segment. */
  private static final class Part {
    private final ProfileSummary profile;
    private final CohortSummary cohort;
    private final EarlyLossSummary early = new EarlyLossSummary();
    private final long[] unseen;
    private final long[] halfRows;
    private long unseenClasses;
    private long halfClasses;
    private long rows;

    Part(ProfileLayout layout, CohortLayout cohortLayout) {
      profile = new ProfileSummary(layout);
      cohort = CohortSummary.ofReference(cohortLayout);
      unseen = new long[layout.columns().size()];
      halfRows = new long[layout.columns().size()];
    }
  }

  /** The second pass: all rows and each segment. */
  private final class Count {
    private final Survey survey;
    private final ProfileLayout layout;
    private final CohortLayout cohortLayout;
    private final Baseline.Frame frame;
    private final SegmentKeys keys;
    private final Part all;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    /** The smallest id of each entity, by segment and window. */
    private final Map<Gate, Map<HashedId, HashedId>> gates = new HashMap<>();

    /** What is counted of those, by segment and seasonal cell. */
    private final Map<String, Map<Integer, Part>> gated = new LinkedHashMap<>();

    /** By segment, empty text for all rows, and seasonal cell. */
    private final Map<String, Map<Integer, Part>> cells = new LinkedHashMap<>();

    Count(Survey survey) {
      this.survey = survey;
      this.layout = ProfileLayout.of(settings, survey.columns());
      this.cohortLayout = survey.cohortLayout();
      this.frame =
          new Baseline.Frame(
              settings.segments(),
              survey.keptSegments(),
              survey.windows.size(),
              cohortLayout,
              survey.seasons.choice().calendar(),
              Collections.emptySortedMap());
      this.keys = new SegmentKeys(frame.dimensions(), frame.kept());
      this.all = new Part(layout, cohortLayout);
    }

    void add(ReferenceRow row) {
      boolean listed = listed(row.features().predictionId());
      add(row, listed, all, cellsOf(""));
      Outcome outcome = judged(row);
      for (String segment : segmentsOf(row)) {
        Part part = parts.computeIfAbsent(segment, name -> new Part(layout, cohortLayout));
        add(row, listed, part, cellsOf(segment));
        if (outcome != null) {
          addToSegment(outcome, segment);
        }
      }
      if (entity != null) {
        remember(row, "", entity);
        for (String segment : segmentsOf(row)) {
          remember(row, segment, entity);
        }
      }
    }

    /** The outcome of a row, with a word about its inputs. */
    private @Nullable Outcome judged(ReferenceRow row) {
      Outcome outcome = outcome(row);
      return outcome == null ? null : outcome.withSpoiled(layout.spoils(row.features().features()));
    }

    /** Tells all rows, and the cell of their time, in which segment an outcome lies. */
    private void addToSegment(Outcome outcome, String segment) {
      all.cohort.addToSegment(outcome, segment, 1);
      if (frame.seasons().divides()) {
        cell(cellsOf(""), outcome.time()).cohort.addToSegment(outcome, segment, 1);
      }
    }

    private Set<String> segmentsOf(ReferenceRow row) {
      return new TreeSet<>(keys.of(row.features().features(), row.features().tags()));
    }

    /** Rows of one kind, in one segment and window. */
    private record Gate(Column.Role role, String segment, long window) {}

    /** Remembers the smallest id of the row's entity. */
    private void remember(ReferenceRow row, String segment, EntityKey key) {
      HashedId id = HashedId.of(row.features().predictionId());
      remember(Column.Role.FEATURE, segment, row.features().time(), key.of(row.features()), id);
      if (row.prediction() != null) {
        remember(
            Column.Role.PREDICTION, segment, row.prediction().time(), key.of(row.prediction()), id);
      }
    }

    private void remember(Column.Role role, String segment, long time, String whom, HashedId id) {
      gates
          .computeIfAbsent(gate(role, segment, time), any -> new HashMap<>())
          .merge(HashedId.of(whom), id, (one, other) -> one.compareTo(other) <= 0 ? one : other);
    }

    private Gate gate(Column.Role role, String segment, long time) {
      return new Gate(role, segment, survey.borders.windowStart(time));
    }

    /** Counts a row apart if it is the one that stands for its entity. */
    void gate(ReferenceRow row, EntityKey key) {
      gate(row, "", key);
      for (String segment : segmentsOf(row)) {
        gate(row, segment, key);
      }
    }

    private void gate(ReferenceRow row, String segment, EntityKey key) {
      boolean listed = listed(row.features().predictionId());
      HashedId id = HashedId.of(row.features().predictionId());
      long time = row.features().time();
      if (stands(gate(Column.Role.FEATURE, segment, time), key.of(row.features()), id)) {
        addInputs(row, listed, gatedPart(segment, time));
      }
      if (row.prediction() != null
          && stands(
              gate(Column.Role.PREDICTION, segment, row.prediction().time()),
              key.of(row.prediction()),
              id)) {
        addPrediction(row, listed, gatedPart(segment, row.prediction().time()));
      }
    }

    /** Whether a row stands for its entity; of rows with one id only the first does. */
    private boolean stands(Gate gate, String whom, HashedId id) {
      return gates.getOrDefault(gate, Map.of()).remove(HashedId.of(whom), id);
    }

    private Part gatedPart(String segment, long time) {
      return cell(gated.computeIfAbsent(segment, name -> new TreeMap<>()), time);
    }

    private Map<Integer, Part> cellsOf(String segment) {
      return cells.computeIfAbsent(segment, name -> new TreeMap<>());
    }

    /** Counts a row in a part, and in the cell of each of its times. */
    private void add(ReferenceRow row, boolean listed, Part part, Map<Integer, Part> cells) {
      addInputs(row, listed, part);
      addPrediction(row, listed, part);
      Outcome outcome = judged(row);
      if (outcome != null) {
        addOutcome(outcome, listed, part);
        addEarly(outcome, part);
      }
      if (!frame.seasons().divides()) {
        return;
      }
      addInputs(row, listed, cell(cells, row.features().time()));
      if (row.prediction() != null) {
        addPrediction(row, listed, cell(cells, row.prediction().time()));
      }
      if (outcome != null) {
        addOutcome(outcome, listed, cell(cells, outcome.time()));
        long reached = outcome.time() + settings.labels().earlyAge().toMillis();
        addEarly(outcome, cell(cells, reached));
      }
    }

    private Part cell(Map<Integer, Part> cells, long time) {
      return cells.computeIfAbsent(
          frame.seasons().cell(time), number -> new Part(layout, cohortLayout));
    }

    private void addInputs(ReferenceRow row, boolean listed, Part part) {
      Event.Features event = row.features();
      part.rows++;
      part.profile.addFeatures(event);
      if (!listed) {
        countUnlistedInputs(event.features(), part);
      }
    }

    private void addPrediction(ReferenceRow row, boolean listed, Part part) {
      if (row.prediction() != null) {
        part.profile.addPrediction(row.prediction());
        if (!listed) {
          countUnlistedPrediction(row.prediction(), part);
        }
      }
    }

    private void addOutcome(Outcome outcome, boolean listed, Part part) {
      part.cohort.add(outcome, 1);
      countClass(outcome.label(), listed, part);
    }

    private void addEarly(Outcome outcome, Part part) {
      if (!settings.labels().earlyAge().isZero() && !settings.losses().isEmpty()) {
        part.early.add(atEarlyAge(outcome), cohortLayout);
      }
    }

    private void countClass(Outcome.@Nullable Known label, boolean listed, Part part) {
      if (!listed && label != null && label.labelClass() != null) {
        part.halfClasses++;
        part.unseenClasses += survey.firstHalfClasses.contains(label.labelClass()) ? 0 : 1;
      }
    }

    private void countUnlistedInputs(FeatureValues values, Part part) {
      survey.features.startRow();
      for (int i = 0; i < values.size(); i++) {
        int column = survey.features.take(values.name(i));
        if (column >= 0 && layout.columns().get(column).categorical()) {
          countUnlisted(column, values.category(i), part);
        }
      }
    }

    private void countUnlistedPrediction(Event.Prediction prediction, Part part) {
      for (int column = survey.features.size(); column < layout.columns().size(); column++) {
        if (layout.columns().get(column).categorical()) {
          countUnlisted(column, prediction.predictedClass(), part);
        }
      }
    }

    private void countUnlisted(int column, @Nullable String category, Part part) {
      if (category != null) {
        part.halfRows[column]++;
        part.unseen[column] += survey.firstHalf.get(column).contains(category) ? 0 : 1;
      }
    }

    List<NamedSummary> summaries() {
      List<NamedSummary> summaries = new ArrayList<>();
      summaries.add(Baseline.named(frame, outcomes(all), all.rows));
      addColumns(all, null, null, false, summaries);
      parts.forEach((segment, part) -> addPart(part, segment, null, summaries));
      cells.forEach(
          (segment, byCell) ->
              byCell.forEach(
                  (cell, part) ->
                      addPart(
                          part,
                          segment.isEmpty() ? null : segment,
                          frame.seasons().name(cell),
                          summaries)));
      gated.forEach(
          (segment, byCell) ->
              byCell.forEach(
                  (cell, part) ->
                      addColumns(
                          part,
                          segment.isEmpty() ? null : segment,
                          frame.seasons().divides() ? frame.seasons().name(cell) : null,
                          true,
                          summaries)));
      return summaries;
    }

    private void addPart(
        Part part,
        @Nullable String segment,
        @Nullable String season,
        List<NamedSummary> summaries) {
      summaries.add(Baseline.named(cohortLayout, outcomes(part), segment, season, part.rows));
      addColumns(part, segment, season, false, summaries);
    }

    private static Baseline.Outcomes outcomes(Part part) {
      return new Baseline.Outcomes(
          part.cohort, part.early, new Baseline.SplitHalf(part.unseenClasses, part.halfClasses));
    }

    private void addColumns(
        Part part,
        @Nullable String segment,
        @Nullable String season,
        boolean ofEntities,
        List<NamedSummary> summaries) {
      for (int column = 0; column < layout.columns().size(); column++) {
        summaries.add(
            Baseline.named(
                new Baseline.Reference(
                    part.profile.column(column),
                    new Baseline.SplitHalf(part.unseen[column], part.halfRows[column])),
                segment,
                season,
                ofEntities));
      }
    }
  }

  /** The windows of the reference: few are open at a time, the others wait as bytes. */
  private final class Windows {
    /** Most windows that are open at a time; one takes about 100 kB. */
    private static final int MOST_OPEN = 512;

    private final WindowBorders borders = new WindowBorders(settings.window());
    private final ProfileLayout layout;
    private final CohortLayout cohortLayout;
    private final SegmentKeys keys;
    private final Map<Place, ReferenceWindow> open = new LinkedHashMap<>(16, 0.75f, true);
    private final TreeMap<Place, byte[]> closed = new TreeMap<>();

    /** A segment, empty text for all rows, and the start of a window. */
    private record Place(String segment, long start) implements Comparable<Place> {
      @Override
      public int compareTo(Place other) {
        int bySegment = segment.compareTo(other.segment);
        return bySegment != 0 ? bySegment : Long.compare(start, other.start);
      }
    }

    Windows(Baseline baseline) {
      this.layout = baseline.profileLayout(settings);
      this.cohortLayout = baseline.cohortLayout();
      this.keys = baseline.segmentKeys();
    }

    void add(ReferenceRow row) {
      add(row, "");
      for (String segment :
          new TreeSet<>(keys.of(row.features().features(), row.features().tags()))) {
        add(row, segment);
      }
    }

    private void add(ReferenceRow row, String segment) {
      addFeatures(row.features(), window(segment, row.features().time()));
      Outcome outcome = outcome(row);
      if (row.prediction() == null || outcome == null) {
        return;
      }
      ReferenceWindow predicted = window(segment, row.prediction().time());
      predicted.profile().addPrediction(row.prediction());
      if (entity != null) {
        predicted.gated().add(row.prediction(), entity.of(row.prediction()));
      }
      predicted.cohort().add(outcome, 1);
      if (!settings.labels().earlyAge().isZero() && !settings.losses().isEmpty()) {
        long reached = outcome.time() + settings.labels().earlyAge().toMillis();
        window(segment, reached).early().add(atEarlyAge(outcome), cohortLayout);
      }
    }

    private void addFeatures(Event.Features event, ReferenceWindow window) {
      window.profile().addFeatures(event);
      if (entity != null) {
        window.gated().add(event, entity.of(event));
      }
    }

    private ReferenceWindow window(String segment, long time) {
      Place place = new Place(segment, borders.windowStart(time));
      ReferenceWindow window = open.get(place);
      if (window == null) {
        if (open.size() >= MOST_OPEN) {
          Map.Entry<Place, ReferenceWindow> oldest = open.entrySet().iterator().next();
          close(oldest.getKey(), oldest.getValue());
          open.remove(oldest.getKey());
        }
        byte[] before = closed.remove(place);
        window = before == null ? empty(place) : decoded(place, before);
        open.put(place, window);
      }
      return window;
    }

    private ReferenceWindow empty(Place place) {
      return new ReferenceWindow(
          place.segment().isEmpty() ? null : place.segment(),
          place.start(),
          new ProfileSummary(layout),
          new GatedRows(layout, Integer.MAX_VALUE),
          new CohortSummary(cohortLayout, false),
          new EarlyLossSummary());
    }

    private void close(Place place, ReferenceWindow window) {
      closed.put(
          place,
          Bytes.of(
              out -> {
                window.profile().encode(out);
                window.gated().encode(out);
                window.cohort().encode(out);
                window.early().encode(out);
              }));
    }

    private ReferenceWindow decoded(Place place, byte[] bytes) {
      try {
        DataInput in = Bytes.reader(bytes);
        return new ReferenceWindow(
            place.segment().isEmpty() ? null : place.segment(),
            place.start(),
            ProfileSummary.decode(in, layout),
            GatedRows.decode(in, layout, Integer.MAX_VALUE),
            CohortSummary.decode(in, cohortLayout),
            EarlyLossSummary.decode(in));
      } catch (IOException impossible) {
        throw new UncheckedIOException("A window cannot be read back", impossible);
      }
    }

    void forEach(Consumer<ReferenceWindow> consumer) {
      open.forEach(this::close);
      open.clear();
      closed.forEach((place, bytes) -> consumer.accept(decoded(place, bytes)));
    }
  }
}
