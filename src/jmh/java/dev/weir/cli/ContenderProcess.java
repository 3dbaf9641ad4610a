package dev.weir.cli;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.weir.flink.kafka.KafkaSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;

/**
 * One contender in a process of its own, which stays between its rounds: its code is compiled and
 * its heap is its own. A line of standard input asks for a round, a line of standard output
 * answers.
 */
final class ContenderProcess {
  /** The part of a round that does not count: start, first classes, first blocks. */
  private static final double SKIPPED = 0.15;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private ContenderProcess() {}

  /** A moment of a run. */
  private record Moment(long records, long nanos, long cpu, Map<Long, Long> allocated) {
    static Moment at(long records) {
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long[] ids = threads.getAllThreadIds();
      long[] bytes = threads.getThreadAllocatedBytes(ids);
      Map<Long, Long> allocated = new HashMap<>();
      for (int i = 0; i < ids.length; i++) {
        allocated.put(ids[i], bytes[i]);
      }
      return new Moment(records, System.nanoTime(), system.getProcessCpuTime(), allocated);
    }

    /** Bytes that threads alive at both moments allocated between them. */
    long allocatedSince(Moment before) {
      return allocated.entrySet().stream()
          .mapToLong(
              entry ->
                  Math.max(
                      0,
                      entry.getValue()
                          - before.allocated.getOrDefault(entry.getKey(), entry.getValue())))
          .sum();
    }
  }

  /** Arguments: contender, servers, topic prefix, features topic, folder, parallelism, ids. */
  public static void main(String[] arguments) throws Exception {
    Contender contender = Contender.valueOf(arguments[0]);
    Path folder = Path.of(arguments[4]);
    int parallelism = Integer.parseInt(arguments[5]);
    long ids = Long.parseLong(arguments[6]);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int round = 0;
    while (in.readLine() != null) {
      round++;
      KafkaSettings kafka =
          BenchmarkTopics.settings(
              arguments[1], arguments[2], arguments[3], folder.getFileName() + "-" + round);
      System.out.println(run(contender, kafka, folder.resolve("round-" + round), parallelism, ids));
    }
    System.exit(0);
  }

  private static String run(
      Contender contender, KafkaSettings kafka, Path checkpoints, int parallelism, long ids)
      throws Exception {
    RecordMeter.reset();
    var env = contender.environment(Files.createDirectories(checkpoints), parallelism);
    contender.define(env, kafka);
    JobClient job = env.executeAsync(contender.name());
    long all = ids * contender.passes();
    Moment begin = await(contender, job, (long) (all * SKIPPED));
    Moment end = await(contender, job, all);
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    String measured =
        answer(contender, begin, end) + " heap=" + heap.getUsed() + " state=" + size(checkpoints);
    job.cancel().get(1, TimeUnit.MINUTES);
    job.getJobExecutionResult().exceptionally(cancelled -> null).get(1, TimeUnit.MINUTES);
    return measured;
  }

  private static Moment await(Contender contender, JobClient job, long records) throws Exception {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      long now = RecordMeter.records(contender.counted());
      if (now >= records) {
        return Moment.at(now);
      }
      if (System.nanoTime() > giveUp) {
        throw new IllegalStateException(
            contender + " stopped at " + now + " of " + records + ": " + RecordMeter.all());
      }
      if (job.getJobExecutionResult().isDone()) {
        // It reads without an end, so it ended because it failed: this says why.
        job.getJobExecutionResult().get();
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  private static String answer(Contender contender, Moment begin, Moment end) {
    double share = (double) contender.recordsOfAnId() / contender.passes();
    double records = (end.records - begin.records) * share;
    return "records=%.0f seconds=%.4f cpu=%.4f allocated=%d"
        .formatted(
            records,
            (end.nanos - begin.nanos) / 1e9,
            (end.cpu - begin.cpu) / 1e9,
            end.allocatedSince(begin));
  }

  /** Bytes of the checkpoints that are kept. */
  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
