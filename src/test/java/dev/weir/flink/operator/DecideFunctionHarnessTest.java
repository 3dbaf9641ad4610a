package dev.weir.flink.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.decide.LabelCount;
import dev.weir.decide.TriggerWatch;
import dev.weir.event.Control;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.OutputType;
import dev.weir.flink.state.Tags;
import dev.weir.testing.SmallModel;
import dev.weir.wire.OutputRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the decision makes of records on the trigger topic. Times are in hours; a trigger that a
 * person asks for at hour 1 expires at hour 25.
 */
class DecideFunctionHarnessTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long HOUR = SmallModel.HOUR;
  private static final long START = 1_767_312_000_000L; // 2026-01-02T00:00:00Z
  private static final long CLOCK = START + 2 * HOUR;
  private static final int DAY_AFTER = 26;

  @TempDir private Path folder;
  private SmallModel small;

  @BeforeEach
  void model() throws Exception {
    small =
        new SmallModel(
            folder,
            "",
            "",
            "retraining: [{name: retrain, when: performance.alert, min_labels: 1000}]\n");
  }

  @Test
  void triggerThatWasReadBack_isNoNews_andForgottenAtItsExpiry() throws Exception {
    try (Run run = new Run(small)) {
      OutputRecord trigger = run.request(1).pass(1).trigger();
      run.sight(trigger).sight(trigger).pass(2);
      assertThat(run.notices).isEmpty();
      run.checkpoints(10).pass(DAY_AFTER).checkpoints(10).wait(10).sight(trigger).pass(30);
      assertThat(run.notices).isEmpty();
      run.assertNothingWatched();
    }
  }

  @Test
  void otherBytesUnderOurId_areAnAlertAtOnce_beforeAndAfterOursWereSeen() throws Exception {
    try (Run run = new Run(small)) {
      OutputRecord trigger = run.request(1).pass(1).trigger();
      OutputRecord forged = changed(trigger, "\"dry_run\":true", "\"dry_run\":false");
      run.sight(forged).pass(2);
      assertThat(run.notices).containsExactly("trigger_conflict CRITICAL FIRING");
      run.sight(trigger).sight(forged).pass(3);
      assertThat(run.notices).as("one alert for each id").hasSize(1);
    }
  }

  @Test
  void triggerOfSomebodyElse_isAnAlertAtOnce_howeverManyThereAre() throws Exception {
    try (Run run = new Run(small)) {
      OutputRecord trigger = run.request(1).pass(1).trigger();
      run.sight(trigger);
      for (int i = 0; i < 50; i++) {
        run.sight(changed(trigger, "rt-", "rt-forged-" + i + "-"));
      }
      run.pass(2);
      assertThat(run.notices).containsExactly("trigger_unknown CRITICAL FIRING");
    }
  }

  @Test
  void forgedTriggerOfTheFuture_isAnAlertAtOnce_andOneOfSoonWhenItsTimeHasCome() throws Exception {
    try (Run run = new Run(small)) {
      OutputRecord trigger = run.request(1).pass(1).trigger();
      String decided = JSON.readTree(trigger.value()).get("decided_at").asText();
      run.sight(changed(trigger, decided, "2026-01-02T02:30:00.000Z", "rt-", "rt-x")).pass(2);
      assertThat(run.notices).as("it could be ours, of a run that was further").isEmpty();
      run.pass(3);
      assertThat(run.notices).containsExactly("trigger_unknown CRITICAL FIRING");
    }
    try (Run run = new Run(small)) {
      OutputRecord trigger = run.request(1).pass(1).trigger();
      String decided = JSON.readTree(trigger.value()).get("decided_at").asText();
      run.sight(changed(trigger, decided, "2027-01-01T00:00:00.000Z", "rt-", "rt-x")).pass(2);
      assertThat(run.notices).containsExactly("trigger_unknown CRITICAL FIRING");
    }
  }

  /** As after a start from older state: our own later triggers are on the topic already. */
  @Test
  void triggerThatIsReadBackBeforeItIsDecided_isOurs() throws Exception {
    OutputRecord trigger;
    try (Run run = new Run(small)) {
      trigger = run.request(1).pass(1).trigger();
    }
    try (Run run = new Run(small)) {
      run.sight(trigger).pass(0).request(1).pass(1);
      assertThat(run.trigger().value()).isEqualTo(trigger.value());
      run.pass(DAY_AFTER).checkpoints(10).wait(10).pass(30);
      assertThat(run.notices).isEmpty();
      run.assertNothingWatched();
    }
  }

  @Test
  void expiredTriggerOfNobody_isOnlyCounted() throws Exception {
    try (Run run = new Run(small)) {
      OutputRecord trigger = run.request(1).pass(1).trigger();
      run.sight(trigger).pass(DAY_AFTER).sight(changed(trigger, "rt-", "rt-old")).pass(30);
      assertThat(run.notices).isEmpty();
    }
  }

  @Test
  void triggerNeverReadBack_isLostOnlyAfterFurtherCheckpoints_andThenAudited() throws Exception {
    try (Run run = new Run(small)) {
      OutputRecord trigger = run.request(1).pass(1).trigger();
      run.checkpoints(10).pass(DAY_AFTER).wait(2);
      run.checkpoints(TriggerWatch.PATIENCE - 1).wait(2).pass(27);
      assertThat(run.notices).as("it may still be read back").isEmpty();
      run.checkpoints(1).wait(2).pass(28);
      assertThat(run.notices).containsExactly("trigger_lost CRITICAL FIRING");
      String id = JSON.readTree(trigger.value()).get("trigger_id").asText();
      assertThat(run.audit).contains("TRIGGER_EMITTED " + id, "TRIGGER_EXPIRED " + id);
      run.assertNothingWatched();
    }
  }

  @Test
  void triggerReadBackLate_isNotLost() throws Exception {
    try (Run run = new Run(small)) {
      OutputRecord trigger = run.request(1).pass(1).trigger();
      run.pass(DAY_AFTER).wait(2).checkpoints(TriggerWatch.PATIENCE - 1).wait(2);
      run.sight(trigger).checkpoints(9).wait(2).pass(28);
      assertThat(run.notices).isEmpty();
      run.assertNothingWatched();
    }
  }

  @Test
  void restart_keepsWhatWasWritten() throws Exception {
    OutputRecord trigger;
    OperatorSubtaskState state;
    try (Run run = new Run(small)) {
      trigger = run.request(1).pass(1).trigger();
      state = run.harness.snapshot(99, 99);
    }
    try (Run run = new Run(small, state)) {
      run.sight(changed(trigger, "\"dry_run\":true", "\"dry_run\":false")).pass(2);
      assertThat(run.notices).containsExactly("trigger_conflict CRITICAL FIRING");
    }
  }

  @Test
  void whatIsNoTrigger_disturbsNobody() throws Exception {
    try (Run run = new Run(small)) {
      OutputRecord trigger = run.request(1).pass(1).trigger();
      for (String bytes : List.of("", "{", "{}", "[1]", "{\"trigger_id\": 1}", "null")) {
        run.sight(
            new OutputRecord("retraining-triggers", new byte[0], bytes.getBytes(UTF_8), Map.of()));
      }
      run.sight(changed(trigger, "small", "a model that nobody has"));
      run.sight(changed(trigger, "small", "m".repeat(100_000)));
      run.sight(trigger).pass(2);
      assertThat(run.notices).isEmpty();
    }
  }

  private static OutputRecord changed(OutputRecord trigger, String... fromTo) {
    String text = new String(trigger.value(), UTF_8);
    for (int i = 0; i < fromTo.length; i += 2) {
      assertThat(text).contains(fromTo[i]);
      text = text.replace(fromTo[i], fromTo[i + 1]);
    }
    return new OutputRecord(trigger.topicSuffix(), trigger.key(), text.getBytes(UTF_8), Map.of());
  }

  /** Feeds judgements, sightings and time to one function. */
  private static final class Run implements AutoCloseable {
    private final KeyedTwoInputStreamOperatorTestHarness<
            String, Judgement, ControlRecord, OutputRecord>
        harness;
    private final SightTriggersFunction eyes = new SightTriggersFunction();
    private final List<String> notices = new ArrayList<>();
    private final List<String> audit = new ArrayList<>();
    private long checkpoint;

    Run(SmallModel small) throws Exception {
      this(small, null);
    }

    Run(SmallModel small, OperatorSubtaskState state) throws Exception {
      harness =
          new KeyedTwoInputStreamOperatorTestHarness<>(
              new CoBroadcastWithKeyedOperator<>(
                  new DecideFunction(small.snapshot(), "test", true), List.of(ModelBook.BROADCAST)),
              Judgement::modelId,
              control -> "",
              Types.STRING);
      harness.setup(
          OutputType.TYPE.createSerializer(harness.getExecutionConfig().getSerializerConfig()));
      if (state != null) {
        harness.initializeState(state);
      }
      harness.setProcessingTime(CLOCK);
      harness.open();
      harness.processWatermark2(Watermark.MAX_WATERMARK);
    }

    /** A person asks for retraining, and enough labels are there. */
    Run request(int hour) throws Exception {
      long time = START + hour * HOUR;
      Judgement judgement =
          new Judgement(
              SmallModel.ID,
              time,
              "wish",
              List.of(),
              List.of(
                  new LabelCount(
                      "v1", time - HOUR, time, 5000, 5000, Map.of("0", 2500L, "1", 2500L))),
              List.of(
                  new Control.Feedback(
                      "wish",
                      SmallModel.ID,
                      Control.Action.REQUEST,
                      "retrain",
                      time,
                      "user:me",
                      "because",
                      null,
                      Map.of(),
                      null,
                      null)),
              List.of(),
              List.of(),
              null);
      harness.processElement1(new StreamRecord<>(judgement));
      return this;
    }

    Run sight(OutputRecord record) throws Exception {
      harness.processElement1(new StreamRecord<>(eyes.map(record)));
      return this;
    }

    Run checkpoints(int completed) throws Exception {
      for (int i = 0; i < completed; i++) {
        checkpoint++;
        harness.snapshot(checkpoint, checkpoint);
        harness.notifyOfCompletedCheckpoint(checkpoint);
      }
      return this;
    }

    /** So many seconds pass on the clock. */
    Run wait(int seconds) throws Exception {
      harness.setProcessingTime(harness.getProcessingTime() + seconds * 1_000L);
      return this;
    }

    /** Event time has come to this hour. What is said for want of a time comes with the next. */
    Run pass(int hour) throws Exception {
      harness.processWatermark1(new Watermark(START + hour * HOUR));
      for (OutputRecord record : harness.extractOutputValues()) {
        JsonNode json = JSON.readTree(record.value());
        if (record.topicSuffix().equals("alerts")) {
          notices.add(
              json.at("/labels/metric").asText()
                  + " "
                  + json.get("severity").asText()
                  + " "
                  + json.get("status").asText());
        } else if (record.topicSuffix().equals("audit")) {
          audit.add(json.get("action").asText() + " " + json.get("object_id").asText());
        }
      }
      harness.getOutput().clear();
      return this;
    }

    OutputRecord trigger() {
      Queue<StreamRecord<OutputRecord>> triggers = harness.getSideOutput(Tags.TRIGGERS);
      assertThat(triggers).as("triggers; audit: %s", audit).hasSize(1);
      return triggers.element().getValue();
    }

    void assertNothingWatched() {
      assertThat(harness.numEventTimeTimers()).as("timers of event time").isZero();
      assertThat(harness.numProcessingTimeTimers()).as("timers of the clock").isZero();
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
