package dev.weir.flink.state;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortLayout;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.EarlyLossSummary;
import dev.weir.baseline.EntityKey;
import dev.weir.baseline.GatedRows;
import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.ProfileLayout;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.SegmentKeys;
import dev.weir.baseline.Task;
import dev.weir.baseline.WindowBorders;
import dev.weir.decide.Delivery;
import dev.weir.decide.EvidenceBook;
import dev.weir.decide.LabelCount;
import dev.weir.decide.SystemNotice;
import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.event.PairInput;
import dev.weir.event.PairingSettings;
import dev.weir.event.RawRecord;
import dev.weir.monitor.Finding;
import dev.weir.monitor.JudgeSettings;
import dev.weir.monitor.JudgedSeries;
import dev.weir.monitor.MissingColumns;
import dev.weir.monitor.MonitorSettings;
import dev.weir.monitor.Monitors;
import dev.weir.monitor.OrderedState;
import dev.weir.monitor.WindowContext;
import dev.weir.spec.JobSpec;
import dev.weir.stats.summary.CategoricalSummary;
import dev.weir.stats.summary.Summary;
import dev.weir.wire.TimeBounds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A job file in force and the baseline it is compared with, with what follows from the two.
 *
 * <p>Equal job file and baseline give equal layouts everywhere, so that parts made by different
 * tasks merge. One task uses an instance at a time.
 */
public final class Model {
  /** How much later than its label a prediction may be said to have been made. */
  private static final Duration LABEL_FIRST = Duration.ofHours(1);

  /** What is judged, by job file and baseline. */
  private static final Shared<Monitors> MONITORS = new Shared<>();

  private final JobSpec spec;
  private final @Nullable Baseline baseline;
  private final WindowBorders borders;
  private final SegmentKeys segments;
  private final List<String> segmentColumns;
  private final ProfileLayout profileLayout;
  private final CohortLayout cohortLayout;
  private final String layoutId;
  private final PairingSettings pairing;
  private final CohortSchedule cohorts;
  private @Nullable Monitors monitors;
  private final Optional<EntityKey> entity;
  private final TimeBounds believed;
  private final boolean keepsFeatures;

  /** A job file without a baseline counts, and compares with nothing. */
  public Model(JobSpec spec, @Nullable Baseline baseline) {
    this.spec = spec;
    this.baseline = baseline;
    this.borders = new WindowBorders(spec.profile().window());
    this.segments =
        baseline == null ? new SegmentKeys(List.of(), List.of()) : baseline.segmentKeys();
    this.segmentColumns =
        spec.profile().segments().stream().flatMap(List::stream).distinct().sorted().toList();
    this.profileLayout =
        baseline == null
            ? ProfileLayout.of(spec.profile())
            : baseline.profileLayout(spec.profile());
    this.cohortLayout =
        baseline == null ? CohortLayout.of(spec.profile()) : baseline.cohortLayout();
    this.layoutId =
        Integer.toHexString(profileLayout.fingerprint())
            + Integer.toHexString(cohortLayout.fingerprint());
    this.pairing = pairing(spec);
    this.entity = spec.entityKey();
    this.keepsFeatures =
        !spec.profile().tasks().isEmpty()
            || spec.monitors().quality().map(MonitorSettings.Quality::looksForCopies).orElse(true);
    this.believed = TimeBounds.aroundAppendTime(spec.limits().future(), spec.limits().past());
    this.cohorts = new CohortSchedule(borders, spec.profile().labels());
  }

  /**
   * Made where something is judged or decided, and not in the many tasks that only count. A
   * thousand bounds for each series: one for all tasks of this process.
   */
  private Monitors monitors() {
    Monitors made = monitors;
    if (made == null) {
      String key = spec.configHash() + "|" + (baseline == null ? "" : baseline.id());
      made = MONITORS.get(key, () -> new Monitors(JudgedSeries.of(judging(spec), baseline)));
      monitors = made;
    }
    return made;
  }

