package dev.weir.flink.operator;

import static dev.weir.testing.SmallModel.HOUR;
import static dev.weir.testing.SmallModel.features;
import static dev.weir.testing.SmallModel.label;
import static dev.weir.testing.SmallModel.prediction;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.EarlyLossSummary;
import dev.weir.baseline.ProfileSummary;
import dev.weir.event.Event;
import dev.weir.event.PairInput;
import dev.weir.flink.state.CohortPane;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.CountChange;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.Tags;
import dev.weir.testing.SmallModel;
import dev.weir.wire.OutputRecord;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairOperatorHarnessTest {
  @TempDir private static Path folder;
  private static SmallModel small;
  private static Model model;

  @BeforeAll
  static void loadModel() throws Exception {
    small = new SmallModel(folder, "", "");
    model = small.model();
  }

  @Test
  void outcomes_areGatheredPerSegmentPaneAndTimeOfBecomingKnown() throws Exception {
    try (Run run = new Run(null)) {
      run.arrive(prediction("a", 600_000, 0.25, "web"), prediction("b", 700_000, 0.75, "moon"));
      run.arrive(label("a", HOUR + 1, "1", 0, false));
      run.pass(Long.MAX_VALUE);
      assertThat(run.sums())
          .isEqualTo(
              Map.of(
                  "COHORT null 0@0", "issued 2 labelled 0",
                  "COHORT null 0@1", "issued 0 labelled 1",
                  "COHORT channel=web 0@0", "issued 1 labelled 0",
                  "COHORT channel=web 0@1", "issued 0 labelled 1",
                  "COHORT channel=__other__ 0@0", "issued 1 labelled 0",
                  "EARLY_LOSS null 0@0", "n 2 labelled 0",
                  "EARLY_LOSS channel=web 0@0", "n 1 labelled 0",
                  "EARLY_LOSS channel=__other__ 0@0", "n 1 labelled 0"));
      assertThat(run.counts)
          .isEqualTo(Map.of("labels USED", 1L, "predictions USED", 1L, "predictions EXPIRED", 1L));
      run.assertNothingKept();
    }
  }

  @Test
  void segments_thatFeaturesTell_countOnceTheyAreKnown() throws Exception {
    try (Run run = new Run(null)) {
      run.arrive(prediction("a", 600_000, 0.25, null));
      run.pass(HOUR - 1);
      assertThat(run.sums().keySet()).doesNotContain("COHORT channel=shop 0@0");
      run.arrive(features("a", HOUR + 5, "shop"));
      run.pass(Long.MAX_VALUE);
      assertThat(run.sums())
          .containsEntry("COHORT null 0@0", "issued 1 labelled 0")
          .containsEntry("COHORT channel=shop 0@1", "issued 1 labelled 0")
          .containsEntry("EARLY_LOSS channel=__other__ 0@0", "n 1 labelled 0");
    }
  }

  @Test
  void copies_areCountedInTheWindowThatCountedThem() throws Exception {
    try (Run run = new Run(null)) {
      run.arrive(
          prediction("a", 600_000, 0.25, "web"),
          prediction("a", HOUR + 1, 0.25, "web"),
          prediction("a", HOUR + 1, 0.25, "web"),
          features("a", 600_000, "web"),
          features("a", 600_000, "web"));
      run.pass(Long.MAX_VALUE);
      assertThat(run.sums())
          .containsEntry("PROFILE null 0@0", "features 1 predictions 0")
          .containsEntry("PROFILE null 1@1", "features 0 predictions 2")
          .containsEntry("PROFILE channel=web 1@1", "features 0 predictions 2")
          .containsEntry("COHORT null 0@0", "issued 1 labelled 0")
          .doesNotContainKey("COHORT null 1@1");
      assertThat(run.counts)
          .containsEntry("predictions DUPLICATE", 2L)
          .containsEntry("features DUPLICATE", 1L);
    }
  }

  @Test
  void label_beforeItsPrediction_leavesAsADeadLetterWithItsPlace() throws Exception {
    try (Run run = new Run(null)) {
      run.arrive(label("a", 1000, "1", 0, false), prediction("a", 2000, 0.5, "web"));
      assertThat(run.deadLetters).isEmpty();
      run.pass(2000);
      assertThat(run.deadLetters).hasSize(1);
      assertThat(run.deadLetters.get(0).topicSuffix()).isEqualTo("dead-letters");
      run.pass(Long.MAX_VALUE);
      assertThat(run.counts).containsEntry("labels DEAD_LETTERED", 1L);
    }
  }

  @Test
  void outcomes_leaveBeforeTheWatermarkThatEndsTheirCut() throws Exception {
    try (Run run = new Run(null)) {
      run.arrive(prediction("a", 600_000, 0.25, "web"));
      run.pass(HOUR - 2);
      assertThat(run.sums()).isEmpty();
      run.pass(HOUR - 1);
      assertThat(run.sums()).containsEntry("COHORT null 0@0", "issued 1 labelled 0");
    }
  }

  @Test
  void modelWithdrawnWhilePredictionsWait_isCountedToItsEnd() throws Exception {
    try (Run run = new Run(null)) {
      run.arrive(
          prediction("a", 600_000, 0.25, "web"),
          prediction("b", 700_000, 0.75, "web"),
          prediction("b", 710_000, 0.75, "web"));
      run.hear(SmallModel.withdrawal(9, 650_000));
      run.arrive(label("a", HOUR + 1, "1", 0, false), label("c", HOUR, "1", 0, false));
      run.pass(Long.MAX_VALUE);
      assertThat(run.sums())
          .containsEntry("COHORT null 0@0", "issued 2 labelled 0")
          .containsEntry("COHORT null 0@1", "issued 0 labelled 1")
          .containsEntry("EARLY_LOSS null 0@0", "n 2 labelled 0")
          .containsEntry("PROFILE null 0@0", "features 0 predictions 1");
      assertThat(run.counts)
          .isEqualTo(
              Map.of(
                  "labels USED", 1L,
                  "labels EXPIRED", 1L,
                  "predictions USED", 1L,
                  "predictions EXPIRED", 1L,
                  "predictions DUPLICATE", 1L));
      run.assertNothingKept();
    }
  }

  @Test
  void idsBeyondTheLimit_areLeftOutAndSaid_andTheLimitOutlivesACrash() throws Exception {
    SmallModel bounded = new SmallModel(folder, "", "", "limits: {max_pending: 1000}\n");
    Run run = new Run(bounded, null);
    for (int i = 0; i < 1_500; i++) {
      run.arrive(prediction("p" + i, 600_000, 0.25, "web"));
      if (i == 700) {
        run = run.crash();
      }
    }
    run.harness.prepareSnapshotPreBarrier(2);
    assertThat(run.harness.numKeyedStateEntries()).isEqualTo(1_000);
    // Features of an id that waits find a place; labels of one that does not are not paired.
    run.arrive(features("p3", 600_000, "web"), features("p1400", 600_000, "web"));
    run.arrive(label("p3", 700_000, "1", 0, false), label("p1400", 700_000, "1", 0, false));
    run.pass(Long.MAX_VALUE);
    assertThat(run.counts)
        .isEqualTo(
            Map.of(
                "predictions USED", 1L,
                "predictions EXPIRED", 1_499L,
                "features USED", 2L,
                "labels USED", 1L,
                "labels EXPIRED", 1L));
    assertThat(run.sums()).containsEntry("COHORT null 0@0", "issued 1000 labelled 1 left out 500");
    assertThat(run.notices).containsOnly("small max_pending");
    run.assertNothingKept();
    run.arrive(prediction("later", 600_000, 0.25, "web"));
    run.harness.prepareSnapshotPreBarrier(3);
    assertThat(run.harness.numKeyedStateEntries()).as("there is room again").isEqualTo(1);
    run.close();
  }

  @Test
  void everyOrderAndACrashInTheMiddle_giveTheSameSums() throws Exception {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String id = "p" + i;
      long time = i * 7 * 60_000L;
      events.add(prediction(id, time + 5, i / 64.0, i % 3 == 0 ? "web" : null));
      if (i % 4 != 0) {
        events.add(features(id, time, i % 2 == 0 ? "web" : "shop"));
      }
      if (i % 5 == 0) {
        events.add(prediction(id, time + 9, i / 32.0, "web"));
      }
      if (i % 7 != 0) {
        events.add(label(id, time + 1000 + i * 200_000L, i % 2 == 0 ? "1" : "0", 0, false));
      }
      if (i % 6 == 0) {
        events.add(label(id, time + 2000 + i * 250_000L, "1", 1, i % 12 == 0));
      }
      if (i % 11 == 0) {
        events.add(label(id, time + 1, "1", 0, false));
      }
    }
    Map<String, String> sums;
    Map<String, Long> counts;
    try (Run run = new Run(null)) {
      run.arrive(events.toArray(new Event[0]));
      run.pass(Long.MAX_VALUE);
      sums = run.exactSums();
      counts = new TreeMap<>(run.counts);
      run.assertNothingKept();
    }
    assertThat(counts.values().stream().mapToLong(Long::longValue).sum())
        .as("every record has one fate")
        .isEqualTo(events.size());
    for (int seed = 1; seed <= 5; seed++) {
      List<Event> shuffled = new ArrayList<>(events);
      Collections.shuffle(shuffled, new Random(seed));
      Run run = new Run(null);
      for (int i = 0; i < shuffled.size(); i++) {
        if (i == shuffled.size() / 3 || i == shuffled.size() / 2) {
          run = run.crash();
        }
        run.arrive(shuffled.get(i));
        long left =
            shuffled.subList(i + 1, shuffled.size()).stream()
                .mapToLong(Event::time)
                .min()
                .orElse(Long.MAX_VALUE);
        run.pass(left - 1);
      }
      run.pass(Long.MAX_VALUE);
      assertThat(run.exactSums()).as("sums of seed %d", seed).isEqualTo(sums);
      assertThat(run.counts).as("counts of seed %d", seed).isEqualTo(counts);
      run.assertNothingKept();
      run.close();
    }
  }

  /** Feeds events and time to one operator, and adds up what leaves. */
  private static final class Run implements AutoCloseable {
    private final KeyedTwoInputStreamOperatorTestHarness<String, PairInput, ControlRecord, Part>
        harness;
    private final List<Part> parts = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<OutputRecord> deadLetters = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private final SmallModel known;
    private long offset;

    Run(@Nullable OperatorSubtaskState state) throws Exception {
      this(small, state);
    }

    Run(SmallModel known, @Nullable OperatorSubtaskState state) throws Exception {
      this.known = known;
      harness =
          new KeyedTwoInputStreamOperatorTestHarness<>(
              new PairOperator(known.snapshot(), "test"),
              PairInput::key,
              control -> "",
              Types.STRING);
      harness.setup(Part.TYPE.createSerializer(harness.getExecutionConfig().getSerializerConfig()));
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
      harness.processWatermark2(new Watermark(Long.MAX_VALUE));
    }

    void arrive(Event... events) throws Exception {
      for (Event event : events) {
        PairInput input = model.pairInput(event, SmallModel.raw(event, offset++), false);
        harness.processElement1(new StreamRecord<>(input, event.time()));
      }
      drain();
    }

    /** A control record, and the checkpoint that takes it up. */
    void hear(ControlRecord control) throws Exception {
      harness.processElement2(new StreamRecord<>(control));
      harness.prepareSnapshotPreBarrier(1);
      drain();
    }

    void pass(long time) throws Exception {
      harness.processWatermark1(new Watermark(time));
      drain();
    }

    /** A checkpoint, more work that is lost, and the operator as restored from the checkpoint. */
    Run crash() throws Exception {
      harness.prepareSnapshotPreBarrier(1);
      drain();
      OperatorSubtaskState state = harness.snapshot(1, 1);
      harness.close();
      Run next = new Run(known, state);
      next.notices.addAll(notices);
      next.parts.addAll(parts);
      next.counts.putAll(counts);
      next.deadLetters.addAll(deadLetters);
      next.offset = offset;
      return next;
    }

    private void drain() {
      Iterator<Object> output = harness.getOutput().iterator();
      while (output.hasNext()) {
        if (output.next() instanceof StreamRecord<?> element
            && element.getValue() instanceof Part part) {
          parts.add(part);
        }
        output.remove();
      }
      for (Part part : side(Tags.PARTS)) {
        parts.add(part);
      }
      for (CountChange change : side(Tags.COUNTS)) {
        String name = change.input().id() + " " + change.fate();
        counts.merge(name, change.change(), Long::sum);
        counts.remove(name, 0L);
      }
      deadLetters.addAll(side(Tags.OUTPUTS));
      for (Judgement judgement : side(Tags.JUDGEMENTS)) {
        notices.add(judgement.modelId() + " " + judgement.notices().get(0).subject());
      }
    }

    private <T> List<T> side(OutputTag<T> tag) {
      List<T> values = new ArrayList<>();
      Queue<StreamRecord<T>> queue = harness.getSideOutput(tag);
      while (queue != null && !queue.isEmpty()) {
        values.add(queue.poll().getValue());
      }
      return values;
    }

    /** Merged payloads by kind, segment, pane and known time in hours; empty ones left out. */
    private Map<String, byte[]> merged() throws IOException {
      Map<String, byte[]> all = new TreeMap<>();
      for (Part part : parts) {
        String name =
            part.kind()
                + " "
                + part.segment()
                + " "
                + part.pane() / HOUR
                + "@"
                + part.known() / HOUR;
        byte[] held = all.get(name);
        all.put(
            name,
            held == null
                ? part.payload()
                : model.merge(part.kind(), List.of(held, part.payload())));
      }
      return all;
    }

    Map<String, String> sums() throws IOException {
      Map<String, String> readable = new TreeMap<>();
      for (Map.Entry<String, byte[]> entry : merged().entrySet()) {
        readable.put(entry.getKey(), readable(entry.getKey(), entry.getValue()));
      }
      return readable;
    }

    Map<String, String> exactSums() throws IOException {
      Map<String, String> exact = new TreeMap<>();
      for (Map.Entry<String, byte[]> entry : merged().entrySet()) {
        if (!readable(entry.getKey(), entry.getValue()).isEmpty()) {
          exact.put(entry.getKey(), HexFormat.of().formatHex(entry.getValue()));
        }
      }
      return exact;
    }

    private static String readable(String name, byte[] payload) throws IOException {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
      if (name.startsWith("COHORT")) {
        CohortSummary summary = CohortPane.summary(payload, model.cohortLayout());
        return summary.isEmpty()
            ? ""
            : "issued "
                + summary.issued()
                + " labelled "
                + summary.labelled()
                + (summary.leftOut() == 0 ? "" : " left out " + summary.leftOut());
      }
      if (name.startsWith("EARLY_LOSS")) {
        EarlyLossSummary summary = EarlyLossSummary.decode(in);
        return summary.isEmpty() ? "" : "n " + summary.n() + " labelled " + summary.labelled();
      }
      ProfileSummary summary = ProfileSummary.decode(in, model.profileLayout());
      return summary.isEmpty()
          ? ""
          : "features "
              + summary.featureDuplicates()
              + " predictions "
              + summary.predictionDuplicates();
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
