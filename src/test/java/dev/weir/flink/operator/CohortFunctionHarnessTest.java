package dev.weir.flink.operator;

import static dev.weir.testing.SmallModel.prediction;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.CohortSummary;
import dev.weir.event.Event;
import dev.weir.event.Outcome;
import dev.weir.event.PairingChange;
import dev.weir.flink.state.CohortPane;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.OutcomeGatherer;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.Report;
import dev.weir.flink.state.Tags;
import dev.weir.testing.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows of an hour, horizon of three, corrections for two. Times are in minutes. */
class CohortFunctionHarnessTest {
  private static final long MINUTE = 60_000;

  @TempDir private Path folder;

  @Test
  void cohort_isProvisionalAtPowersOfTwoThenFinalThenCorrected() throws Exception {
    try (Run run = new Run(new SmallModel(folder, "", ""), null)) {
      run.predict("a", 10).predict("b", 20).label("a", 10, 90);
      run.pass(119);
      assertThat(run.reports).as("not before an age of one hour").isEmpty();
      run.pass(120);
      run.pass(180);
      run.pass(240);
      run.label("b", 20, 270).pass(300);
      assertThat(run.reports)
          .containsExactly(
              "[0,60) at 120 revision 0: 1 of 2",
              "[0,60) at 240 revision 1: 1 of 2, complete, evidence",
              "[0,60) at 300 revision 2: 2 of 2, complete");
      run.pass(359);
      assertThat(run.harness.numKeyedStateEntries()).isPositive();
      run.pass(360);
      run.assertNothingKept();
    }
  }

  @Test
  void cohort_withEnoughLabels_isFinalAtTheNextBorder() throws Exception {
    try (Run run = new Run(new SmallModel(folder, "", ""), null)) {
      run.predict("a", 10).label("a", 10, 30).pass(60);
      assertThat(run.reports)
          .containsExactly("[0,60) at 60 revision 0: 1 of 1, complete, evidence");
      run.pass(1000);
      run.assertNothingKept();
      assertThat(run.reports).hasSize(1);
    }
  }

  @Test
  void cohort_whereNoLabelIsAClass_isNeverFinalEarly() throws Exception {
    try (Run run = new Run(new SmallModel(folder, ", absent: negative", ""), null)) {
      run.predict("a", 10).label("a", 10, 30).pass(1000);
      assertThat(run.reports)
          .containsExactly(
              "[0,60) at 120 revision 0: 1 of 1",
              "[0,60) at 240 revision 1: 1 of 1, complete, evidence");
    }
  }

  @Test
  void cohorts_becomeFinalInTheOrderOfTheirWindows() throws Exception {
    try (Run run = new Run(new SmallModel(folder, "", ""), null)) {
      run.predict("a", 10).predict("b", 70).label("b", 70, 75).pass(1000);
      assertThat(run.reports)
          .containsExactly(
              "[0,60) at 120 revision 0: 0 of 1",
              "[60,120) at 180 revision 0: 1 of 1",
              "[0,60) at 240 revision 1: 0 of 1, complete, evidence",
              "[60,120) at 240 revision 1: 1 of 1, complete, evidence");
      run.assertNothingKept();
    }
  }

  @Test
  void cohort_thatComesAfterALaterFinalOne_givesNoEvidence() throws Exception {
    try (Run run = new Run(new SmallModel(folder, "", ""), null)) {
      run.predict("b", 70).label("b", 70, 75).pass(120);
      run.count("a", 10, 130, null, 1).pass(1000);
      assertThat(run.reports)
          .containsExactly(
              "[60,120) at 120 revision 0: 1 of 1, complete, evidence",
              "[0,60) at 180 revision 0: 0 of 1, complete");
      run.assertNothingKept();
    }
  }

  @Test
  void cohort_isFinalAtTheHorizonItself_whereThatIsNoBorder() throws Exception {
    try (Run run = new Run(new SmallModel(folder, "", ", slide: 1h, offset: 20m"), null)) {
      // Borders at 20, 80, 140, ...
      run.predict("a", 30).label("a", 30, 50).pass(80);
      assertThat(run.reports)
          .containsExactly("[20,80) at 80 revision 0: 1 of 1, complete, evidence");
    }
    SmallModel model = new SmallModel(folder, ", horizon: 150m", "");
    try (Run run = new Run(model, null)) {
      run.predict("a", 10).predict("b", 20).predict("c", 30);
      run.label("a", 10, 205).label("b", 20, 209).label("c", 30, 211).pass(1000);
      assertThat(run.reports)
          .containsExactly(
              "[0,60) at 120 revision 0: 0 of 3",
              "[0,60) at 210 revision 1: 2 of 3, complete, evidence",
              "[0,60) at 240 revision 2: 3 of 3, complete");
      run.assertNothingKept();
    }
  }

  @Test
  void slidingCohorts_shareTheirPanes_andOnlyTumblingOnesGiveEvidence() throws Exception {
    try (Run run = new Run(new SmallModel(folder, "", ", slide: 30m"), null)) {
      run.predict("a", 10).predict("b", 40).label("a", 10, 20).label("b", 40, 50).pass(1000);
      assertThat(run.reports)
          .containsExactly(
              "[-30,30) at 30 revision 0: 1 of 1, complete",
              "[0,60) at 60 revision 0: 2 of 2, complete, evidence",
              "[30,90) at 90 revision 0: 1 of 1, complete");
      run.assertNothingKept();
    }
  }