  /** What judging needs from a job file. */
  public static JudgeSettings judging(JobSpec spec) {
    return new JudgeSettings(
        spec.profile(),
        spec.monitors(),
        spec.decision().weights(),
        spec.reference().delta(),
        spec.dispersion(),
        spec.seasonality().shrink(),
        spec.reference().against(),
        spec.configHash());
  }

  private static PairingSettings pairing(JobSpec spec) {
    LabelSettings labels = spec.profile().labels();
    Duration lateness =
        labels.lateness().compareTo(spec.profile().window().lateness()) > 0
            ? labels.lateness()
            : spec.profile().window().lateness();
    return new PairingSettings(
        labels.horizon().toMillis(),
        labels.correctionsFor().toMillis(),
        lateness.plus(LABEL_FIRST).toMillis(),
        labels.earlyAge().toMillis(),
        !spec.profile().tasks().isEmpty(),
        labels.absent() == LabelSettings.Absent.NEGATIVE
            || labels.absent() == LabelSettings.Absent.POSITIVE);
  }

  /** The job file. */
  public JobSpec spec() {
    return spec;
  }

  /** The baseline; null: none. */
  public @Nullable Baseline baseline() {
    return baseline;
  }

  /** Where panes and windows begin and end. */
  public WindowBorders borders() {
    return borders;
  }

  /** Names the segments of a row. */
  public SegmentKeys segments() {
    return segments;
  }

  /** Features and tags that segments are made of, sorted. */
  public List<String> segmentColumns() {
    return segmentColumns;
  }

  /** At which event times cohorts are looked at. */
  public CohortSchedule cohorts() {
    return cohorts;
  }

  /** What the decision must know about job file and baseline. */
  public EvidenceBook evidenceBook() {
    return new JudgedBook(monitors().series());
  }

  /** Every series that carries evidence. */
  public JudgedSeries judged() {
    return monitors().series();
  }

  /** Layout of profiles. */
  public ProfileLayout profileLayout() {
    return profileLayout;
  }

  /** Layout of cohorts. */
  public CohortLayout cohortLayout() {
    return cohortLayout;
  }

  /** Equal exactly for models whose summaries merge. */
  public String layoutId() {
    return layoutId;
  }

  /** How far event time may run backwards in a partition of this input. */
  public long latenessMillis(Event.Input input) {
    return input == Event.Input.LABELS
        ? spec.profile().labels().lateness().toMillis()
        : spec.profile().window().lateness().toMillis();
  }

  /**
   * Whether a prediction is counted in the profiles of its segments: if it tells them itself. Where
   * a segment column comes with the features record, predictions are seen by segment in cohorts
   * only.
   */
  public boolean tellsSegments(Event.Prediction prediction) {
    for (String column : segmentColumns) {
      boolean known =
          prediction.tags().containsKey(column)
              || (prediction.features() != null && prediction.features().indexOf(column) >= 0);
      if (!known) {
        return false;
      }
    }
    return true;
  }

  /** Why the time of an event is not believed for this model; null if it is. */
  public DeadLetter.@Nullable Reason doubt(long time, long appendTime) {
    return appendTime == RawRecord.NO_TIMESTAMP ? null : believed.check(time, appendTime);
  }

  /** A field that the tasks need and the event lacks; null: none. */
  public @Nullable String lacking(Event event) {
    if (!(event instanceof Event.Prediction prediction)) {
      return null;
    }
    Set<Task> tasks = spec.profile().tasks();
    if (tasks.contains(Task.BINARY) && prediction.score() == null) {
      return "score";
    }
    if (tasks.contains(Task.REGRESSION) && prediction.value() == null) {
      return "value";
    }
    return tasks.contains(Task.MULTICLASS) && prediction.classScores().isEmpty()
        ? "class_scores"
        : null;
  }

  /**
   * Whether ids of features are kept: to pair them with predictions, or to find copies. If not, a
   * features record is used as soon as it is profiled.
   */
  public boolean keepsFeatures() {
    return keepsFeatures;
  }

