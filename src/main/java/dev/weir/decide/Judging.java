package dev.weir.decide;

import dev.weir.decide.EvidenceBook.Judged;
import dev.weir.decide.Output.Status;
import dev.weir.event.CanonicalJson;
import dev.weir.event.WeirId;
import dev.weir.monitor.Attribution;
import dev.weir.monitor.Finding;
import dev.weir.monitor.JudgedSeries;
import dev.weir.monitor.PlainRule;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Severity;
import dev.weir.monitor.Unit;
import dev.weir.monitor.Verdict;
import dev.weir.monitor.Withheld;
import dev.weir.stats.inference.CurrentDispersion;
import dev.weir.stats.inference.EvidenceReading;
import dev.weir.stats.inference.Side;
import dev.weir.stats.inference.StepUp;
import dev.weir.stats.inference.WindowCounts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The verdicts of one tick. First every series takes in its closed windows; then those whose window
 * closed at this tick, and whose verdict may open an alert, compete under the budget (e-d-BH); then
 * plain rules are read and alerts are raised and resolved.
 */
final class Judging {
  /** How long ago the losses changed, by the change points of {@code concept_drift}. */
  private static final String REGIME_AGE = "regime_age";

  /** Monitors that see what a change of the losses changes. */
  private static final Set<String> OUTCOMES =
      Set.of("performance", "calibration", "coverage", "concept_drift");

  /** A warning needs a tenth of the evidence that alarms alone. */
  private static final double LN_10 = StrictMath.log(10);

  /** The order of metrics of one tick. */
  static final Comparator<Output.Metric> ORDER =
      Comparator.comparingLong((Output.Metric metric) -> metric.finding().windowEnd())
          .thenComparing(metric -> metric.finding().series().id())
          .thenComparingInt(metric -> metric.finding().revision());

  private final Tick tick;
  private final DecisionSettings settings;
  private final EvidenceBook book;
  private final ModelLedger ledger;
  private final AlertDesk desk;
  private final RuleBook rules;
  private final VersionShares shares;
  private final String edition;
  private final TreeMap<String, Case> cases = new TreeMap<>();
  private final TreeMap<String, Closing> resolved = new TreeMap<>();
  private final List<AlertDesk.Draft> raised = new ArrayList<>();
  private final Set<String> withAlert;
  private final List<Finding> dispersions = new ArrayList<>();
  private boolean versionsBeyondLimit;
  private final Map<String, int[]> monitorCounts = new TreeMap<>();

  Judging(
      Tick tick,
      DecisionSettings settings,
      EvidenceBook book,
      ModelLedger ledger,
      AlertDesk desk,
      RuleBook rules) {
    this.tick = tick;
    this.settings = settings;
    this.book = book;
    this.ledger = ledger;
    this.desk = desk;
    this.rules = rules;
    // Every series keeps it, so it is short.
    this.edition = WeirId.of(16, settings.configHash(), book.baselineId());
    this.shares =
        new VersionShares(ledger.store(), edition, settings.versions(), settings.maxVersions());
    this.withAlert =
        ledger.alerts().values().stream().map(OpenAlert::seriesId).collect(Collectors.toSet());
  }

  /** The end of an alert: end of the window that resolves it, and why it does. */
  private record Closing(long end, String why) {}

  /** One series in this tick. */
  private final class Case {
    final Series series;
    final String id;
    final List<Finding> findings = new ArrayList<>();
    final List<PlainRule> plain;
    final @Nullable Judged judged;
    final List<@Nullable EvidenceReading> readings = new ArrayList<>();
    final List<Long> leadingLevels = new ArrayList<>();
    final TreeMap<Long, SeriesState.Taken> taken = new TreeMap<>();
    SeriesState state = new SeriesState();
    int candidate = -1;
    boolean alarmed;

    Case(Series series, String id) {
      this.series = series;
      this.id = id;
      this.plain = rules.rules(series);
      this.judged = book.judged(series).orElse(null);
    }

    boolean onlyShown() {
      return judged == null && plain.isEmpty();
    }

    double logThreshold() {
      return StepUp.logThreshold(settings.budgetDays(), state.weight, settings.windowDays());
    }
  }