  @Test
  void cohort_ofWhichEverythingIsTakenBack_isReportedAsEmptyOnlyIfSomethingWasSaid()
      throws Exception {
    try (Run run = new Run(new SmallModel(folder, "", ""), null)) {
      run.count("a", 10, 10, null, 1).count("a", 10, 40, null, -1);
      run.count("b", 70, 70, null, 1).count("b", 70, 200, null, -1).pass(1000);
      assertThat(run.reports)
          .containsExactly(
              "[60,120) at 180 revision 0: 0 of 1",
              "[60,120) at 240 revision 1: 0 of 0",
              "[60,120) at 300 revision 2: 0 of 0, complete, evidence");
      run.assertNothingKept();
    }
  }

  @Test
  void cohortThatAWithdrawalCuts_isShownToItsEnd_andGivesNoEvidence() throws Exception {
    try (Run run = new Run(new SmallModel(folder, "", ""), null)) {
      run.predict("a", 10).predict("b", 20).label("a", 10, 90);
      run.hear(SmallModel.withdrawal(9, 30 * MINUTE)).pass(1000);
      assertThat(run.reports)
          .containsExactly("[0,60) at 120 revision 0: 1 of 2", "[0,60) at 240 revision 1: 1 of 2");
      assertThat(run.notices).isEmpty();
      run.assertNothingKept();
    }
  }

  @Test
  void partOfAnotherLayout_isNotMergedAndSaid() throws Exception {
    try (Run run = new Run(new SmallModel(folder, "", ""), null)) {
      run.predict("a", 10);
      // What is in force for a pane changes when part of it was counted already.
      SmallModel other = new SmallModel(folder, ", absent: negative", "");
      run.hear(other.jobFile(5, 0L)).hear(other.baseline(6, 0L));
      run.predict("b", 20).pass(1000);
      assertThat(run.reports).isEmpty();
      assertThat(run.notices).isNotEmpty().allMatch(text -> text.startsWith("small layout"));
      run.assertNothingKept();
    }
  }

  @Test
  void parts_inAnyOrderWithACrashBetween_giveTheSameReports() throws Exception {
    SmallModel model = new SmallModel(folder, "", "");
    List<String> expected;
    try (Run run = new Run(model, null)) {
      run.predict("a", 10).predict("b", 20).label("a", 10, 90).label("b", 20, 250).pass(1000);
      expected = run.reports;
    }
    Run run = new Run(model, null);
    run.label("b", 20, 250).predict("b", 20);
    run = run.crash(model);
    run.predict("a", 10).label("a", 10, 90).pass(130);
    run = run.crash(model);
    run.pass(1000);
    assertThat(run.reports).isEqualTo(expected).hasSize(3);
    run.assertNothingKept();
    run.close();
  }

  /** Feeds what pairing counts, and time, to one function. */
  private static final class Run implements AutoCloseable {
    private final KeyedTwoInputStreamOperatorTestHarness<String, Part, ControlRecord, Report>
        harness;
    private final Model model;
    private final List<String> reports = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    Run(SmallModel small, @Nullable OperatorSubtaskState state) throws Exception {
      model = small.model();
      harness =
          new KeyedTwoInputStreamOperatorTestHarness<>(
              new CoBroadcastWithKeyedOperator<>(
                  new CohortFunction(small.snapshot()), List.of(ModelBook.BROADCAST)),
              Part::key,
              control -> "",
              Types.STRING);
      harness.setup(
          Report.TYPE.createSerializer(harness.getExecutionConfig().getSerializerConfig()));
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
      harness.processWatermark2(Watermark.MAX_WATERMARK);
    }

    Run predict(String id, long minute) throws Exception {
      return count(id, minute, minute, null, 1);
    }

    Run label(String id, long minute, long known) throws Exception {
      count(id, minute, known, null, -1);
      return count(id, minute, known, new Outcome.Known("1", null, known * MINUTE), 1);
    }

    Run count(String id, long minute, long known, Outcome.@Nullable Known label, int sign)
        throws Exception {
      List<Part> parts = new ArrayList<>();
      OutcomeGatherer gatherer = new OutcomeGatherer(parts::add);
      Outcome outcome = Outcome.of(prediction(id, minute * MINUTE, 0.5, null)).with(label);
      gatherer.add(
          new PairingChange(
              PairingChange.Kind.COHORT,
              SmallModel.ID,
              "v1",
              minute * MINUTE,
              known * MINUTE,
              outcome,
              Event.Input.PREDICTIONS,
              true,
              null,
              null,
              sign),
          model);
      gatherer.flush(Long.MAX_VALUE);
      for (Part part : parts) {
        harness.processElement1(new StreamRecord<>(part, part.pane()));
      }
      return this;
    }

    /** A control record, and the checkpoint that takes it up. */
    Run hear(ControlRecord control) throws Exception {
      harness.processElement2(new StreamRecord<>(control));
      harness.snapshot(1, 1);
      return this;
    }

    /** Event time has passed everything before this minute. */
    Run pass(long minute) throws Exception {
      harness.processWatermark1(new Watermark(minute * MINUTE - 1));
      for (Report report : harness.extractOutputValues()) {
        CohortSummary summary = CohortPane.summary(report.payload(), model.cohortLayout());
        reports.add(
            "[%d,%d) at %d revision %d: %d of %d%s%s"
                .formatted(
                    report.windowStart() / MINUTE,
                    report.windowEnd() / MINUTE,
                    report.tick() / MINUTE,
                    report.revision(),
                    summary.labelled(),
                    summary.issued(),
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

    Run crash(SmallModel small) throws Exception {
      OperatorSubtaskState state = harness.snapshot(1, 1);
      harness.close();
      Run next = new Run(small, state);
      next.reports.addAll(reports);
      return next;
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
