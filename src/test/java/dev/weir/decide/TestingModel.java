package dev.weir.decide;

import dev.weir.event.Control;
import dev.weir.monitor.Attribution;
import dev.weir.monitor.Cells;
import dev.weir.monitor.Finding;
import dev.weir.monitor.MonitorSettings;
import dev.weir.monitor.MonitorSettings.Common;
import dev.weir.monitor.PlainRule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Severity;
import dev.weir.monitor.Unit;
import dev.weir.monitor.Verdict;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import dev.weir.stats.inference.WindowCounts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model with hourly windows whose judged series all ask whether a rate is above 0.1. A window of
 * 1000 rows with 200 hits alarms at once, one with 100 says nothing.
 */
final class TestingModel implements EvidenceBook {
  static final long HOUR = 3_600_000L;
  static final long DAY = 24 * HOUR;

  /** 2001-03-01T00:00:00Z. */
  static final long START = 983_404_800_000L;

  static final EvidencePlan ABOVE_TENTH =
      RateEvidence.nominal(0.1, 0, 1, Dispersion.none(), Set.of(Side.ABOVE), AbsentLabels.CENSORED);

  private static final Set<String> JUDGED_METRICS =
      Set.of("total_variation", "brier", "missing_rate", "ece", "coverage");

  final MapStore store = new MapStore();
  ModelLedger ledger = new ModelLedger("flights", store);
  String configHash = "c0ffee0000000001";
  String baselineId = "ba5e";
  double weight = 0.01;
  double budgetDays = 90;
  double windowDays = 1 / 24.0;
  EvidencePlan plan = ABOVE_TENTH;

  /** What single series are judged by, where it is not {@link #plan}. */
  final Map<Series, EvidencePlan> plans = new HashMap<>();

  OptionalDouble meanSquaredLoss = OptionalDouble.of(0.01);
  List<PlainRule> driftRules = new ArrayList<>();
  List<RetrainingPolicy> policies = new ArrayList<>();
  List<String> versions = List.of();
  int maxVersions = 10;
  int resolveAfter = 2;
  String basis = "0123456789abcdef";

  /** What evidence takes for granted of how counts scatter; null: no series tells. */
  @Nullable Dispersion dispersion;

  /** What findings say a change of the loss is due to; nothing unless a test says so. */
  Attribution attribution;

  /** What series are made of; nothing unless a test says so. */
  Function<Series, Optional<Cells>> cells = series -> Optional.empty();

  // What the next tick brings.
  final List<Finding> findings = new ArrayList<>();
  final List<LabelCount> labels = new ArrayList<>();
  final List<Control> controls = new ArrayList<>();
  final List<SystemNotice> notices = new ArrayList<>();
  final List<Delivery> deliveries = new ArrayList<>();

  /** Bytes by key in a map. */
  static final class MapStore implements SeriesStore {
    final Map<String, byte[]> bytes = new HashMap<>();

    @Override
    public byte[] get(String key) {
      byte[] found = bytes.get(key);
      return found == null ? null : found.clone();
    }

    @Override
    public void put(String key, byte[] value) {
      bytes.put(key, value.clone());
    }

    @Override
    public void remove(String key) {
      bytes.remove(key);
    }

    @Override
    public List<String> keys() {
      return List.copyOf(bytes.keySet());
    }
  }

  @Override
  public Optional<Judged> judged(Series series) {
    return JUDGED_METRICS.contains(series.metric())
        ? Optional.of(
            new Judged(
                weight,
                plans.getOrDefault(series, plan),
                basis,
                baselineId,
                () -> cells.apply(series),
                dispersion))
        : Optional.empty();
  }

  @Override
  public String baselineId() {
    return baselineId;
  }

  @Override
  public OptionalDouble meanVolume() {
    return OptionalDouble.of(1000);
  }

  @Override
  public OptionalDouble meanSquaredLoss() {
    return meanSquaredLoss;
  }

  DecisionSettings settings() {
    return new DecisionSettings(
        "flights",
        configHash,
        budgetDays,
        Map.of(),
        versions,
        maxVersions,
        0.01,
        windowDays,
        monitors(),
        resolveAfter,
        Map.of("team", "airline-ops"),
        null,
        "censored",
        "minutes",
        policies);
  }