  /** The metrics of this tick, sorted; alerts go to the desk. */
  List<Output.Metric> decide() {
    gatherCases();
    takeIn(List.copyOf(cases.values()));
    takeIn(List.copyOf(gather(dispersions)));
    List<Case> all = List.copyOf(cases.values());
    compete(all);
    List<Output.Metric> metrics = new ArrayList<>();
    for (Case one : all) {
      conclude(one, metrics);
    }
    raiseAndResolve();
    monitorCounts.forEach(
        (monitor, counts) ->
            ledger.monitors().put(monitor, new ModelLedger.MonitorState(counts[0], counts[1] > 0)));
    // Cases come by id, and of each its windows in order: what is left is the end of the window.
    metrics.sort(Comparator.comparingLong(metric -> metric.finding().windowEnd()));
    return metrics;
  }

  /** Whether a version came newly after as many as are told apart. */
  boolean versionsBeyondLimit() {
    return versionsBeyondLimit;
  }

  private void gatherCases() {
    List<Finding> findings = new ArrayList<>(tick.findings());
    findings.addAll(new EstimateGaps(ledger.store()).of(tick.findings()));
    for (Case one : gather(findings)) {
      one.findings.sort(
          Comparator.comparingLong(Finding::windowStart)
              .thenComparingLong(Finding::windowEnd)
              .thenComparingInt(Finding::revision));
    }
  }

  /** The cases of these findings, which are new. */
  private Collection<Case> gather(List<Finding> findings) {
    TreeMap<String, Case> gathered = new TreeMap<>();
    for (Finding finding : findings) {
      String id = finding.series().id();
      gathered.computeIfAbsent(id, key -> new Case(finding.series(), key)).findings.add(finding);
    }
    cases.putAll(gathered);
    return gathered.values();
  }

  private void takeIn(List<Case> some) {
    load(some);
    some.forEach(this::takeIn);
  }

  /**
   * Reads the state of every series that has one, and weighs those that are new in this edition.
   */
  private void load(List<Case> cases) {
    Map<String, SortedSet<String>> together = new TreeMap<>();
    for (Case one : cases) {
      byte[] bytes = one.onlyShown() ? null : ledger.store().get(one.id);
      if (bytes != null) {
        one.state = SeriesState.decode(bytes);
      }
      if (one.judged != null) {
        together
            .computeIfAbsent(VersionShares.slotOf(one.series), key -> new TreeSet<>())
            .add(one.series.modelVersion());
      }
    }
    for (Case one : cases) {
      if (!one.onlyShown() && !one.state.edition.equals(edition)) {
        weigh(one, together.get(VersionShares.slotOf(one.series)));
      }
    }
  }

  private void weigh(Case one, @Nullable SortedSet<String> together) {
    Judged judged = one.judged;
    double weight =
        judged == null || together == null ? 0 : judged.weight() * shares.of(one.series, together);
    versionsBeyondLimit |= judged != null && weight == 0;
    String basis = judged == null ? "" : judged.basis();
    if (weight != one.state.weight || !basis.equals(one.state.basis)) {
      one.state.startAgain();
      one.state.dependence = null;
    }
    // What is assumed of it may have changed.
    one.state.scatter = null;
    one.state.weight = weight;
    one.state.basis = basis;
    one.state.edition = edition;
  }

  private void takeIn(Case one) {
    one.state.taken().forEach(window -> one.taken.put(window.windowStart(), window));
    for (int i = 0; i < one.findings.size(); i++) {
      Finding finding = one.findings.get(i);
      EvidenceReading reading = fold(one, finding);
      one.readings.add(reading);
      if (one.state.dependence != null && one.judged != null) {
        one.findings.set(i, finding.blindTo("dependence"));
      }
      one.leadingLevels.add(one.state.cusum.level(one.state.leading));
      if (reading != null) {
        // Of two windows that close at one tick, only the last is a candidate: waiting is allowed.
        one.candidate = finding.verdict() == Verdict.NOT_JUDGED ? i : -1;
      }
    }
  }

