package dev.weir.flink.kafka;

import dev.weir.event.Event;
import dev.weir.event.RawRecord;
import dev.weir.flink.state.Arrival;
import dev.weir.wire.DecoderSettings;
import dev.weir.wire.EventDecoder;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes events where they are read; never throws for what a record holds. */
@SuppressWarnings("NullAway.Init") // Flink opens a schema before it uses it.
final class ArrivalDeserializer implements KafkaRecordDeserializationSchema<Arrival> {
  private static final long serialVersionUID = 1;

  private final Event.Input input;
  private final DecoderSettings settings;
  private final SchemaLocation schemas;
  private transient EventDecoder decoder;

  ArrivalDeserializer(Event.Input input, DecoderSettings settings, SchemaLocation schemas) {
    this.input = input;
    this.settings = settings;
    this.schemas = schemas;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    decoder = new EventDecoder(input, settings, schemas.open());
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Arrival> out) {
    RawRecord raw = RawRecords.of(record);
    out.collect(new Arrival(raw, decoder.decode(raw)));
  }

  @Override
  public TypeInformation<Arrival> getProducedType() {
    return Arrival.TYPE;
  }
}