  private MonitorSettings monitors() {
    MonitorSettings.Selection all = new MonitorSettings.Selection(List.of(), List.of());
    return new MonitorSettings(
        Optional.of(
            new MonitorSettings.Quality(
                common(Severity.WARNING, List.of()),
                all,
                List.of(),
                0.005,
                0.01,
                0.5,
                Map.of(),
                Duration.ofMinutes(30))),
        Optional.of(
            new MonitorSettings.Drift(
                common(Severity.WARNING, driftRules), all, List.of(), 0.02, List.of(), Map.of())),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new MonitorSettings.Performance(common(Severity.ERROR, List.of()), List.of(), 0.01)),
        Optional.of(
            new MonitorSettings.Calibration(common(Severity.WARNING, List.of()), 0.02, false)),
        Optional.empty(),
        Optional.of(
            new MonitorSettings.Labels(
                common(Severity.WARNING, List.of()), 0.05, Duration.ofHours(8))),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Common common(Severity severity, List<PlainRule> rules) {
    return new Common(true, severity, true, 200, rules);
  }

  static Series series(String monitor, String metric, String feature) {
    return new Series("flights", "v1", monitor, metric, feature, null);
  }

  static Series drift(String feature) {
    return series("drift", "total_variation", feature);
  }

  static Series brier() {
    return series("performance", "brier", null);
  }

  /** A window of 1000 rows, of which {@code hits} count against the series. */
  TestingModel window(Series series, long tick, long hits) {
    findings.add(finding(series, tick, hits, Verdict.NOT_JUDGED));
    return this;
  }

  Finding finding(Series series, long tick, long hits, Verdict verdict) {
    return finding(
        series,
        tick,
        verdict.withoutValue() ? null : hits / 1000.0,
        1000,
        verdict,
        RateEvidence.window(0, hits, 1000, 0));
  }

  /** A window whose evidence is in its counts. */
  Finding counted(Series series, long tick, long rows, WindowCounts counts) {
    return finding(series, tick, 0.5, rows, Verdict.NOT_JUDGED, counts);
  }

  private Finding finding(
      Series series,
      long tick,
      @Nullable Double value,
      long rows,
      Verdict verdict,
      WindowCounts counts) {
    return new Finding(
        series,
        tick - Math.round(windowDays * DAY),
        tick,
        tick,
        0,
        value,
        Unit.RATIO,
        null,
        null,
        0.1,
        rows,
        5000L,
        verdict,
        null,
        0.0,
        null,
        List.of(),
        null,
        baselineId,
        null,
        encoded(counts),
        attribution,
        configHash);
  }

  /** A metric without evidence. */
  TestingModel shown(Series series, long tick, double value) {
    findings.add(
        new Finding(
            series,
            tick - HOUR,
            tick,
            tick,
            0,
            value,
            Unit.NAT,
            null,
            null,
            null,
            1640,
            5000L,
            Verdict.NOT_JUDGED,
            null,
            0.0,
            null,
            List.of(),
            null,
            baselineId,
            null,
            null,
            null,
            configHash));
    return this;
  }

  private static byte[] encoded(WindowCounts counts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      counts.encode(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Labels of a cohort that ended an hour before the tick. */
  TestingModel labels(long tick, long positives, long negatives) {
    labels.add(
        new LabelCount(
            "v1",
            tick - 2 * HOUR,
            tick - HOUR,
            positives + negatives,
            positives + negatives,
            Map.of("0", negatives, "1", positives)));
    return this;
  }

  TestingModel feedback(String id, Control.Action action, String object, long time) {
    controls.add(
        new Control.Feedback(
            id,
            "flights",
            action,
            object,
            time,
            "user:ann",
            "because",
            null,
            Map.of(),
            null,
            null));
    return this;
  }

  TestingModel status(String triggerId, Control.RunState state, long time) {
    controls.add(
        new Control.RetrainingStatus(
            triggerId, "flights", state, time, null, null, "service:airflow", null));
    return this;
  }

  /** Decides what was gathered. */
  List<Output> decide(long tick) {
    return decide(tick, false);
  }

  /** Decides what was gathered after the model's job file was withdrawn. */
  List<Output> decideAfterTheEnd(long tick) {
    return decide(tick, true);
  }

  private List<Output> decide(long tick, boolean ended) {
    Tick now =
        new Tick(
            tick,
            ended,
            List.copyOf(findings),
            List.copyOf(labels),
            List.copyOf(controls),
            List.copyOf(notices),
            List.copyOf(deliveries));
    findings.clear();
    labels.clear();
    controls.clear();
    notices.clear();
    deliveries.clear();
    return ModelDecision.decide(now, settings(), this, ledger);
  }

  /** Writes the ledger and reads it back. */
  void crash() {
    ledger = decode(bytes(), store);
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      ledger.encode(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static ModelLedger decode(byte[] bytes, SeriesStore store) {
    try {
      return ModelLedger.decode(new DataInputStream(new ByteArrayInputStream(bytes)), store);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T extends Output> List<T> of(Class<T> type, List<Output> outputs) {
    return outputs.stream().filter(type::isInstance).map(type::cast).toList();
  }

  static List<Output.Alert> alerts(List<Output> outputs) {
    return of(Output.Alert.class, outputs);
  }

  static List<Output.Metric> metrics(List<Output> outputs) {
    return of(Output.Metric.class, outputs);
  }

  static List<Output.RetrainingTrigger> triggers(List<Output> outputs) {
    return of(Output.RetrainingTrigger.class, outputs);
  }

  static List<Output.AuditRecord> audit(List<Output> outputs) {
    return of(Output.AuditRecord.class, outputs);
  }
}
