package dev.weir.decide;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that the decision remembers about one model. What belongs to a series or to one open alert
 * lies in a {@link SeriesStore}; the rest is one block of bytes.
 *
 * <p>Guarantee: a ledger that was encoded and decoded between two ticks decides as if it had not
 * been. Bounded by the series, versions and policies of the model. Mutable; one owner at a time.
 */
public final class ModelLedger {
  private static final byte FORMAT = 1;

  private final String modelId;
  private final SeriesStore store;
  private AuditChain chain = new AuditChain();
  private LabelHistory labels = new LabelHistory();
  private final TreeMap<String, OpenAlert> alerts = new TreeMap<>();
  private @Nullable Incident modelIncident;
  private @Nullable Incident weirIncident;
  private final TreeMap<String, ServedVersion> versions = new TreeMap<>();
  private final List<Silence> silences = new ArrayList<>();
  private final TreeMap<String, Long> heard = new TreeMap<>();
  private final TreeMap<String, PolicyState> policies = new TreeMap<>();
  private final TreeMap<String, KnownTrigger> triggers = new TreeMap<>();
  private final TreeMap<String, MonitorState> monitors = new TreeMap<>();

  /** Tick that was decided last. */
  long lastTick = Long.MIN_VALUE;

  /** What people said up to here is no longer told apart. */
  long heardUpTo = Long.MIN_VALUE;

  /** Configuration and baseline of the last tick; empty before the first. */
  String configHash = "";

  String baselineId = "";

  /**
   * Alerts that are open together.
   *
   * @param startsAt start of the first
   * @param triggerId trigger that it led to
   */
  record Incident(String id, long startsAt, @Nullable String triggerId) {}

  /**
   * A monitor in the last tick that judged any of its series.
   *
   * @param judged series judged
   * @param warning whether one of them warned
   */
  record MonitorState(int judged, boolean warning) {}

  /** A model of which nothing is known; {@code store} must be empty. */
  public ModelLedger(String modelId, SeriesStore store) {
    this.modelId = modelId;
    this.store = store;
  }

  /** The model. */
  public String modelId() {
    return modelId;
  }

  /** Alerts that are open. */
  public int openAlerts() {
    return alerts.size();
  }

  SeriesStore store() {
    return store;
  }

  AuditChain chain() {
    return chain;
  }

  LabelHistory labels() {
    return labels;
  }

  /** Open alerts by fingerprint. */
  TreeMap<String, OpenAlert> alerts() {
    return alerts;
  }

  @Nullable Incident incident(boolean aboutWeir) {
    return aboutWeir ? weirIncident : modelIncident;
  }

  void openIncident(boolean aboutWeir, Incident incident) {
    if (aboutWeir) {
      weirIncident = incident;
    } else {
      modelIncident = incident;
    }
  }

  void closeIncident(boolean aboutWeir) {
    if (aboutWeir) {
      weirIncident = null;
    } else {
      modelIncident = null;
    }
  }

  /** Versions by name. */
  TreeMap<String, ServedVersion> versions() {
    return versions;
  }

  List<Silence> silences() {
    return silences;
  }

  /** Feedback and statuses that were heard, with their times. */
  TreeMap<String, Long> heard() {
    return heard;
  }

  PolicyState policy(String name) {
    return policies.computeIfAbsent(name, key -> new PolicyState());
  }

  TreeMap<String, PolicyState> policies() {
    return policies;
  }

  /** Triggers by id. */
  TreeMap<String, KnownTrigger> triggers() {
    return triggers;
  }

  TreeMap<String, MonitorState> monitors() {
    return monitors;
  }

  /** Forgets everything but the audit chain: the model has ended. */
  void end() {
    for (String key : store.keys()) {
      store.remove(key);
    }
    labels = new LabelHistory();
    alerts.clear();
    modelIncident = null;
    weirIncident = null;
    versions.clear();
    silences.clear();
    policies.clear();
    triggers.clear();
    monitors.clear();
    configHash = "";
    baselineId = "";
  }

