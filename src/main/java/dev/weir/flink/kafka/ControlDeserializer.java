package dev.weir.flink.kafka;

import dev.weir.event.Control;
import dev.weir.event.DeadLetter;
import dev.weir.event.RawRecord;
import dev.weir.flink.state.ControlArrival;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.ModelBook;
import dev.weir.wire.ControlDecoder;
import dev.weir.wire.ControlTopic;
import dev.weir.wire.DeadLetters;
import dev.weir.wire.DecodedControl;
import dev.weir.wire.OutputRecords;
import dev.weir.wire.Problem;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Decodes control records; the order of a topic is that of its offsets. */
final class ControlDeserializer implements KafkaRecordDeserializationSchema<ControlArrival> {
  private static final long serialVersionUID = 1;

  private final KafkaSettings kafka;
  private final boolean keepPayload;
  private transient @Nullable Map<String, ControlDecoder> decoders;

  ControlDeserializer(KafkaSettings kafka, boolean keepPayload) {
    this.kafka = kafka;
    this.keepPayload = keepPayload;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ControlArrival> out) {
    ControlArrival arrival = decode(new ConsumedRecord(record));
    if (arrival != null) {
      out.collect(arrival);
    }
  }

  /** What a record says; null: a withdrawal of something that ends by itself. */
  @Nullable ControlArrival decode(RawRecord raw) {
    DecodedControl decoded = decoder(raw.topic()).decode(raw);
    if (decoded instanceof DecodedControl.Bad bad) {
      return new ControlArrival(null, OutputRecords.of(bad.deadLetter(), kafka.deployment()));
    }
    if (decoded instanceof DecodedControl.Good good) {
      Control control = good.control();
      String defect = ModelBook.defect(control);
      if (defect != null) {
        return unusable(raw, control, defect);
      }
      ControlRecord record = new ControlRecord(control, raw.offset(), Math.max(0, raw.timestamp()));
      return record.bytes().length <= ControlRecord.MOST_BYTES
          ? ControlArrival.of(record)
          : unusable(
              raw,
              control,
              "deflated it has "
                  + record.bytes().length
                  + " bytes, over "
                  + ControlRecord.MOST_BYTES
                  + ": fewer columns, segments or fine_bins make it smaller");
    }
    return null;
  }

  private ControlArrival unusable(RawRecord raw, Control control, String defect) {
    Problem problem = new Problem(DeadLetter.Reason.INVALID_CONTROL, null, defect);
    DeadLetter letter = DeadLetters.of(raw, problem, keepPayload, control.modelId(), null, null);
    return new ControlArrival(null, OutputRecords.of(letter, kafka.deployment()));
  }

  private ControlDecoder decoder(String topic) {
    Map<String, ControlDecoder> known = decoders;
    if (known == null) {
      known = new HashMap<>();
      for (ControlTopic control : ControlTopic.values()) {
        known.put(kafka.name(Topic.of(control.id())), new ControlDecoder(control, keepPayload));
      }
      decoders = known;
    }
    ControlDecoder decoder = known.get(topic);
    if (decoder == null) {
      throw new IllegalStateException("no control topic " + topic);
    }
    return decoder;
  }

  @Override
  public TypeInformation<ControlArrival> getProducedType() {
    return ControlArrival.TYPE;
  }
}
