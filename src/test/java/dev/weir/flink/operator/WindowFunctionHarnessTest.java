package dev.weir.flink.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.ProfileSummary;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.Report;
import dev.weir.flink.state.Tags;
import dev.weir.testing.SmallModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows of an hour. Times are in minutes. */
class WindowFunctionHarnessTest {
  private static final long MINUTE = 60_000;

  @TempDir private Path folder;

  @Test
  void window_isReportedOnceWithEverything() throws Exception {
    SmallModel small = new SmallModel(folder, "", "");
    try (Run run = new Run(small)) {
      run.rows(small.model(), 10).rows(small.model(), 59).rows(small.model(), 60).pass(60);
      assertThat(run.reports).containsExactly("[0,60): 2, complete, evidence");
      run.pass(120);
      assertThat(run.reports).last().isEqualTo("[60,120): 1, complete, evidence");
      run.assertNothingKept();
    }
  }

  @Test
  void windowThatAWithdrawalCuts_isReportedAtItsEnd_asNotComplete() throws Exception {
    SmallModel small = new SmallModel(folder, "", "");
    try (Run run = new Run(small)) {
      run.rows(small.model(), 10).hear(SmallModel.withdrawal(9, 30 * MINUTE)).pass(1000);
      assertThat(run.reports).containsExactly("[0,60): 1, evidence");
      assertThat(run.notices).isEmpty();
      run.assertNothingKept();
    }
  }

  @Test
  void longerWindows_beginWithTheNextOfTheirOwn_andNothingIsKeptOfTheShorter() throws Exception {
    SmallModel small = new SmallModel(folder, "", "");
    try (Run run = new Run(small)) {
      SmallModel longer = new SmallModel(folder, "", "", "limits: {max_segments: 7}\n", "2h");
      run.hear(longer.jobFile(5, 150 * MINUTE));
      // From 150 on the new file holds as of 240, where the first of its windows begins.
      run.rows(small.model(), 130).rows(small.model(), 190).rows(longer.model(), 250).pass(1000);
      assertThat(run.reports)
          .containsExactly(
              "[120,180): 1, complete, evidence",
              "[180,240): 1, complete, evidence",
              "[240,360): 1, complete, evidence");
      assertThat(run.notices).isEmpty();
      run.assertNothingKept();
    }
  }

  @Test
  void fileThatChangesWindowsInThePast_stopsNothing_andIsSaid() throws Exception {
    SmallModel small = new SmallModel(folder, "", "");
    try (Run run = new Run(small)) {
      run.rows(small.model(), 10).rows(small.model(), 130);
      SmallModel longer = new SmallModel(folder, "", "", "", "1d");
      run.hear(longer.jobFile(5, 0L)).pass(60);
      run.pass(24 * 60);
      run.pass(10_000);
      assertThat(run.reports).isEmpty();
      assertThat(run.notices).containsExactly("small layout");
      run.assertNothingKept();
    }
  }

  @Test
  void panesOfAnotherLayout_areNotMerged_andSaid() throws Exception {
    SmallModel small = new SmallModel(folder, "", "");
    try (Run run = new Run(small)) {
      run.rows(small.model(), 10);
      SmallModel other = new SmallModel(folder, "", "", "summaries: {bins: 16}\n");
      run.hear(other.jobFile(5, 0L)).hear(other.baseline(6, 0L));
      run.rows(small.model(), 20).rows(other.model(), 30).pass(1000);
      assertThat(run.reports).isEmpty();
      assertThat(run.notices).containsExactly("small layout");
      run.assertNothingKept();
    }
  }

  @Test
  void whatWasHeard_isWrittenByOneTask_andKnownToAllAfterwards() throws Exception {
    SmallModel small = new SmallModel(folder, "", "");
    SmallModel longer = new SmallModel(folder, "", "", "limits: {max_segments: 7}\n", "2h");
    OperatorSubtaskState written;
    try (Run first = new Run(small, 0, 2, null);
        Run second = new Run(small, 1, 2, null)) {
      written =
          AbstractStreamOperatorTestHarness.repackageState(
              first.hear(longer.jobFile(5, 150 * MINUTE)).snapshot(),
              second.hear(longer.jobFile(5, 150 * MINUTE)).snapshot());
      assertThat(second.snapshot().getManagedOperatorState().getStateSize())
          .isLessThan(first.snapshot().getManagedOperatorState().getStateSize() / 2);
    }
    for (int task = 0; task < 3; task++) {
      OperatorSubtaskState own =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(written, 3, 2, 3, task);
      // Run as one task alone, so that any key is its own.
      try (Run restored = new Run(small, 0, 1, own)) {
        restored.rows(longer.model(), 250).pass(1000);
        assertThat(restored.reports)
            .as("task %d", task)
            .containsExactly("[240,360): 1, complete, evidence");
      }
    }
  }

