package dev.weir.wire;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.testing.KeptFeatures;
import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The bytes of a features record with twenty numbers and three categories become an event: by our
 * decoder, which also checks it, and by Avro's two into a new {@code GenericRecord}. Records per
 * second of one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class DecodeBenchmark {
  private static final int RECORDS = 1 << 12;
  private static final int FEATURES = 20;

  private final RawRecord[] records = new RawRecord[RECORDS];
  private final EventDecoder decoder =
      new EventDecoder(
          Event.Input.FEATURES,
          new DecoderSettings(TimeBounds.OF_FILES, false, null),
          SchemaSource.NONE);
  private final GenericDatumReader<GenericRecord> classicReader = reader(false);
  private final GenericDatumReader<GenericRecord> fastReader = reader(true);
  private BinaryDecoder binary = DecoderFactory.get().binaryDecoder(new byte[0], null);
  private int next;

  /** Records that differ in every value; the seed is literal. */
  @Setup
  public void prepare() {
    SplittableRandom random = new SplittableRandom(20_240_101L);
    for (int i = 0; i < RECORDS; i++) {
      FeatureValues values = new FeatureValues();
      for (int feature = 0; feature < FEATURES; feature++) {
        values.addDouble("f" + feature, random.nextDouble() * 100);
      }
      for (int feature = 0; feature < 3; feature++) {
        values.addText("c" + feature, "kind" + random.nextInt(8));
      }
      Event.Features event =
          new KeptFeatures(
              "p" + (10_000_000_000L + i),
              "bench-0",
              1_767_225_600_000L + i,
              values,
              null,
              Map.of(),
              null,
              Map.of(),
              null);
      records[i] =
          new KeptRecord(
              "weir.features",
              0,
              i,
              RawRecord.NO_TIMESTAMP,
              null,
              EventEncoder.avro(event),
              Map.of());
    }
  }

  private RawRecord record() {
    return records[next++ & (RECORDS - 1)];
  }

  /** Ours, checks included. */
  @Benchmark
  public Decoded weir() {
    return decoder.decode(record());
  }

  /** Avro's generic reader as it was, and is where the fast one is switched off. */
  @Benchmark
  public GenericRecord generic() throws IOException {
    return read(classicReader);
  }

  /** Avro's generic reader as it is by default. */
  @Benchmark
  public GenericRecord genericFast() throws IOException {
    return read(fastReader);
  }

  private GenericRecord read(GenericDatumReader<GenericRecord> reader) throws IOException {
    byte[] value = record().value();
    binary =
        DecoderFactory.get()
            .binaryDecoder(value, Schemas.FRAME_BYTES, value.length - Schemas.FRAME_BYTES, binary);
    return reader.read(null, binary);
  }

  private static GenericDatumReader<GenericRecord> reader(boolean fast) {
    GenericData data = new GenericData();
    data.setFastReaderEnabled(fast);
    return new GenericDatumReader<>(Schemas.FEATURES, Schemas.FEATURES, data);
  }
}
