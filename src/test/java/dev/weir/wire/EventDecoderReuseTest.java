package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.FeatureValues;
import dev.weir.event.RawRecord;
import dev.weir.testing.KeptFeatures;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Features records one after the other, of which the decoder makes one event. */
class EventDecoderReuseTest {
  private static final int MODELS = 40;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final EventDecoder decoder =
      new EventDecoder(Input.FEATURES, DecoderSettings.DEFAULT, SchemaSource.NONE);

  /** Models with different features, whose records alternate; every id is another. */
  private static List<RawRecord> records() {
    List<RawRecord> records = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      int model = i % MODELS;
      FeatureValues values = new FeatureValues();
      for (int feature = 0; feature < 6; feature++) {
        values.addDouble("a feature of model " + model + " called f" + feature, i + 0.5);
      }
      values.addText("kind", "kind " + i % 7);
      values.addText("long kind", "a kind of more than eight bytes, " + i % 5);
      values.addLong("count", i);
      values.addBoolean("known", i % 2 == 0);
      Event.Features event =
          new KeptFeatures(
              "request-" + i,
              "a-model-of-this-name-" + model,
              TestingEvents.DAY + i,
              values,
              "v" + i % 3,
              Map.of(),
              "customer-" + i,
              Map.of("region", "region-" + i % 4, "channel", i % 2 == 0 ? "web" : "shop"),
              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
      records.add(TestingEvents.raw(EventEncoder.avro(event)));
    }
    return records;
  }

  @Test
  void recordsWhoseLikeWasSeen_allocateNothing() {
    List<RawRecord> records = records();
    records.forEach(decoder::decode);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long times = 0;
    for (int i = 0; i < records.size(); i++) {
      Event.Features event =
          (Event.Features) ((Decoded.Good) decoder.decode(records.get(i))).event();
      times += event.time() + event.tags().size();
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(times).isPositive();
    assertThat(allocated / (double) records.size()).as("bytes a record").isLessThan(1);
  }

  @Test
  void textsAreThoseOfTheRecord_wheneverSomebodyAsks() {
    List<RawRecord> records = records();
    for (int i = 0; i < records.size(); i++) {
      Event.Features event =
          (Event.Features) ((Decoded.Good) decoder.decode(records.get(i))).event();
      assertThat(event.modelId()).isEqualTo("a-model-of-this-name-" + i % MODELS);
      assertThat(event.features().name(5))
          .isEqualTo("a feature of model " + i % MODELS + " called f5");
      if (i % 3 == 0) {
        assertThat(event.predictionId()).isEqualTo("request-" + i);
        assertThat(event.predictionId()).isEqualTo("request-" + i);
      }
      if (i % 5 == 0) {
        assertThat(event.entityId()).isEqualTo("customer-" + i);
        assertThat(event.tags())
            .isEqualTo(Map.of("region", "region-" + i % 4, "channel", i % 2 == 0 ? "web" : "shop"));
      }
    }
  }

  private String outcome(String id) {
    Event.Features event =
        new KeptFeatures(
            id, "m", TestingEvents.DAY, new FeatureValues(), null, Map.of(), null, Map.of(), null);
    Decoded decoded = decoder.decode(TestingEvents.raw(EventEncoder.avro(event)));
    return decoded instanceof Decoded.Good good
        ? good.event().predictionId()
        : AvroEventsTest.reason(decoded).name();
  }

  @Test
  void ids_haveAtMost128Characters_whateverTheirBytes() {
    for (String letter : new String[] {"a", "é", "中", "\uD83D\uDE00"}) {
      assertThat(outcome(letter.repeat(128))).isEqualTo(letter.repeat(128));
      assertThat(outcome(letter.repeat(129))).isEqualTo("OUT_OF_RANGE");
      for (int length = 0; length < 20; length++) {
        String id = "x".repeat(length) + letter + "y".repeat(length % 3);
        assertThat(outcome(id)).isEqualTo(id);
      }
    }
    assertThat(outcome("")).isEqualTo("MISSING_FIELD");
  }

  @Test
  void deadLetters_nameTheIdOfTheirRecord() {
    Event.Features early =
        new KeptFeatures(
            "early", "m", 5, new FeatureValues(), null, Map.of(), null, Map.of(), null);
    assertThat(outcome("before")).isEqualTo("before");
    Decoded decoded = decoder.decode(TestingEvents.raw(EventEncoder.avro(early)));
    assertThat(((Decoded.Bad) decoded).deadLetter().predictionId()).isEqualTo("early");
  }
}
