package dev.weir.flink.kafka;

import dev.weir.event.Event;
import dev.weir.flink.state.Arrival;
import dev.weir.wire.Decoded;
import dev.weir.wire.DecoderSettings;
import dev.weir.wire.EventDecoder;
import dev.weir.wire.ForeignFormat;
import dev.weir.wire.ForeignRecords;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Decodes events where they are read; never throws for what a record holds. */
@SuppressWarnings("NullAway.Init") // Flink opens a schema before it uses it.
final class ArrivalDeserializer implements KafkaRecordDeserializationSchema<Arrival> {
  private static final long serialVersionUID = 1;

  private final Event.Input input;
  private final DecoderSettings settings;
  private final SchemaLocation schemas;
  private transient EventDecoder decoder;
  private transient @Nullable ForeignRecords foreign;
  private transient @Nullable ConsumedRecord consumed;
  private transient @Nullable Arrival last;

  ArrivalDeserializer(Event.Input input, DecoderSettings settings, SchemaLocation schemas) {
    this.input = input;
    this.settings = settings;
    this.schemas = schemas;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    decoder = new EventDecoder(input, settings, schemas.open());
    ForeignFormat format = settings.foreign();
    foreign = format == null ? null : new ForeignRecords(input, format, settings.keepPayload());
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Arrival> out) {
    ConsumedRecord raw = consumed;
    if (raw == null) {
      raw = new ConsumedRecord(record);
      consumed = raw;
    } else {
      raw.over(record);
    }
    if (foreign == null) {
      out.collect(arrival(raw));
      return;
    }
    ForeignRecords.Rows rows = foreign.rows(raw);
    rows.records().forEach(row -> out.collect(new Arrival(row, decoder.decode(row))));
    if (rows.deadLetter() != null) {
      out.collect(new Arrival(raw, new Decoded.Bad(rows.deadLetter())));
    }
  }

  /** The same object as the last, if both of its parts are. */
  private Arrival arrival(ConsumedRecord raw) {
    Decoded decoded = decoder.decode(raw);
    Arrival same = last;
    if (same == null || same.decoded() != decoded) {
      same = new Arrival(raw, decoded);
      last = same;
    }
    return same;
  }

  @Override
  public TypeInformation<Arrival> getProducedType() {
    return Arrival.TYPE;
  }
}
