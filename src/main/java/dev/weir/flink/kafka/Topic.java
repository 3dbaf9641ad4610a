package dev.weir.flink.kafka;

import dev.weir.wire.ControlTopic;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The topics: what they are for, how they are cut and how long they keep records. */
public enum Topic {
  /** What models were given. */
  FEATURES(Kind.INPUT, 12, "delete", Duration.ofDays(7)),
  /** What models said. */
  PREDICTIONS(Kind.INPUT, 12, "delete", Duration.ofDays(35)),
  /** What really happened. */
  LABELS(Kind.INPUT, 12, "delete", Duration.ofDays(35)),
  /** Job files as applied. */
  JOB_FILES(Kind.CONTROL, 1, "compact", null),
  /** Baselines as published. */
  BASELINES(Kind.CONTROL, 1, "compact", null),
  /** Model versions as registered. */
  MODEL_VERSIONS(Kind.CONTROL, 1, "compact", null),
  /** Human decisions. */
  FEEDBACK(Kind.CONTROL, 1, "compact", null),
  /** What became of triggers. */
  RETRAINING_STATUS(Kind.CONTROL, 1, "compact", null),
  /** Metrics of windows. */
  METRICS(Kind.OUTPUT, 12, "delete", Duration.ofDays(90)),
  /** State changes of alerts. */
  ALERTS(Kind.OUTPUT, 3, "compact,delete", Duration.ofDays(365)),
  /** Requests to retrain. */
  RETRAINING_TRIGGERS(Kind.OUTPUT, 3, "delete", Duration.ofDays(90)),
  /** History of models. */
  AUDIT(Kind.OUTPUT, 3, "delete", null),
  /** Records set aside. */
  DEAD_LETTERS(Kind.OUTPUT, 3, "delete", Duration.ofDays(14));

  private static final int LARGEST_RECORD = 1 << 20;

  /** What a record needs beside its value. */
  private static final int HEADERS = 1 << 16;

  private final Kind kind;
  private final int partitions;
  private final String cleanup;
  private final @Nullable Duration retention;

  Topic(Kind kind, int partitions, String cleanup, @Nullable Duration retention) {
    this.kind = kind;
    this.partitions = partitions;
    this.cleanup = cleanup;
    this.retention = retention;
  }

  /** Who writes a topic. */
  public enum Kind {
    /** Producers. */
    INPUT,
    /** People, registries, orchestrators: one partition, read from the beginning. */
    CONTROL,
    /** The job alone, in transactions. */
    OUTPUT
  }

  /** Who writes it. */
  public Kind kind() {
    return kind;
  }

  /** Name without prefix. */
  public String suffix() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The topic with this name without prefix. */
  public static Topic of(String suffix) {
    return valueOf(suffix.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Partitions it is made with. */
  public int partitions() {
    return partitions;
  }

  /** How old records go: Kafka's {@code cleanup.policy}. */
  public String cleanup() {
    return cleanup;
  }

  /** How long records stay; null: for ever. */
  public @Nullable Duration retention() {
    return retention;
  }

  /** Most bytes of a record: Kafka's {@code max.message.bytes}. */
  int largestRecord() {
    return this == BASELINES ? ControlTopic.BASELINES.largestRecord() + HEADERS : LARGEST_RECORD;
  }

  /** The settings it is made with, sorted by key. */
  public Map<String, String> settings(int replication) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("cleanup.policy", cleanup);
    settings.put("retention.ms", retention == null ? "-1" : String.valueOf(retention.toMillis()));
    settings.put("max.message.bytes", String.valueOf(largestRecord()));
    settings.put("min.insync.replicas", String.valueOf(Math.min(2, replication)));
    if (kind == Kind.INPUT) {
      settings.put("message.timestamp.type", "LogAppendTime");
    }
    return settings;
  }
}
