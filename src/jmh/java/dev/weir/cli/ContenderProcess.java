package dev.weir.cli;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.weir.flink.OperatorId;
import dev.weir.flink.kafka.KafkaSettings;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;

/**
 * One contender in a process of its own, which stays between its rounds: its code is compiled and
 * its heap is its own. A line of standard input asks for a round, a line of standard output
 * answers.
 */
final class ContenderProcess {
  /** The part of a round that does not count: first classes, first blocks. */
  private static final double SKIPPED = 0.25;

  /** A tenth of a processor over so long is hardly anything. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a line says that asks for memory and state of a job with nothing left to do. */
  static final String AT_REST = "at-rest";

  private static final List<String> JUDGING =
      List.of(OperatorId.WINDOW.label(), OperatorId.JUDGE.label());

  private ContenderProcess() {}

  /** A moment of a run. */
  private record Moment(
      long records, long nanos, long cpu, long broker, Map<Long, Long> allocated) {
    static Moment at(long records, ProcessHandle broker) {
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long[] ids = threads.getAllThreadIds();
      long[] bytes = threads.getThreadAllocatedBytes(ids);
      Map<Long, Long> allocated = new HashMap<>();
      for (int i = 0; i < ids.length; i++) {
        allocated.put(ids[i], bytes[i]);
      }
      return new Moment(
          records,
          System.nanoTime(),
          system.getProcessCpuTime(),
          broker.info().totalCpuDuration().map(Duration::toNanos).orElse(0L),
          allocated);
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

  /**
   * Arguments: contender, servers, topic prefix, features topic, folder, parallelism, number of the
   * broker's process. Each line asks for a round of so many ids, and with {@link #AT_REST} to look
   * at memory and state only when all windows that ended are judged.
   */
  @SuppressWarnings("CatchAndPrintStackTrace") // Standard error is the log of the benchmark.
  public static void main(String[] arguments) {
    int status = 1;
    try {
      serve(arguments);
      status = 0;
    } catch (Exception | OutOfMemoryError e) {
      e.printStackTrace();
    } finally {
      // Flink's threads would outlive a parent that is gone.
      Runtime.getRuntime().halt(status);
    }
  }

  private static void serve(String[] arguments) throws Exception {
    Contender contender = Contender.valueOf(arguments[0]);
    Path folder = Path.of(arguments[4]);
    int parallelism = Integer.parseInt(arguments[5]);
    ProcessHandle broker = ProcessHandle.of(Long.parseLong(arguments[6])).orElseThrow();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int round = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      round++;
      String[] words = line.split(" ");
      long ids = Long.parseLong(words[0]);
      boolean atRest = words.length > 1 && words[1].equals(AT_REST);
      KafkaSettings kafka =
          BenchmarkTopics.settings(
              arguments[1], arguments[2], arguments[3], folder.getFileName() + "-" + round);
      System.out.println(
          run(
              contender,
              kafka,
              folder.resolve("round-" + round),
              parallelism,
              ids,
              atRest,
              broker));
    }
  }

  private static String run(
      Contender contender,
      KafkaSettings kafka,
      Path checkpoints,
      int parallelism,
      long ids,
      boolean atRest,
      ProcessHandle broker)
      throws Exception {
    RecordMeter.reset();
    StartingGate.shut();
    var env = contender.environment(Files.createDirectories(checkpoints), parallelism);
    contender.define(env, kafka);
    JobClient job = env.executeAsync(contender.name());
    awaitStarted();
    StartingGate.open();
    long all = ids * contender.passes();
    Stretch start = await(contender, job, (long) (all * SKIPPED), broker);
    Stretch rest = await(contender, job, all, broker);
    if (atRest) {
      awaitRest();
    }
    long resident = resident();
    System.gc();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    String measured =
        answer(contender, start.end(), rest.end())
            + " pause="
            + rest.longestPause()
            + " live="
            + heap.getUsed()
            + " resident="
            + resident
            + " state="
            + size(checkpoints);
    job.cancel().get(1, TimeUnit.MINUTES);
    job.getJobExecutionResult().exceptionally(cancelled -> null).get(1, TimeUnit.MINUTES);
    return measured;
  }

  /**
   * Waits until this process has hardly anything left to do: all tasks run, and have no input, or
   * the job has failed, which is seen by who waits for records.
   *
   * @throws IllegalStateException if it is still busy after two minutes
   */
  private static void awaitStarted() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long start = System.nanoTime();
    long used;
    do {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException("The job has not started after " + PATIENCE);
      }
      long before = system.getProcessCpuTime();
      LockSupport.parkNanos(QUIET.toNanos());
      used = system.getProcessCpuTime() - before;
    } while (used > QUIET.dividedBy(10).toNanos());
  }

  /** A part of a run: how it ended, and for how long nothing was counted, nanoseconds. */
  private record Stretch(Moment end, long longestPause) {}

  private static Stretch await(
      Contender contender, JobClient job, long records, ProcessHandle broker) throws Exception {
    long before = -1;
    long lastChange = System.nanoTime();
    long longestPause = 0;
    while (true) {
      long now = RecordMeter.records(contender.counted());
      long time = System.nanoTime();
      if (now > before) {
        longestPause = Math.max(longestPause, before < 0 ? 0 : time - lastChange);
        before = now;
        lastChange = time;
      }
      if (now >= records) {
        return new Stretch(Moment.at(now, broker), longestPause);
      }
      if (time - lastChange > PATIENCE.toNanos()) {
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

  /** Waits until nothing has come to be judged for longer than a checkpoint takes to come. */
  private static void awaitRest() {
    long before = -1;
    long since = System.nanoTime();
    long quiet = Contender.CHECKPOINT_INTERVAL.plusSeconds(2).toNanos();
    while (System.nanoTime() - since < quiet) {
      long now = RecordMeter.records(JUDGING);
      if (now != before) {
        before = now;
        since = System.nanoTime();
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private static String answer(Contender contender, Moment begin, Moment end) {
    double share = (double) contender.recordsOfAnId() / contender.passes();
    double records = (end.records - begin.records) * share;
    return "records=%.0f seconds=%.4f cpu=%.4f broker=%.4f allocated=%d"
        .formatted(
            records,
            (end.nanos - begin.nanos) / 1e9,
            (end.cpu - begin.cpu) / 1e9,
            (end.broker - begin.broker) / 1e9,
            end.allocatedSince(begin));
  }

  /** Resident memory of this process, bytes; 0 where the system does not tell. */
  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    }
  }

  /** Bytes that a restart from the newest complete checkpoint reads; 0 where there is none. */
  private static long size(Path folder) throws IOException {
    Optional<Path> newest;
    try (Stream<Path> files = Files.walk(folder)) {
      newest =
          files
              .filter(file -> file.endsWith("_metadata"))
              .max(Comparator.comparingLong(file -> file.toFile().lastModified()));
    }
    if (newest.isEmpty()) {
      return 0;
    }
    try (DataInputStream in = new DataInputStream(Files.newInputStream(newest.get()))) {
      return Checkpoints.loadCheckpointMetadata(
              in, ContenderProcess.class.getClassLoader(), newest.get().toString())
          .getOperatorStates()
          .stream()
          .mapToLong(OperatorState::getStateSize)
          .sum();
    }
  }
}
