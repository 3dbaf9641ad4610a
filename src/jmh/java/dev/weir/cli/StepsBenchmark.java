package dev.weir.cli;

import dev.weir.baseline.ProfileSummary;
import dev.weir.event.Event;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.Report;
import dev.weir.wire.Decoded;
import dev.weir.wire.DecoderSettings;
import dev.weir.wire.EventDecoder;
import dev.weir.wire.EventEncoder;
import dev.weir.wire.SchemaSource;
import dev.weir.wire.TimeBounds;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The steps of a model with so many numeric features and three categories: an event enters its
 * pane, a pane its window, and the window is judged. Microseconds of one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StepsBenchmark {
  private static final int RECORDS = 1 << 9;
  private static final long HOUR = 3_600_000;

  /** Numeric features. */
  @Param({"20", "1997"})
  public int features;

  private final Event.Features[] records = new Event.Features[RECORDS];
  private final RawRecord[] raw = new RawRecord[RECORDS];
  private final EventDecoder decoder =
      new EventDecoder(
          Event.Input.FEATURES,
          new DecoderSettings(TimeBounds.OF_FILES, false, null),
          SchemaSource.NONE);
  private Model model;
  private ProfileSummary pane;
  private byte[] bytes;
  private int next;

  /** A model with its reference, and a pane that has seen a few records. */
  @Setup
  public void prepare() throws IOException {
    BenchmarkTraffic traffic = new BenchmarkTraffic(1, 1, features, 1_000);
    Path folder = Files.createTempDirectory("weir-bench-");
    Path job = folder.resolve("weir.yaml");
    traffic.writeReference(folder.resolve("reference.csv"), false);
    Files.writeString(
        job,
        "weir: 1\nmodel: bench-0\nreference: reference.csv\nwindow: {size: 1h, min_events: 200}\n"
            + "labels: {horizon: 1h}\nlimits: {max_features: 2100}\n");
    JobFolder loaded = JobFolder.load(job, null);
    model = new Model(loaded.spec(), loaded.baseline());
    pane = new ProfileSummary(model.profileLayout());
    for (int i = 0; i < RECORDS; i++) {
      records[i] = traffic.features(i);
      pane.addFeatures(records[i]);
      raw[i] =
          new KeptRecord(
              "weir.features",
              0,
              i,
              RawRecord.NO_TIMESTAMP,
              null,
              EventEncoder.avro(records[i]),
              Map.of());
    }
    bytes = encode();
  }

  /** An event into the summaries of its pane. */
  @Benchmark
  public void add() {
    pane.addFeatures(records[next++ & (RECORDS - 1)]);
  }

  /** The bytes of an event into the summaries of its pane. */
  @Benchmark
  public void decodeAndAdd() {
    Decoded.Good decoded = (Decoded.Good) decoder.decode(raw[next++ & (RECORDS - 1)]);
    pane.addFeatures((Event.Features) decoded.event());
  }

  /** The bytes of a pane, as they cross the network. */
  @Benchmark
  public byte[] encode() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    pane.encode(new DataOutputStream(out));
    return out.toByteArray();
  }

  /** A pane into its window, both as bytes. */
  @Benchmark
  public byte[] merge() throws IOException {
    return model.merge(Part.Kind.PROFILE, List.of(bytes, bytes));
  }

  /** What a window says. */
  @Benchmark
  public Judgement judge() throws IOException {
    long start = BenchmarkTraffic.START;
    Report report =
        new Report(
            Part.Kind.PROFILE,
            "bench-0",
            "*",
            null,
            model.layoutId(),
            start,
            start + HOUR,
            start + HOUR,
            0,
            true,
            true,
            bytes,
            Report.NONE,
            Report.NONE);
    return model.judge(report, model.newOrderedState());
  }
}