  /** The evidence after a window; null if the window gives none. */
  private @Nullable EvidenceReading fold(Case one, Finding finding) {
    Judged judged = one.judged;
    byte[] counts = finding.counts();
    if (judged == null
        || counts == null
        || one.state.weight <= 0
        || finding.withheld() != null
        || !finding.configHash().equals(settings.configHash())
        || !judged.baselineId().equals(finding.baselineId())
        || finding.windowStart() <= one.state.lastFolded) {
      return null;
    }
    one.state.lastFolded = finding.windowStart();
    WindowCounts window = countsOf(counts);
    EvidenceReading reading = one.state.cusum.fold(judged.plan(), window, finding.windowStart());
    one.state.take(finding.windowStart(), counts, reading.leadingLevel());
    scatter(one, judged, finding, window);
    one.taken.put(finding.windowStart(), new SeriesState.Taken(finding.windowStart(), counts));
    return reading;
  }

  /** How the counts of the series scatter now is said beside it, and marks its evidence. */
  private void scatter(Case one, Judged judged, Finding finding, WindowCounts counts) {
    if (judged.dispersion() == null) {
      one.state.scatter = null;
      one.state.dependence = null;
      return;
    }
    if (one.state.scatter == null) {
      one.state.scatter = new CurrentDispersion();
    }
    CurrentDispersion.Reading reading =
        one.state.scatter.add(judged.plan(), counts, judged.dispersion()).orElse(null);
    if (reading != null) {
      one.state.dependence =
          reading.burstier()
              ? new SeriesState.Dependence(reading.value(), reading.assumed())
              : null;
      dispersions.add(dispersion(finding, reading));
    }
  }

  private static Finding dispersion(Finding of, CurrentDispersion.Reading reading) {
    Series series = of.series();
    return new Finding(
        new Series(
            series.modelId(),
            series.modelVersion(),
            series.monitor(),
            JudgedSeries.DISPERSION,
            series.feature(),
            series.segment()),
        of.windowStart(),
        of.windowEnd(),
        of.tick(),
        0,
        reading.value(),
        Unit.NONE,
        reading.interval().low(),
        reading.interval().high(),
        null,
        reading.pairs(),
        null,
        Verdict.NOT_JUDGED,
        null,
        0.0,
        null,
        List.of(),
        of.season(),
        of.baselineId(),
        null,
        null,
        null,
        of.configHash());
  }

