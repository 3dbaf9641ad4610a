package dev.weir.flink.kafka;

import java.nio.file.Files;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * All that Weir does with a features record that nothing is paired with, from Kafka's record to the
 * summaries of its pane and segment. Microseconds of one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HotPathBenchmark {
  /** Models whose records alternate. */
  @Param({"1", "100"})
  public int models;

  private HotPath path;
  private int next;

  /** A task that knows the models. */
  @Setup
  public void prepare() throws Exception {
    path = new HotPath(Files.createTempDirectory("weir-bench-"), models);
  }

  /** Ends the task. */
  @TearDown
  public void close() throws Exception {
    path.close();
  }

  /** A record. */
  @Benchmark
  public void count() {
    path.count(next++);
  }
}