  /** What pairing needs of an event. */
  public PairInput pairInput(Event event, RawRecord raw, boolean late) {
    if (event instanceof Event.Features features) {
      boolean spoiled = profileLayout.spoils(features.features());
      return PairInput.features(features, raw, late, segmentColumns, pairing, spoiled);
    }
    if (event instanceof Event.Prediction prediction) {
      boolean spoiled =
          prediction.features() != null && profileLayout.spoils(prediction.features());
      return PairInput.prediction(prediction, raw, late, segmentColumns, pairing, spoiled);
    }
    return PairInput.label((Event.Label) event, raw, late, pairing);
  }

  /** Whether a summary, as bytes, was made with the layouts of this model. */
  public boolean reads(Part.Kind kind, byte[] summary) {
    return switch (kind) {
      case PROFILE -> ProfileSummary.hasLayout(summary, profileLayout);
      case COHORT -> CohortSummary.hasLayout(summary, cohortLayout);
      case EARLY_LOSS -> summary.length > 0;
      case GATED -> GatedRows.hasLayout(summary, profileLayout);
    };
  }

  /** Summaries of one kind merged into one, as bytes; at least one. */
  public byte[] merge(Part.Kind kind, List<byte[]> parts) throws IOException {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return switch (kind) {
      case PROFILE -> {
        ProfileSummary sum = new ProfileSummary(profileLayout);
        for (byte[] part : parts) {
          sum.mergeEncoded(input(part));
        }
        yield encoded(sum);
      }
      case COHORT -> merged(parts, part -> CohortSummary.decode(input(part), cohortLayout));
      case EARLY_LOSS -> merged(parts, part -> EarlyLossSummary.decode(input(part)));
      case GATED -> merged(parts, this::gatedRows);
    };
  }

  /** Whether a summary, as bytes, holds no record at all. */
  public boolean isEmpty(Part.Kind kind, byte[] summary) throws IOException {
    return switch (kind) {
      case PROFILE -> ProfileSummary.decode(input(summary), profileLayout).isEmpty();
      case COHORT -> CohortSummary.decode(input(summary), cohortLayout).isEmpty();
      case EARLY_LOSS -> EarlyLossSummary.decode(input(summary)).isEmpty();
      case GATED -> gatedRows(summary).isEmpty();
    };
  }

  /** Whom records are about, if one of each in a window counts; empty: all count. */
  public Optional<EntityKey> entity() {
    return entity;
  }

  /** No rows of any entity. */
  public GatedRows newGatedRows() {
    return new GatedRows(profileLayout, spec.limits().maxEntities());
  }

  private GatedRows gatedRows(byte[] bytes) throws IOException {
    return bytes.length == 0
        ? newGatedRows()
        : GatedRows.decode(input(bytes), profileLayout, spec.limits().maxEntities());
  }

  private interface Reader<S> {
    S read(byte[] bytes) throws IOException;
  }

  private static <S extends Summary<S>> byte[] merged(List<byte[]> parts, Reader<S> reader)
      throws IOException {
    S sum = reader.read(parts.get(0));
    for (byte[] part : parts.subList(1, parts.size())) {
      sum.merge(reader.read(part));
    }
    return encoded(sum);
  }

  private static byte[] encoded(Summary<?> summary) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    summary.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  /** Ordered detectors that have seen nothing. */
  public OrderedState newOrderedState() {
    return OrderedState.of(spec.monitors());
  }