  private static WindowCounts countsOf(byte[] bytes) {
    try {
      return WindowCounts.decode(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException("a finding whose counts cannot be read", e);
    }
  }

  private void compete(List<Case> cases) {
    List<Case> candidates = cases.stream().filter(one -> one.candidate >= 0).toList();
    double[] logDays = new double[candidates.size()];
    for (int i = 0; i < logDays.length; i++) {
      Case one = candidates.get(i);
      EvidenceReading reading = one.readings.get(one.candidate);
      logDays[i] =
          reading == null
              ? Double.NEGATIVE_INFINITY
              : StepUp.logDays(one.state.weight, settings.windowDays(), reading.logE());
    }
    for (int alarm : StepUp.alarms(logDays, settings.budgetDays())) {
      candidates.get(alarm).alarmed = true;
    }
  }

  /** Where the change of a series lies, by what was judged on the same column at this tick. */
  private ChangeLocation locate(Case one, long since, long until, @Nullable Integer leading) {
    Case judged = one.judged == null ? sameColumn(one.series, one.series.segment()) : one;
    ChangeLocation.Subject main = judged == null ? null : subject(judged, since, until);
    if (main == null) {
      return ChangeLocation.UNKNOWN;
    }
    List<ChangeLocation.Subject> segments = new ArrayList<>();
    if (one.series.segment() == null) {
      for (Case other : cases.values()) {
        ChangeLocation.Subject subject =
            isSegmentOf(other.series, main.series()) ? subject(other, since, until) : null;
        if (subject != null) {
          segments.add(subject);
        }
      }
    }
    return ChangeLocation.of(main, segments, leading);
  }

  /** The judged case about the same column of a segment; null if there is none. */
  private @Nullable Case sameColumn(Series series, @Nullable String segment) {
    return cases.values().stream()
        .filter(other -> other.judged != null && Objects.equals(other.series.segment(), segment))
        .filter(other -> series.feature() != null && isAbout(other.series, series))
        .findFirst()
        .orElse(null);
  }

  private static boolean isAbout(Series one, Series other) {
    return one.modelVersion().equals(other.modelVersion())
        && one.monitor().equals(other.monitor())
        && Objects.equals(one.feature(), other.feature());
  }

  private static boolean isSegmentOf(Series one, Series all) {
    return one.segment() != null && isAbout(one, all) && one.metric().equals(all.metric());
  }

  private static ChangeLocation.@Nullable Subject subject(Case one, long since, long until) {
    List<SeriesState.Taken> windows =
        List.copyOf(one.taken.subMap(since, true, until, true).values());
    return one.judged == null || windows.isEmpty()
        ? null
        : new ChangeLocation.Subject(one.series, one.judged, windows);
  }

  /** What is open on a series while its windows are gone through. */
  private static final class Standing {
    final String evidencePrint;
    final String rulePrint;
    boolean evidenceOpen;
    @Nullable Status ruleStatus;
    @Nullable Severity ruleSeverity;

    Standing(Series series) {
      evidencePrint = DecisionIds.fingerprint(series, Rule.EVIDENCE);
      rulePrint = DecisionIds.fingerprint(series, Rule.THRESHOLD);
    }
  }

  private void conclude(Case one, List<Output.Metric> metrics) {
    if (one.onlyShown()) {
      for (Finding finding : one.findings) {
        metrics.add(shown(finding, settings.targetUnit()));
      }
      dropWhatIsNoLongerWatched(one);
      return;
    }
    Standing standing = standing(one.series);
    for (int i = 0; i < one.findings.size(); i++) {
      concludeWindow(one, i, standing, metrics);
    }
    one.state.lastTick = tick.time();
    ledger.store().put(one.id, one.state.encode());
    desk.touch(standing.evidencePrint);
    desk.touch(standing.rulePrint);
  }

  private void dropWhatIsNoLongerWatched(Case one) {
    if (!withAlert.contains(one.id)) {
      return;
    }
    Finding last = one.findings.get(one.findings.size() - 1);
    for (Rule rule : List.of(Rule.EVIDENCE, Rule.THRESHOLD)) {
      String fingerprint = DecisionIds.fingerprint(one.series, rule);
      if (ledger.alerts().containsKey(fingerprint)) {
        resolve(fingerprint, last.windowEnd(), "the configuration no longer judges this series");
      }
    }
    ledger.store().remove(one.id);
  }

  private Standing standing(Series series) {
    Standing standing = new Standing(series);
    standing.evidenceOpen = ledger.alerts().containsKey(standing.evidencePrint);
    OpenAlert rule = ledger.alerts().get(standing.rulePrint);
    Output.Alert body = rule == null ? null : desk.body(standing.rulePrint);
    standing.ruleStatus = rule == null ? null : rule.status();
    standing.ruleSeverity = body == null ? null : body.severity();
    return standing;
  }

  private void concludeWindow(Case one, int index, Standing standing, List<Output.Metric> metrics) {
    Finding finding = one.findings.get(index);
    EvidenceReading reading = one.readings.get(index);
    boolean alarm = one.alarmed && index == one.candidate;
    SeriesPoint known = one.state.point(finding.windowStart());
    boolean ruled = ruled(one, finding);
    if (reading == null && !ruled && known != null) {
      metrics.add(again(finding, known));
      return;
    }
    Breach breach = ruled ? readRules(one, finding) : Breach.NONE;
    if (alarm && reading != null) {
      one.state.leading = reading.leading();
      one.state.startAgain();
    }
    countQuietWindows(one, index, alarm, ruled, breach, standing, finding);
    boolean evidenceAlert = alarm || standing.evidenceOpen;
    boolean ruleFires =
        breach.fires() || (standing.ruleStatus == Status.FIRING && !one.plain.isEmpty());
    SeriesPoint point = point(one, finding, reading, evidenceAlert, ruleFires, breach, ruled);
    remember(one, point, finding, standing);
    if (alarm && reading != null && !standing.evidenceOpen) {
      raiseByEvidence(one, finding, reading, point);
      standing.evidenceOpen = true;
    }
    if (ruled) {
      raiseByRule(one, finding, breach, standing, point);
    }
    if (index == one.findings.size() - 1) {
      count(one.series.monitor(), point.verdict());
    }
    metrics.add(
        new Output.Metric(
            finding,
            point.verdict(),
            point.rule(),
            point.threshold(),
            point.logE(),
            point.logEThreshold(),
            settings.targetUnit()));
  }

  /** Whether plain rules are read on this window: once per window, and only where it counts. */
  private static boolean ruled(Case one, Finding finding) {
    return !one.plain.isEmpty()
        && finding.verdict() == Verdict.NOT_JUDGED
        && finding.withheld() == null
        && finding.value() != null
        && finding.windowStart() > one.state.lastRuled;
  }

  /** What the plain rules say about a window. */
  private record Breach(@Nullable PlainRule firing, @Nullable PlainRule pending) {
    static final Breach NONE = new Breach(null, null);

    boolean holds() {
      return firing != null || pending != null;
    }

    boolean fires() {
      return firing != null;
    }
  }

  private Breach readRules(Case one, Finding finding) {
    Double value = finding.value();
    if (value == null) {
      return Breach.NONE;
    }
    TreeMap<String, SeriesState.Run> before = new TreeMap<>(one.state.runs);
    one.state.runs.clear();
    one.state.lastRuled = finding.windowStart();
    PlainRule firing = null;
    PlainRule pending = null;
    for (PlainRule rule : one.plain) {
      if (!rule.comparison().holds(value, rule.limit())) {
        continue;
      }
      String name = SeriesState.nameOf(rule);
      SeriesState.Run run = before.get(name);
      SeriesState.Run now =
          run == null
              ? new SeriesState.Run(1, finding.windowStart(), finding.windowEnd())
              : new SeriesState.Run(run.windows() + 1, run.firstStart(), run.firstEnd());
      one.state.runs.put(name, now);
      if (now.windows() >= rule.windows()) {
        firing = moreSevere(one.series, firing, rule);
      } else {
        pending = moreSevere(one.series, pending, rule);
      }
    }
    return new Breach(firing, pending);
  }

  private PlainRule moreSevere(Series series, @Nullable PlainRule one, PlainRule other) {
    if (one == null) {
      return other;
    }
    Severity mine = rules.severity(series, one);
    return rules.severity(series, other).compareTo(mine) > 0 ? other : one;
  }

  private void countQuietWindows(
      Case one,
      int index,
      boolean alarm,
      boolean ruled,
      Breach breach,
      Standing standing,
      Finding finding) {
    boolean folded = one.readings.get(index) != null;
    if (alarm) {
      one.state.quietEvidence = 0;
    } else if (standing.evidenceOpen && (folded || one.judged == null || one.state.weight == 0)) {
      boolean breached = one.leadingLevels.get(index) > 0;
      one.state.quietEvidence = breached ? 0 : one.state.quietEvidence + 1;
      if (one.state.quietEvidence >= settings.resolveAfter()) {
        resolve(standing.evidencePrint, finding.windowEnd(), quiet(settings.resolveAfter()));
        standing.evidenceOpen = false;
      }
    }
    if (standing.ruleStatus == Status.FIRING && (ruled || one.plain.isEmpty())) {
      one.state.quietRule = breach.holds() ? 0 : one.state.quietRule + 1;
      if (one.state.quietRule >= settings.resolveAfter()) {
        resolve(standing.rulePrint, finding.windowEnd(), quiet(settings.resolveAfter()));
        standing.ruleStatus = null;
      }
    } else if (standing.ruleStatus == Status.PENDING && ruled && !breach.holds()) {
      resolve(standing.rulePrint, finding.windowEnd(), "the rule did not hold for its windows");
      standing.ruleStatus = null;
    }
  }

  private static String quiet(int windows) {
    return windows == 1 ? "a window without breach" : windows + " windows without breach";
  }

  private SeriesPoint point(
      Case one,
      Finding finding,
      @Nullable EvidenceReading reading,
      boolean evidenceAlert,
      boolean ruleFires,
      Breach breach,
      boolean ruled) {
    Double logE = reading == null ? unchanged(one, finding) : Double.valueOf(reading.logE());
    Double logThreshold = logE == null ? null : Double.valueOf(one.logThreshold());
    Verdict verdict = finding.verdict();
    Rule rule = Rule.NONE;
    Double threshold = finding.threshold();
    boolean byEvidence = reading != null;
    if (verdict == Verdict.NOT_JUDGED && (byEvidence || ruled)) {
      boolean warns =
          byEvidence && logE != null && logThreshold != null && logE >= logThreshold - LN_10;
      if (byEvidence && evidenceAlert) {
        verdict = Verdict.ALERT;
        rule = Rule.EVIDENCE;
      } else if (ruled && ruleFires) {
        verdict = Verdict.ALERT;
        rule = Rule.THRESHOLD;
        threshold = limit(one, breach);
      } else {
        verdict = warns ? Verdict.WARNING : Verdict.OK;
        rule = byEvidence ? Rule.EVIDENCE : Rule.THRESHOLD;
        threshold = byEvidence ? finding.threshold() : limit(one, breach);
      }
    }
    return SeriesPoint.of(finding, threshold, logE, logThreshold, verdict, rule);
  }

  private static Double limit(Case one, Breach breach) {
    PlainRule rule = breach.firing() != null ? breach.firing() : breach.pending();
    return rule == null ? one.plain.get(0).limit() : rule.limit();
  }

  /** Evidence after a window that gave none: as before. Null where windows come out of order. */
  private static @Nullable Double unchanged(Case one, Finding finding) {
    Judged judged = one.judged;
    boolean inOrder = finding.withheld() != null && finding.withheld() != Withheld.LABELS;
    if (judged == null || one.state.weight == 0 || !inOrder) {
      return null;
    }
    return one.state.cusum.quiet(judged.plan()).logE();
  }

  /** Windows are remembered while something may come of them, or come back to them. */
  private static void remember(Case one, SeriesPoint point, Finding finding, Standing standing) {
    boolean decided = point.rule() != Rule.NONE || point.logE() != null;
    boolean corrected = finding.completeness() != null;
    boolean shown =
        !one.state.runs.isEmpty()
            || standing.evidenceOpen
            || standing.ruleStatus != null
            || point.verdict() == Verdict.ALERT;
    if (!shown && !corrected && one.state.cusum.isQuiet()) {
      one.state.forgetPoints();
    } else if (decided) {
      one.state.remember(point);
      if (!shown && !corrected) {
        // An alert would show the windows since its evidence began, and none before.
        one.state.forgetPointsBefore(one.state.cusum.oldestBeginning());
      }
    }
  }

  private void raiseByEvidence(
      Case one, Finding finding, EvidenceReading reading, SeriesPoint point) {
    OptionalLong began = reading.beganAt();
    long beganAt = began.isPresent() ? began.getAsLong() : finding.windowStart();
    Attribution attribution = finding.attribution();
    ChangeLocation location =
        locate(one, beganAt, finding.windowStart(), reading.leading()).with(attribution);
    raised.add(
        new AlertDesk.Draft(
            one.series,
            Rule.EVIDENCE,
            Status.FIRING,
            rules.severity(one.series, null),
            located(
                Wording.byEvidence(one.series, point, sideOf(one, reading), settings.targetUnit()),
                location),
            "Evidence "
                + Wording.number(point.logE())
                + " nats, "
                + Wording.number(point.logEThreshold())
                + " alarm alone; "
                + span(finding)
                + "."
                + Wording.dependence(one.state.dependence),
            finding.windowEnd(),
            finding.windowEnd(),
            beganAt,
            began.isPresent() ? Long.valueOf(beganAt) : null,
            evidence(one, beganAt),
            null,
            location.annotations(),
            attribution != null && attribution.dataToBlame()));
    one.state.quietEvidence = 0;
  }

  private static String located(String summary, ChangeLocation location) {
    return location.clause().isEmpty() ? summary : summary + "; " + location.clause();
  }

  private static @Nullable Side sideOf(Case one, EvidenceReading reading) {
    return one.judged == null ? null : one.judged.plan().describe(reading.leading()).side();
  }

  private void raiseByRule(
      Case one, Finding finding, Breach breach, Standing standing, SeriesPoint point) {
    PlainRule rule = breach.firing() != null ? breach.firing() : breach.pending();
    boolean firing = breach.fires();
    boolean open = standing.ruleStatus != null;
    if (rule == null || (standing.ruleStatus == Status.FIRING && !firing)) {
      return;
    }
    Severity severity = rules.severity(one.series, rule);
    Status status = firing ? Status.FIRING : Status.PENDING;
    if (open && status == standing.ruleStatus && severity == standing.ruleSeverity) {
      return;
    }
    SeriesState.Run run = one.state.runs.get(SeriesState.nameOf(rule));
    long firstStart = run == null ? finding.windowStart() : run.firstStart();
    ChangeLocation location = locate(one, firstStart, finding.windowStart(), null);
    raised.add(
        new AlertDesk.Draft(
            one.series,
            Rule.THRESHOLD,
            status,
            severity,
            located(Wording.byRule(one.series, point, rule, settings.targetUnit()), location),
            "Plain rule, outside the false-alarm budget; " + span(finding) + ".",
            run == null ? finding.windowEnd() : run.firstEnd(),
            finding.windowEnd(),
            firstStart,
            regimeBegan(one.series, finding),
            evidence(one, firstStart),
            null,
            location.annotations(),
            false));
    if (firing && standing.ruleStatus != Status.FIRING) {
      one.state.quietRule = 0;
    }
    standing.ruleStatus = status;
    standing.ruleSeverity = severity;
  }

  /** When the losses of the same cohort last changed, if that is known: a guess, no evidence. */
  private @Nullable Long regimeBegan(Series series, Finding finding) {
    if (!OUTCOMES.contains(series.monitor()) || series.segment() != null) {
      return null;
    }
    return cases.values().stream()
        .filter(other -> other.series.modelVersion().equals(series.modelVersion()))
        .filter(other -> other.series.metric().equals(REGIME_AGE))
        .flatMap(other -> other.findings.stream())
        .filter(age -> age.windowEnd() == finding.windowEnd() && age.value() != null)
        .map(age -> age.windowEnd() - Math.round(1000 * Objects.requireNonNull(age.value())))
        .findFirst()
        .orElse(null);
  }

  private static String span(Finding finding) {
    return "window "
        + CanonicalJson.time(finding.windowStart())
        + " to "
        + CanonicalJson.time(finding.windowEnd());
  }

  private static List<Output.Evidence> evidence(Case one, long since) {
    return one.state.since(since).stream()
        .limit(SeriesState.MOST_POINTS)
        .map(point -> point.evidence(one.series))
        .toList();
  }

  private void resolve(String fingerprint, long windowEnd, String why) {
    // What opened in an earlier window of this very tick was never said.
    raised.removeIf(draft -> draft.fingerprint().equals(fingerprint));
    resolved.putIfAbsent(fingerprint, new Closing(windowEnd, why));
  }

  /** Resolves first, so that what opens at the tick that ends an incident begins a new one. */
  private void raiseAndResolve() {
    resolved.forEach(
        (fingerprint, closing) -> desk.resolve(fingerprint, closing.end(), closing.why()));
    raised.sort(
        Comparator.comparingLong(AlertDesk.Draft::startsAt)
            .thenComparing(AlertDesk.Draft::fingerprint)
            .thenComparingLong(AlertDesk.Draft::time));
    raised.forEach(desk::raise);
  }

  private void count(String monitor, Verdict verdict) {
    if (verdict == Verdict.OK || verdict == Verdict.WARNING || verdict == Verdict.ALERT) {
      int[] counts = monitorCounts.computeIfAbsent(monitor, key -> new int[2]);
      counts[0]++;
      counts[1] += verdict == Verdict.WARNING ? 1 : 0;
    }
  }

  /** A corrected window keeps the decision that was taken on it; only the value changes. */
  private Output.Metric again(Finding finding, SeriesPoint known) {
    if (finding.verdict() != Verdict.NOT_JUDGED) {
      return new Output.Metric(
          finding,
          finding.verdict(),
          Rule.NONE,
          finding.threshold(),
          known.logE(),
          known.logEThreshold(),
          settings.targetUnit());
    }
    return new Output.Metric(
        finding,
        known.verdict(),
        known.rule(),
        known.threshold(),
        known.logE(),
        known.logEThreshold(),
        settings.targetUnit());
  }

  /** A finding from which nothing follows. */
  static Output.Metric shown(Finding finding, @Nullable String targetUnit) {
    return new Output.Metric(
        finding, finding.verdict(), Rule.NONE, finding.threshold(), null, null, targetUnit);
  }
}
