package dev.weir.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.junit.jupiter.api.Test;

/** The settings that the promises rest on. */
class EnvironmentsTest {
  private static final Configuration STREAMING =
      Environments.streaming(Path.of("/var/checkpoints"), Duration.ofSeconds(20));

  @Test
  void everyRun_hasNamedOperatorsAndNoKryo() {
    for (Configuration settings : new Configuration[] {STREAMING, Environments.bounded()}) {
      assertThat(settings.get(PipelineOptions.GENERIC_TYPES)).isFalse();
      assertThat(settings.get(PipelineOptions.AUTO_GENERATE_UIDS)).isFalse();
      assertThat(settings.get(PipelineOptions.MAX_PARALLELISM)).isEqualTo(720);
    }
  }

  @Test
  void checkpoints_areIncrementalAndKept() {
    assertThat(STREAMING.get(StateBackendOptions.STATE_BACKEND)).isEqualTo("rocksdb");
    assertThat(STREAMING.get(CheckpointingOptions.INCREMENTAL_CHECKPOINTS)).isTrue();
    assertThat(STREAMING.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .startsWith("file:///var/checkpoints");
    assertThat(STREAMING.get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION))
        .isEqualTo(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    assertThat(STREAMING.get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS)).isEqualTo(3);
  }

  @Test
  void checkpoints_arePatient() {
    assertThat(STREAMING.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(Duration.ofSeconds(20));
    assertThat(STREAMING.get(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS))
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(STREAMING.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT))
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(STREAMING.get(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER)).isEqualTo(3);
  }

  /** Unaligned ones would replay records before the watermark that made them on time. */
  @Test
  void checkpoints_areAligned() {
    assertThat(STREAMING.get(CheckpointingOptions.ENABLE_UNALIGNED)).isFalse();
    assertThat(STREAMING.get(TaskManagerOptions.BUFFER_DEBLOAT_ENABLED)).isTrue();
  }

  @Test
  void restarts_areWithoutEndButSlowDown() {
    assertThat(STREAMING.get(RestartStrategyOptions.RESTART_STRATEGY))
        .isEqualTo("exponential-delay");
    assertThat(STREAMING.get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF))
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(STREAMING.get(StateRecoveryOptions.RESTORE_MODE))
        .isEqualTo(RecoveryClaimMode.NO_CLAIM);
  }
}
