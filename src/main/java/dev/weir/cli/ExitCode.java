package dev.weir.cli;

/** How a command ended. The numbers are a contract. */
public enum ExitCode {
  /** Done. */
  DONE(0),
  /** A defect of Weir. */
  DEFECT(1),
  /** Unknown flag, missing argument. */
  USAGE(2),
  /** A job file, baseline or input file is wrong. */
  CONFIGURATION(3),
  /** Kafka, registry, Flink or a store cannot be reached. */
  NOT_REACHABLE(4),
  /** A check found something. */
  FOUND(5),
  /** Interrupted. */
  INTERRUPTED(130);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The number the process exits with. */
  public int number() {
    return number;
  }
}
