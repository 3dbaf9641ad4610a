package dev.weir.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a cluster on this machine is made of.
 *
 * @param library folder with Flink's jars and nothing else
 * @param taskManagers how many processes run tasks
 * @param slots tasks side by side in each of them
 * @param highAvailability whether a JobManager that dies and comes back goes on with its jobs
 * @param checkpointInterval time between checkpoints, which is the delay of outputs
 * @param flink settings of Flink that replace the usual ones
 * @param broker settings of the broker that replace the usual ones; {@code ${broker}} and {@code
 *     ${controller}} in them stand for its ports
 */
record ClusterSettings(
    Path library,
    int taskManagers,
    int slots,
    boolean highAvailability,
    Duration checkpointInterval,
    Map<String, String> flink,
    Map<String, String> broker) {

  ClusterSettings {
    if (taskManagers < 1 || slots < 1) {
      throw new CommandFailure(
          ExitCode.USAGE, "a cluster needs at least one TaskManager with one slot");
    }
    if (checkpointInterval.isZero() || checkpointInterval.isNegative()) {
      throw new CommandFailure(ExitCode.USAGE, "the checkpoint interval must be 1 second or more");
    }
  }
}
