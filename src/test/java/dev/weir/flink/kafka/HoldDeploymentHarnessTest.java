package dev.weir.flink.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.flink.state.ControlArrival;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which state a deployment goes on from, and what it says of other. */
class HoldDeploymentHarnessTest {
  private static final int NOW = HoldDeploymentOperator.STATE_FORMAT;

  private static KafkaSettings kafka(String prefix, String deployment) {
    // Nobody listens there: the lease, looked after in the background, only warns.
    return new KafkaSettings(
        "127.0.0.1:1",
        prefix,
        Map.of(),
        Map.of(),
        deployment,
        Duration.ofMinutes(15),
        Duration.ofMinutes(5));
  }

  private static OneInputStreamOperatorTestHarness<ControlArrival, ControlArrival> harness(
      KafkaSettings kafka, int format) throws Exception {
    return new OneInputStreamOperatorTestHarness<>(
        new HoldDeploymentOperator(kafka, format, history("first", false)));
  }

  /** A broker that has seen the deployment, and whose topic of labels has this id. */
  private static KafkaHistory history(String labels, boolean sameOffsets) {
    return new KafkaHistory(
        List.of("its audit topic holds records"),
        new TreeMap<>(Map.of("weir.features", "features", "weir.labels", labels)),
        sameOffsets);
  }

  private static OperatorSubtaskState written(int format) throws Exception {
    try (var first =
        new OneInputStreamOperatorTestHarness<>(
            new HoldDeploymentOperator(
                kafka("weir.", "weir"),
                format,
                new KafkaHistory(List.of(), history("first", false).topics(), false)))) {
      first.open();
      return first.snapshot(1, 1);
    }
  }

  private static void restore(KafkaSettings kafka, int format, OperatorSubtaskState state)
      throws Exception {
    try (var second = harness(kafka, format)) {
      second.initializeState(state);
      second.open();
    }
  }

  /** Goes on from state, if there is any, and returns what it leaves. */
  private static OperatorSubtaskState restore(
      KafkaHistory history, @Nullable OperatorSubtaskState state) throws Exception {
    try (var second =
        new OneInputStreamOperatorTestHarness<>(
            new HoldDeploymentOperator(kafka("weir.", "weir"), history))) {
      if (state != null) {
        second.initializeState(state);
      }
      second.open();
      return second.snapshot(1, 1);
    }
  }

  @Test
  void ownState_isGoneOnFrom() throws Exception {
    restore(kafka("weir.", "weir"), NOW, written(NOW));
  }

  @Test
  void stateOfAnEarlierFormat_isGoneOnFrom() throws Exception {
    restore(kafka("weir.", "weir"), NOW + 1, written(NOW));
  }

  @Test
  void stateOfALaterRelease_isRefused() throws Exception {
    OperatorSubtaskState state = written(NOW + 1);

    assertThatThrownBy(() -> restore(kafka("weir.", "weir"), NOW, state))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("written by a later release (format 2; this one reads up to 1)")
        .hasMessageContaining("before the upgrade");
  }

  @Test
  void stateOfAnotherDeployment_isRefused() throws Exception {
    OperatorSubtaskState state = written(NOW);

    assertThatThrownBy(() -> restore(kafka("weir.", "other"), NOW, state))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("is that of the deployment 'weir' on weir.*")
        .hasMessageContaining("this job is the deployment 'other' on weir.*");
    assertThatThrownBy(() -> restore(kafka("copy.", "weir"), NOW, state))
        .rootCause()
        .hasMessageContaining("this job is the deployment 'weir' on copy.*");
  }

  @Test
  void stateOfTopicsThatWereMadeAnew_isRefused() throws Exception {
    OperatorSubtaskState state = written(NOW);

    assertThatThrownBy(() -> restore(history("second", false), state))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("is that of topics which were made anew since (weir.labels)")
        .hasMessageContaining("--begin-again")
        .hasMessageContaining("--same-offsets");
  }

  @Test
  void stateOfCopiedTopics_isGoneOnFrom_andIsThenTheirs() throws Exception {
    OperatorSubtaskState moved = restore(history("second", true), written(NOW));

    restore(history("second", false), moved);
    assertThatThrownBy(() -> restore(history("first", false), moved))
        .rootCause()
        .hasMessageContaining("made anew");
  }

  /** As of a release before topics were noted, or of a start that did not ask. */
  @Test
  void stateWithoutTopics_isGoneOnFrom() throws Exception {
    restore(history("second", false), restore(KafkaHistory.UNKNOWN, null));
  }

  @Test
  void noState_whereItHasRunBefore_isRefused() throws Exception {
    try (var first = harness(kafka("weir.", "weir"), NOW)) {
      assertThatThrownBy(first::open)
          .isInstanceOf(SuppressRestartsException.class)
          .rootCause()
          .hasMessageContaining("has run before (its audit topic holds records)")
          .hasMessageContaining("--begin-again");
    }
  }
}
