package dev.weir.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * What can happen to a cluster. Each returns when the cause is gone; the cluster may still mend.
 */
enum Fault {
  /** A TaskManager loses its power. */
  KILL_TASK_MANAGER {
    @Override
    void happen(LocalCluster cluster, CommitGate gate, Random random, int longestPause) {
      cluster.process(anyTaskManager(cluster, random)).kill();
    }
  },
  /** The JobManager does. */
  KILL_JOB_MANAGER {
    @Override
    void happen(LocalCluster cluster, CommitGate gate, Random random, int longestPause) {
      cluster.process("jobmanager").kill();
    }
  },
  /** The broker does. */
  KILL_BROKER {
    @Override
    void happen(LocalCluster cluster, CommitGate gate, Random random, int longestPause) {
      cluster.process("broker").kill();
    }
  },
  /** A TaskManager stands still for a while and then goes on as if nothing had been. */
  PAUSE_TASK_MANAGER {
    @Override
    void happen(LocalCluster cluster, CommitGate gate, Random random, int longestPause)
        throws IOException {
      pause(cluster, anyTaskManager(cluster, random), random, longestPause);
    }
  },
  /** The JobManager does. */
  PAUSE_JOB_MANAGER {
    @Override
    void happen(LocalCluster cluster, CommitGate gate, Random random, int longestPause)
        throws IOException {
      pause(cluster, "jobmanager", random, longestPause);
    }
  },
  /** The broker does. */
  PAUSE_BROKER {
    @Override
    void happen(LocalCluster cluster, CommitGate gate, Random random, int longestPause)
        throws IOException {
      pause(cluster, "broker", random, longestPause);
    }
  },
  /** Every TaskManager dies after a checkpoint is complete and before its outputs are committed. */
  KILL_BEFORE_COMMIT {
    @Override
    void prepare(CommitGate gate) {
      gate.shut();
    }

    @Override
    void happen(LocalCluster cluster, CommitGate gate, Random random, int longestPause) {
      KafkaRig.await("the end of a transaction", () -> gate.held() > 0);
      for (int number = 1; number <= cluster.taskManagers(); number++) {
        cluster.process("taskmanager-" + number).kill();
      }
      gate.open();
    }
  },
  /** A TaskManager dies, and another one while the job comes back. */
  KILL_DURING_RESTORE {
    @Override
    void happen(LocalCluster cluster, CommitGate gate, Random random, int longestPause)
        throws IOException {
      cluster.process("taskmanager-1").kill();
      cluster.startMissing();
      cluster.awaitReady();
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(3_000)).toNanos());
      cluster.process("taskmanager-2").kill();
    }
  };

  /** What must be so before the records come during which it happens. */
  void prepare(CommitGate gate) {}

  /**
   * Lets it happen.
   *
   * @param longestPause seconds
   */
  abstract void happen(LocalCluster cluster, CommitGate gate, Random random, int longestPause)
      throws IOException;

  /** Shortest pause, in seconds. */
  private static final int SHORTEST_PAUSE = 5;

  private static String anyTaskManager(LocalCluster cluster, Random random) {
    return "taskmanager-" + (1 + random.nextInt(cluster.taskManagers()));
  }

  private static void pause(LocalCluster cluster, String name, Random random, int longest)
      throws IOException {
    long pid = cluster.process(name).running().orElseThrow().pid();
    int seconds = SHORTEST_PAUSE + random.nextInt(longest - SHORTEST_PAUSE + 1);
    signal("-STOP", pid);
    try {
      long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    } finally {
      signal("-CONT", pid);
    }
  }

  private static void signal(String signal, long pid) throws IOException {
    try {
      int code = new ProcessBuilder("kill", signal, String.valueOf(pid)).start().waitFor();
      if (code != 0) {
        throw new IOException("kill " + signal + " " + pid + " ended with " + code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
