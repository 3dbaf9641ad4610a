package dev.weir.cli;

import picocli.CommandLine.Option;

/** Flags that tell one deployment on a Kafka from another. */
final class NamingOptions {
  @Option(
      names = "--topic-prefix",
      defaultValue = "${env:WEIR_TOPIC_PREFIX:-weir.}",
      description = "What topic names begin with. Default: ${DEFAULT-VALUE}.")
  private String topicPrefix = "weir.";

  @Option(
      names = "--deployment",
      defaultValue = "weir",
      description = "Name of this deployment, in ce_source and transaction ids.")
  private String deployment = "weir";

  String topicPrefix() {
    return topicPrefix;
  }

  String deployment() {
    return deployment;
  }
}
