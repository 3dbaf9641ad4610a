package dev.weir.flink.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of metrics against what people read, and against the names that are out there. */
class JobMetricTest {
  @Test
  void operations_hasOneRowPerMetric() throws IOException {
    List<String> rows =
        Stream.of(JobMetric.values())
            .map(
                metric ->
                    "| `%s` | %s | %s | %s | %d | %s |"
                        .formatted(
                            metric.id(),
                            metric.kind().name().toLowerCase(Locale.ROOT),
                            metric.unit().id(),
                            String.join(", ", metric.labels()),
                            metric.step(),
                            metric.help()))
            .toList();
    List<String> lines = Files.readAllLines(Path.of("src/docs/operations.md"));
    int header = lines.indexOf("| metric | kind | unit | labels | step | what |");
    assertThat(header).as("the table of metrics in operations.md").isPositive();
    assertThat(lines.subList(header + 2, header + 2 + rows.size())).isEqualTo(rows);
    assertThat(lines.get(header + 2 + rows.size())).as("after the table").isEmpty();
  }

  /** Rules and dashboards of others name these: only ever add. */
  @Test
  void names_areOnlyAdded() {
    assertThat(Stream.of(JobMetric.values()).map(JobMetric::prometheusName))
        .startsWith(
            "flink_taskmanager_job_task_operator_weir_input_outcome_records",
            "flink_taskmanager_job_task_operator_weir_input_reason_dead_letters",
            "flink_taskmanager_job_task_operator_weir_input_event_time_lag_seconds",
            "flink_taskmanager_job_task_operator_weir_kind_windows_judged",
            "flink_taskmanager_job_task_operator_weir_kind_rows_judged",
            "flink_taskmanager_job_task_operator_weir_verdict_verdicts",
            "flink_taskmanager_job_task_operator_weir_kind_notices",
            "flink_taskmanager_job_task_operator_weir_model_severity_alerts_open",
            "flink_taskmanager_job_task_operator_weir_triggers_issued",
            "flink_taskmanager_job_task_operator_weir_triggers_reemitted",
            "flink_taskmanager_job_task_operator_weir_trigger_conflicts",
            "flink_taskmanager_job_task_operator_weir_triggers_waiting",
            "flink_taskmanager_job_task_operator_weir_trigger_wait_seconds",
            "flink_taskmanager_job_task_operator_weir_pending_predictions",
            "flink_taskmanager_job_task_operator_weir_finding_triggers_sighted",
            "flink_taskmanager_job_task_operator_weir_triggers_lost");
  }
}