  /** Feeds parts of profiles, and time, to one function. */
  private static final class Run implements AutoCloseable {
    private final KeyedTwoInputStreamOperatorTestHarness<String, Part, ControlRecord, Report>
        harness;
    private final List<Model> models = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    Run(SmallModel small) throws Exception {
      this(small, 0, 1, null);
    }

    Run(SmallModel small, int task, int tasks, @Nullable OperatorSubtaskState state)
        throws Exception {
      harness =
          new KeyedTwoInputStreamOperatorTestHarness<>(
              new CoBroadcastWithKeyedOperator<>(
                  new WindowFunction(small.snapshot()), List.of(ModelBook.BROADCAST)),
              Part::key,
              control -> ownKey(task, tasks),
              Types.STRING,
              tasks,
              tasks,
              task);
      harness.setup(
          Report.TYPE.createSerializer(harness.getExecutionConfig().getSerializerConfig()));
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
      harness.processWatermark2(Watermark.MAX_WATERMARK);
    }

    /** A broadcast has no key, but the harness wants one that belongs to the task. */
    private static String ownKey(int task, int tasks) {
      int key = 0;
      while (KeyGroupRangeAssignment.assignKeyToParallelOperator(String.valueOf(key), tasks, tasks)
          != task) {
        key++;
      }
      return String.valueOf(key);
    }

    /** One prediction at this minute, counted under this model. */
    Run rows(Model model, long minute) throws Exception {
      models.add(model);
      ProfileSummary summary = new ProfileSummary(model.profileLayout());
      summary.addPrediction(SmallModel.prediction("a" + minute, minute * MINUTE, 0.5, null));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      summary.encode(new DataOutputStream(bytes));
      long pane = model.borders().paneStart(minute * MINUTE);
      Part part =
          new Part(
              Part.Kind.PROFILE,
              SmallModel.ID,
              "v1",
              null,
              model.layoutId(),
              pane,
              pane,
              bytes.toByteArray());
      harness.processElement1(new StreamRecord<>(part, pane));
      return this;
    }

    /** A control record, and the checkpoint that takes it up. */
    Run hear(ControlRecord control) throws Exception {
      harness.processElement2(new StreamRecord<>(control));
      harness.snapshot(1, 1);
      return this;
    }

    OperatorSubtaskState snapshot() throws Exception {
      return harness.snapshot(2, 2);
    }

    /** Event time has passed everything before this minute. */
    Run pass(long minute) throws Exception {
      harness.processWatermark1(new Watermark(minute * MINUTE - 1));
      for (Report report : harness.extractOutputValues()) {
        reports.add(
            "[%d,%d): %d%s%s"
                .formatted(
                    report.windowStart() / MINUTE,
                    report.windowEnd() / MINUTE,
                    predictions(report),
                    report.complete() ? ", complete" : "",
                    report.evidence() ? ", evidence" : ""));
      }
      harness.getOutput().clear();
      Queue<StreamRecord<Judgement>> said = harness.getSideOutput(Tags.JUDGEMENTS);
      while (said != null && !said.isEmpty()) {
        Judgement judgement = said.poll().getValue();
        notices.add(judgement.modelId() + " " + judgement.notices().get(0).subject());
      }
      return this;
    }

    private long predictions(Report report) throws Exception {
      for (Model model : models) {
        if (model.layoutId().equals(report.layoutId())) {
          return ProfileSummary.decode(
                  new DataInputStream(new ByteArrayInputStream(report.payload())),
                  model.profileLayout())
              .predictionRows();
        }
      }
      throw new AssertionError("a layout that nobody counted with");
    }

    void assertNothingKept() {
      assertThat(harness.numKeyedStateEntries()).as("keyed entries").isZero();
      assertThat(harness.numEventTimeTimers()).as("timers").isZero();
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
