package dev.weir.flink.kafka;

import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.event.RawRecord;
import dev.weir.flink.state.Arrival;
import dev.weir.flink.state.EventDecoders;
import dev.weir.wire.Decoded;
import dev.weir.wire.EventDecoder;
import dev.weir.wire.OutputRecords;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Looks at events where they are read, to know their time; never throws for what a record holds.
 */
@SuppressWarnings("NullAway.Init") // Flink opens a schema before it uses it.
final class ArrivalDeserializer implements KafkaRecordDeserializationSchema<Arrival> {
  private static final long serialVersionUID = 1;

  private final Event.Input input;
  private final EventDecoders decoders;
  private final String deployment;
  private transient EventDecoder decoder;

  ArrivalDeserializer(Event.Input input, EventDecoders decoders, String deployment) {
    this.input = input;
    this.decoders = decoders;
    this.deployment = deployment;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    decoder = decoders.open(input);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Arrival> out) {
    RawRecord raw = RawRecords.of(record);
    out.collect(arrival(raw, decoder.decodeTime(raw)));
  }

  private Arrival arrival(RawRecord raw, Decoded decoded) {
    if (decoded instanceof Decoded.Good good) {
      return Arrival.event(raw, good.event().time());
    }
    if (decoded instanceof Decoded.Heartbeat heartbeat) {
      return Arrival.heartbeat(raw, heartbeat.time());
    }
    DeadLetter letter = ((Decoded.Bad) decoded).deadLetter();
    return Arrival.setAside(raw, OutputRecords.of(letter, deployment), letter.reason());
  }

  @Override
  public TypeInformation<Arrival> getProducedType() {
    return Arrival.TYPE;
  }
}
