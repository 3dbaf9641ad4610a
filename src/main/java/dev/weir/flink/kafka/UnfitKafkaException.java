package dev.weir.flink.kafka;

import java.util.List;

/** A Kafka on which the job would not keep its promises, or cannot run at all. */
public final class UnfitKafkaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failure for these reasons; each says what, where and how to mend it. */
  UnfitKafkaException(String servers, List<String> problems) {
    super(message(servers, problems));
  }

  /** A failure to speak to it at all. */
  UnfitKafkaException(String servers, String problem, Throwable cause) {
    super(message(servers, List.of(problem)), cause);
  }

  private static String message(String servers, List<String> problems) {
    if (problems.size() == 1) {
      return "Kafka at " + servers + " " + problems.get(0);
    }
    StringBuilder message =
        new StringBuilder("Kafka at ").append(servers).append(" cannot be used as it is:");
    problems.forEach(problem -> message.append("\n  it ").append(problem));
    return message.toString();
  }
}
