package dev.weir.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A job file is wrong; carries every problem found, warnings included, sorted by position. */
public final class JobFileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** Made of at least one problem that is an error. */
  JobFileException(List<Problem> problems) {
    super(
        problems.stream()
            .filter(Problem::isError)
            .map(ProblemPrinter::headline)
            .collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** All problems, sorted by position. */
  public List<Problem> problems() {
    return problems;
  }
}
