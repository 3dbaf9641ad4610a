package dev.weir.cli;

import dev.weir.event.Event;
import dev.weir.flink.Environments;
import dev.weir.flink.OperatorId;
import dev.weir.flink.kafka.KafkaEnds;
import dev.weir.flink.kafka.KafkaHistory;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.SchemaLocation;
import dev.weir.flink.kafka.StreamingJob;
import dev.weir.wire.DecoderSettings;
import dev.weir.wire.TimeBounds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Who runs: each reads the same topics from their beginning. */
enum Contender {
  /** The source with our decoder, and nothing behind it: the limit of Flink on this machine. */
  NULL("rocksdb", 1, "Discard") {
    @Override
    void define(StreamExecutionEnvironment env, KafkaSettings kafka) {
      DecoderSettings decoder =
          new DecoderSettings(TimeBounds.fixed(0, Long.MAX_VALUE), false, null);
      new KafkaEnds(kafka, decoder, SchemaLocation.NONE, Map.of(), KafkaHistory.UNKNOWN, null)
          .read(env, Event.Input.FEATURES)
          .sinkTo(new DiscardingSink<>())
          .name("Discard")
          .uid("discard");
    }
  },
  /** The production job; counted where features are profiled. */
  WEIR_PROFILE("rocksdb", 1, OperatorId.PROFILE_FEATURES.label()) {
    @Override
    void define(StreamExecutionEnvironment env, KafkaSettings kafka) {
      StreamingJob.define(env, kafka, SchemaLocation.NONE, true, KafkaHistory.UNKNOWN, null);
    }
  },
  /** Flink's keyed window of the same histograms with state on the heap. */
  KEYED_WINDOW_HEAP("hashmap", 1, UsersJobs.WINDOW) {
    @Override
    void define(StreamExecutionEnvironment env, KafkaSettings kafka) {
      UsersJobs.keyedWindow(env, kafka, UsersJobs.BINS);
    }
  },
  /** The same with an eighth of the bins. */
  KEYED_WINDOW_HEAP_FEW_BINS("hashmap", 1, UsersJobs.WINDOW) {
    @Override
    void define(StreamExecutionEnvironment env, KafkaSettings kafka) {
      UsersJobs.keyedWindow(env, kafka, UsersJobs.FEW_BINS);
    }
  },
  /** That with state in RocksDB, which reads and writes all bins for every record. */
  KEYED_WINDOW_ROCKSDB_FEW_BINS("rocksdb", 1, UsersJobs.WINDOW) {
    @Override
    void define(StreamExecutionEnvironment env, KafkaSettings kafka) {
      UsersJobs.keyedWindow(env, kafka, UsersJobs.FEW_BINS);
    }
  },
  /** The production job with predictions, features and labels; counted where they are paired. */
  WEIR_PAIRING("rocksdb", 3, OperatorId.PAIR.label()) {
    @Override
    void define(StreamExecutionEnvironment env, KafkaSettings kafka) {
      StreamingJob.define(env, kafka, SchemaLocation.NONE, true, KafkaHistory.UNKNOWN, null);
    }
  },
  /** Flink's interval join, twice: every prediction passes both. */
  INTERVAL_JOIN_ROCKSDB("rocksdb", 4, UsersJobs.JOIN_FEATURES, UsersJobs.JOIN_LABELS) {
    @Override
    void define(StreamExecutionEnvironment env, KafkaSettings kafka) {
      UsersJobs.intervalJoin(env, kafka);
    }
  };

  static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);

  private final String backend;
  private final int passes;
  private final List<String> counted;

  Contender(String backend, int passes, String... counted) {
    this.backend = backend;
    this.passes = passes;
    this.counted = List.of(counted);
  }

  /** The operators whose records are counted. */
  List<String> counted() {
    return counted;
  }

  /** How often an id passes a counted operator. */
  int passes() {
    return passes;
  }

  /** Records that were read for an id. */
  int recordsOfAnId() {
    return Math.min(3, passes);
  }

  /** Whether predictions and labels take part. */
  boolean pairs() {
    return passes > 1;
  }

  /** Defines the job. */
  abstract void define(StreamExecutionEnvironment env, KafkaSettings kafka);

  /** An environment with the settings of production, and our meter. */
  StreamExecutionEnvironment environment(Path checkpoints, int parallelism) {
    Configuration configuration = Environments.streaming(checkpoints, CHECKPOINT_INTERVAL);
    configuration.set(StateBackendOptions.STATE_BACKEND, backend);
    configuration.setString(
        "metrics.reporter.meter.factory.class", RecordMeter.Factory.class.getName());
    return Environments.local(configuration, parallelism);
  }
}