  /**
   * What a window or cohort says, on its way to the decision.
   *
   * @param ordered what ordered detectors carry; changed by a cohort that is final. Null: they have
   *     no turn
   */
  public Judgement judge(Report report, @Nullable OrderedState ordered) throws IOException {
    WindowContext window =
        new WindowContext(
            report.modelVersion(),
            report.segment(),
            report.windowStart(),
            report.windowEnd(),
            report.tick(),
            report.revision(),
            borders.tumbling(report.windowStart()));
    List<LabelCount> labels = new ArrayList<>();
    List<SystemNotice> notices = new ArrayList<>();
    List<Delivery> deliveries = new ArrayList<>();
    List<Finding> findings =
        switch (report.kind()) {
          case PROFILE -> whole(report, judgeProfile(report, window, notices, deliveries));
          case GATED -> throw new IllegalStateException("gated rows come with their window");
          case EARLY_LOSS ->
              whole(
                  report,
                  monitors().judgeEarly(window, EarlyLossSummary.decode(input(report.payload()))));
          case COHORT -> {
            CohortSummary cohort = CohortSummary.decode(input(report.payload()), cohortLayout);
            if (report.complete() && report.segment() == null && window.tumbling()) {
              LabelCount count = labelCount(report, cohort);
              labels.add(count);
              if (count.predicted() > 0) {
                deliveries.add(new Delivery(Event.Input.LABELS, count.labelled(), 0));
              }
            }
            yield monitors().judgeCohort(window, report.complete(), cohort, ordered);
          }
        };
    return new Judgement(
        report.modelId(),
        report.tick(),
        report.id(),
        findings,
        labels,
        List.of(),
        notices,
        deliveries,
        null);
  }

  /** What the job file asks for beyond its own limits. */
  private List<SystemNotice> limits() {
    int beyond = spec.limits().featuresBeyond();
    return beyond == 0
        ? List.of()
        : List.of(
            new SystemNotice(
                SystemNotice.Kind.LIMIT_REACHED,
                "max_features",
                true,
                beyond + " features are not judged: more than " + spec.limits().maxFeatures()));
  }

  private static SystemNotice notice(MissingColumns missing) {
    return new SystemNotice(
        SystemNotice.Kind.COLUMNS_MISSING,
        missing.input().id(),
        !missing.names().isEmpty(),
        missing.sentence());
  }

  /** The findings of a window; provisional ones if it was cut short. */
  private static List<Finding> whole(Report report, List<Finding> findings) {
    return report.complete() ? findings : findings.stream().map(Finding::provisional).toList();
  }

  private List<Finding> judgeProfile(
      Report report, WindowContext window, List<SystemNotice> notices, List<Delivery> deliveries)
      throws IOException {
    ProfileSummary summary = ProfileSummary.decode(input(report.payload()), profileLayout);
    if (report.segment() == null) {
      notices.addAll(limits());
      Baseline known = baseline();
      if (known != null) {
        MissingColumns.of(summary, known).forEach(missing -> notices.add(notice(missing)));
      }
      deliveries.add(new Delivery(Event.Input.FEATURES, summary.featureRows(), 0));
      deliveries.add(new Delivery(Event.Input.PREDICTIONS, summary.predictionRows(), 0));
    }
    ProfileSummary earlier =
        report.earlier().length == 0
            ? null
            : ProfileSummary.decode(input(report.earlier()), profileLayout);
    if (entity.isEmpty()) {
      return monitors().judgeProfile(window, summary, null, earlier);
    }
    GatedRows gated = gatedRows(report.gated());
    if (gated.overflowed()) {
      notices.add(
          new SystemNotice(
              SystemNotice.Kind.LIMIT_REACHED,
              "max_entities",
              true,
              "a window has more than "
                  + spec.limits().maxEntities()
                  + " entities (limits.max_entities), so it gives no evidence"));
    }
    return monitors().judgeProfile(window, summary, gated, earlier);
  }

  private static LabelCount labelCount(Report report, CohortSummary cohort) {
    Map<String, Long> classes = new TreeMap<>();
    CategoricalSummary seen = cohort.labelClasses();
    for (String name : seen.layout().kept()) {
      classes.put(name, seen.count(name));
    }
    return new LabelCount(
        report.modelVersion(),
        report.windowStart(),
        report.windowEnd(),
        cohort.issued(),
        cohort.labelled(),
        classes);
  }
}
