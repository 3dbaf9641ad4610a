package dev.weir.decide;

import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.brier;
import static dev.weir.decide.TestingModel.drift;
import static dev.weir.decide.TestingModel.series;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.event.Control.Action;
import dev.weir.event.Control.RunState;
import dev.weir.event.WeirId;
import dev.weir.monitor.PlainRule;
import dev.weir.monitor.PlainRule.Comparison;
import dev.weir.monitor.Rule;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A busy fortnight of one model: everything that the ledger can remember happens in it. */
class ModelLedgerTest {
  private static final int HOURS = 14 * 24;

  private static TestingModel busyModel() {
    TestingModel model = new TestingModel();
    model.driftRules.add(new PlainRule("psi", Comparison.GREATER, 0.2, 2, List.of(), false, null));
    model.policies.add(
        new RetrainingPolicy(
            "retrain",
            "performance.alert",
            facts -> facts.monitors().get("performance").alert(),
            Duration.ofHours(48),
            2,
            Duration.ofDays(30),
            1000,
            100,
            0.05,
            0.05,
            Duration.ofDays(60),
            Duration.ofHours(24),
            2,
            false,
            true,
            Map.of()));
    return model;
  }

  private static void fill(TestingModel model, int hour, String lastTrigger) {
    long tick = START + hour * HOUR;
    SplittableRandom random = new SplittableRandom(hour);
    for (int feature = 0; feature < 4; feature++) {
      boolean changed = (hour / 20 + feature) % 3 == 0;
      long hits = (changed ? 130 : 80) + random.nextInt(30);
      model.window(drift("f" + feature), tick, hits);
      model.shown(series("drift", "psi", "f" + feature), tick, random.nextDouble() * 0.35);
    }
    model.window(brier(), tick, hour % 100 > 60 ? 150 : 90);
    model.labels(tick, 40, 400);
    if (hour % 37 == 5) {
      model.feedback(
          "fb" + hour,
          Action.ACKNOWLEDGE,
          DecisionIds.fingerprint(drift("f1"), Rule.EVIDENCE),
          tick - 1000);
    }
    if (hour % 50 == 3) {
      model.notices.add(
          new SystemNotice(SystemNotice.Kind.DEAD_LETTERS, "labels", true, "5 % cannot be read"));
    }
    if (lastTrigger != null && hour % 90 == 70) {
      model.status(lastTrigger, RunState.FAILED, tick - 500);
    }
    if (hour == 200) {
      // These findings were still judged under the configuration before.
      model.configHash = "c0ffee0000000002";
    }
  }

  private static List<String> run(int crashEvery, long shuffleSeed) {
    TestingModel model = busyModel();
    Random shuffle = new Random(shuffleSeed);
    List<String> history = new ArrayList<>();
    String lastTrigger = null;
    for (int hour = 0; hour < HOURS; hour++) {
      fill(model, hour, lastTrigger);
      if (shuffleSeed != 0) {
        Collections.shuffle(model.findings, shuffle);
        Collections.shuffle(model.labels, shuffle);
        Collections.shuffle(model.controls, shuffle);
      }
      List<Output> outputs = model.decide(START + hour * HOUR);
      for (Output.RetrainingTrigger trigger : TestingModel.triggers(outputs)) {
        lastTrigger = trigger.triggerId();
      }
      history.add(textOf(outputs));
      if (crashEvery > 0 && hour % crashEvery == 0) {
        model.crash();
      }
    }
    return history;
  }

  /** All that was said at a tick; the counts of findings are arrays and left out. */
  private static String textOf(List<Output> outputs) {
    return outputs.toString().replaceAll("counts=\\[B@[0-9a-f]+", "");
  }

  private static void assertSame(List<String> one, List<String> other) {
    for (int hour = 0; hour < HOURS; hour++) {
      assertThat(one.get(hour)).as("hour %d", hour).isEqualTo(other.get(hour));
    }
  }

  @Test
  void aCrashAfterEveryTick_changesNothing() {
    List<String> whole = run(0, 0);
    assertSame(run(1, 0), whole);
    // The fortnight must be worth the test.
    assertThat(String.join("", whole))
        .contains(
            "ALERT_FIRED",
            "ALERT_RESOLVED",
            "ALERT_ACKNOWLEDGED",
            "TRIGGER_EMITTED",
            "TRIGGER_ANSWERED",
            "TRIGGER_SUPPRESSED",
            "status=PENDING",
            "dead_letters");
  }

  @Test
  void theOrderInsideATick_meansNothing() {
    List<String> sorted = run(0, 0);
    assertSame(run(0, 7), sorted);
    assertSame(run(3, 8), sorted);
  }

  @Test
  void bytes_areReproducible() {
    TestingModel one = busyModel();
    TestingModel other = busyModel();
    for (int hour = 0; hour < 120; hour++) {
      fill(one, hour, null);
      one.decide(START + hour * HOUR);
      fill(other, hour, null);
      other.decide(START + hour * HOUR);
      other.crash();
    }
    assertThat(other.bytes()).isEqualTo(one.bytes());
  }

  /** Frozen in format 1: a ledger of a release must be read by all later ones. */
  @Test
  void bytes_areFrozen() {
    TestingModel model = busyModel();
    for (int hour = 0; hour < 120; hour++) {
      fill(model, hour, null);
      model.decide(START + hour * HOUR);
    }
    byte[] bytes = model.bytes();
    assertThat(bytes[0]).isEqualTo((byte) 1);
    String fingerprint = DecisionIds.fingerprint(drift("f1"), Rule.EVIDENCE);
    byte[] ofSeries = model.store.bytes.get(drift("f1").id());
    byte[] ofAlert = model.store.bytes.get("alert:" + fingerprint);
    assertThat(List.of(bytes, ofSeries, ofAlert))
        .extracting(WeirId::sha256)
        .containsExactly(
            "ad65156fd4ded97ab00e4c32a5a193df4286b4b2a563f2ddd6447e9c40f7f5ea",
            "c265705ada219a5dff9205b746a27e9655ddec1513a61b63e4d7c7659d4b2d16",
            "9a9c380ccdd7506b7b551975cd4072af7d3d8f2298392f89220ce464e7f2c032");
  }

  @Test
  void otherFormat_isRefused() {
    assertThatThrownBy(
            () ->
                ModelLedger.decode(
                    new DataInputStream(new ByteArrayInputStream(new byte[] {2})),
                    new TestingModel.MapStore()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 2");
  }

  @Test
  void truncatedBytes_areRefused() {
    TestingModel model = busyModel();
    fill(model, 0, null);
    model.decide(START);
    byte[] bytes = model.bytes();
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] part = java.util.Arrays.copyOf(bytes, length);
      assertThatThrownBy(
              () ->
                  ModelLedger.decode(
                      new DataInputStream(new ByteArrayInputStream(part)),
                      new TestingModel.MapStore()))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class);
    }
  }
}