  /** Writes everything but the store; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    Fields.writeText(out, modelId);
    out.writeLong(lastTick);
    Fields.writeText(out, configHash);
    Fields.writeText(out, baselineId);
    chain.encode(out);
    labels.encode(out);
    encodeIncident(out, modelIncident);
    encodeIncident(out, weirIncident);
    out.writeInt(alerts.size());
    for (Map.Entry<String, OpenAlert> entry : alerts.entrySet()) {
      Fields.writeText(out, entry.getKey());
      entry.getValue().encode(out);
    }
    out.writeInt(versions.size());
    for (Map.Entry<String, ServedVersion> entry : versions.entrySet()) {
      Fields.writeText(out, entry.getKey());
      entry.getValue().encode(out);
    }
    out.writeInt(silences.size());
    for (Silence silence : silences) {
      silence.encode(out);
    }
    out.writeLong(heardUpTo);
    out.writeInt(heard.size());
    for (Map.Entry<String, Long> entry : heard.entrySet()) {
      Fields.writeText(out, entry.getKey());
      out.writeLong(entry.getValue());
    }
    out.writeInt(policies.size());
    for (Map.Entry<String, PolicyState> entry : policies.entrySet()) {
      Fields.writeText(out, entry.getKey());
      entry.getValue().encode(out);
    }
    out.writeInt(triggers.size());
    for (KnownTrigger trigger : triggers.values()) {
      trigger.encode(out);
    }
    out.writeInt(monitors.size());
    for (Map.Entry<String, MonitorState> entry : monitors.entrySet()) {
      Fields.writeText(out, entry.getKey());
      out.writeInt(entry.getValue().judged());
      out.writeBoolean(entry.getValue().warning());
    }
  }

  /**
   * Reads a ledger written by {@link #encode}; {@code store} is the one it was used with.
   *
   * @throws IOException if the format is unknown or the bytes are not a ledger
   */
  public static ModelLedger decode(DataInput in, SeriesStore store) throws IOException {
    Fields.requireFormat("ledger", in.readByte(), FORMAT);
    ModelLedger ledger = new ModelLedger(Fields.readText(in), store);
    ledger.lastTick = in.readLong();
    ledger.configHash = Fields.readText(in);
    ledger.baselineId = Fields.readText(in);
    ledger.chain = AuditChain.decode(in);
    ledger.labels = LabelHistory.decode(in);
    ledger.modelIncident = decodeIncident(in);
    ledger.weirIncident = decodeIncident(in);
    for (int left = Fields.readSize(in); left > 0; left--) {
      String fingerprint = Fields.readText(in);
      ledger.alerts.put(fingerprint, OpenAlert.decode(in));
    }
    for (int left = Fields.readSize(in); left > 0; left--) {
      String version = Fields.readText(in);
      ledger.versions.put(version, ServedVersion.decode(in));
    }
    for (int left = Fields.readSize(in); left > 0; left--) {
      ledger.silences.add(Silence.decode(in));
    }
    ledger.heardUpTo = in.readLong();
    for (int left = Fields.readSize(in); left > 0; left--) {
      String name = Fields.readText(in);
      ledger.heard.put(name, in.readLong());
    }
    for (int left = Fields.readSize(in); left > 0; left--) {
      String policy = Fields.readText(in);
      ledger.policies.put(policy, PolicyState.decode(in));
    }
    for (int left = Fields.readSize(in); left > 0; left--) {
      KnownTrigger trigger = KnownTrigger.decode(in);
      ledger.triggers.put(trigger.trigger().triggerId(), trigger);
    }
    for (int left = Fields.readSize(in); left > 0; left--) {
      String monitor = Fields.readText(in);
      ledger.monitors.put(monitor, new MonitorState(in.readInt(), in.readBoolean()));
    }
    return ledger;
  }

  private static void encodeIncident(DataOutput out, @Nullable Incident incident)
      throws IOException {
    out.writeBoolean(incident != null);
    if (incident != null) {
      Fields.writeText(out, incident.id());
      out.writeLong(incident.startsAt());
      Fields.writeText(out, incident.triggerId());
    }
  }

  private static @Nullable Incident decodeIncident(DataInput in) throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    return new Incident(Fields.readText(in), in.readLong(), Fields.readTextOrNull(in));
  }
}
