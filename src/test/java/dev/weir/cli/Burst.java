package dev.weir.cli;

import dev.weir.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A steady stream, ten times as many records a second for a minute, and the steady stream again
 * until the job has caught up and for half a minute more; what was seen of the job, second by
 * second.
 */
final class Burst {
  /** Ids a second, each with a record of every input, in the steady stream. */
  private static final int STEADY = 500;

  private static final int TIMES = 10;

  /** Event time that passes in a second of ours: an hour in half a minute. */
  private static final long PACE = 2 * SmallTraffic.MINUTE;

  private final LocalCluster cluster;
  private final KafkaRig rig;
  private final ClusterJob job;
  private final Random random = new Random(1);
  private final List<Phase> phases = new ArrayList<>();
  private int seconds;
  private long ids;

  /**
   * A part of it.
   *
   * @param sent records of all inputs
   * @param read records that were in a checkpoint at its end and not at its begin
   * @param unread the most that were sent and in no checkpoint
   * @param memory the most of each
   */
  private record Phase(
      String name,
      double seconds,
      long sent,
      long read,
      long unread,
      ClusterMemory memory,
      Duration longestCheckpoint) {}

  Burst(LocalCluster cluster, KafkaRig rig, ClusterJob job) {
    this.cluster = cluster;
    this.rig = rig;
    this.job = job;
  }

  /** Runs it; gives up where the job has not caught up after so long. */
  void run(Duration patience) throws Exception {
    phase("warm-up", STEADY, forSeconds(30));
    phase("before", STEADY, forSeconds(30));
    long usual = phases.get(1).unread();
    phase("burst", TIMES * STEADY, forSeconds(60));
    BooleanSupplier late = forSeconds((int) patience.toSeconds());
    phase("working off", STEADY, () -> rig.unread() <= usual || late.getAsBoolean());
    phase("after", STEADY, forSeconds(30));
    KafkaRig.await("reading", patience, rig::hasRead);
  }

  private BooleanSupplier forSeconds(int count) {
    int end = seconds + count;
    return () -> seconds >= end;
  }

  private void phase(String name, int idsASecond, BooleanSupplier isOver) throws Exception {
    long start = System.nanoTime();
    long sentBefore = ids;
    long readBefore = read();
    long unread = 0;
    ClusterMemory memory = ClusterMemory.of(cluster, job.id());
    Duration longest = Duration.ZERO;
    int second = 0;
    do {
      rig.send(second(idsASecond));
      unread = Math.max(unread, rig.unread());
      memory = memory.max(ClusterMemory.of(cluster, job.id()));
      Duration checkpoint = job.checkpointDuration();
      longest = longest.compareTo(checkpoint) > 0 ? longest : checkpoint;
      second++;
      // A stream goes on whether it is read or not.
      LockSupport.parkNanos(start + second * 1_000_000_000L - System.nanoTime());
    } while (!isOver.getAsBoolean());
    phases.add(
        new Phase(
            name,
            (System.nanoTime() - start) / 1e9,
            records() - sentBefore * Event.Input.values().length,
            read() - readBefore,
            unread,
            memory,
            longest));
  }

  private List<Event> second(int rows) {
    List<Event> events = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      long time = SmallTraffic.START + seconds * PACE + row * PACE / rows;
      events.addAll(SmallTraffic.labelled("id-" + ids++, time, random));
    }
    seconds++;
    return events;
  }

  private long records() {
    return ids * Event.Input.values().length;
  }

  private long read() {
    return records() - rig.unread();
  }

  /** Records of each input. */
  long sent() {
    return ids;
  }

  /** The most records beyond those of the steady stream that were in no checkpoint. */
  long mostUnread() {
    long usual = phases.get(1).unread();
    return phases.stream().mapToLong(Phase::unread).max().orElseThrow() - usual;
  }

  /** The most of each that a TaskManager had. */
  ClusterMemory memory() {
    return phases.stream().map(Phase::memory).reduce(ClusterMemory::max).orElseThrow();
  }

  Duration longestCheckpoint() {
    return phases.stream().map(Phase::longestCheckpoint).max(Duration::compareTo).orElseThrow();
  }

  /** The phases as a table. */
  List<String> report() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| phase | s | sent/s | read/s | most that waited in Kafka | resident, MB | heap, MB |"
            + " cache, MB | longest checkpoint, s |");
    lines.add("|---|---|---|---|---|---|---|---|---|");
    for (Phase phase : phases) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %.0f | %,.0f | %,.0f | %,d | %s | %.1f |",
              phase.name(),
              phase.seconds(),
              phase.sent() / phase.seconds(),
              phase.read() / phase.seconds(),
              phase.unread(),
              phase.memory().cells(),
              phase.longestCheckpoint().toMillis() / 1e3));
    }
    return lines;
  }
}
