package dev.weir.flink.kafka;

import dev.weir.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What each party must be allowed to do on a broker that allows nothing by itself ({@code
 * allow.everyone.if.no.acl.found=false}): with exactly these everything works, and without any one
 * of them something does not. Only the job writes what Weir says, and nobody who sends data can
 * read or write anything else.
 */
public final class Grants {
  private final KafkaSettings kafka;
  private final List<Grant> grants = new ArrayList<>();

  private Grants(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /** All grants for these names of topics and this deployment, party by party. */
  public static List<Grant> of(KafkaSettings kafka) {
    Grants all = new Grants(kafka);
    all.producers();
    all.job();
    all.readersOfOutputs();
    all.admin();
    return List.copyOf(all.grants);
  }

  /** The grants of one party. */
  public static List<Grant> of(KafkaSettings kafka, Party party) {
    return of(kafka).stream().filter(grant -> grant.party() == party).toList();
  }

  /** The groups in which the job keeps how far it has read and that it runs, by reader. */
  public static List<String> readersOfJob() {
    List<String> readers = new ArrayList<>();
    for (Event.Input input : Event.Input.values()) {
      readers.add(input.id());
    }
    readers.add("control");
    readers.add("read-back");
    readers.add("lease");
    return readers;
  }

  private void producers() {
    write(Party.FEATURES_PRODUCER, Topic.FEATURES, "send features");
    write(Party.PREDICTIONS_PRODUCER, Topic.PREDICTIONS, "send predictions");
    write(Party.LABELS_PRODUCER, Topic.LABELS, "send labels");
    write(Party.REGISTRY, Topic.MODEL_VERSIONS, "announce versions");
  }

  private void job() {
    for (Topic topic : Topic.values()) {
      switch (topic.kind()) {
        case INPUT -> read(Party.JOB, topic, "read events");
        case CONTROL -> read(Party.JOB, topic, "hear control");
        case OUTPUT -> write(Party.JOB, topic, "write results");
      }
    }
    read(Party.JOB, Topic.RETRAINING_TRIGGERS, "see that triggers arrived");
    read(Party.JOB, Topic.AUDIT, "know whether it has run before");
    for (Topic topic : List.of(Topic.PREDICTIONS, Topic.LABELS)) {
      topic(Party.JOB, AclOperation.DESCRIBE_CONFIGS, topic, "compare retention with the horizon");
    }
    for (String reader : readersOfJob()) {
      group(Party.JOB, kafka.group(reader), "keep how far it has read");
    }
    grants.add(
        new Grant(
            Party.JOB,
            AclOperation.WRITE,
            ResourceType.TRANSACTIONAL_ID,
            kafka.transactionPrefix(),
            PatternType.PREFIXED,
            "write exactly once"));
  }

  private void readersOfOutputs() {
    read(Party.ORCHESTRATOR, Topic.RETRAINING_TRIGGERS, "hear triggers");
    group(Party.ORCHESTRATOR, "weir-orchestrator", "hear each trigger once");
    write(Party.ORCHESTRATOR, Topic.RETRAINING_STATUS, "say what became of triggers");
    for (Topic topic : Topic.values()) {
      if (topic.kind() != Topic.Kind.INPUT) {
        read(Party.DASHBOARD, topic, "show it");
      }
    }
    write(Party.DASHBOARD, Topic.FEEDBACK, "pass on what people decide");
    read(Party.NOTIFIER, Topic.ALERTS, "carry alerts");
    read(Party.NOTIFIER, Topic.FEEDBACK, "honour silences");
    group(Party.NOTIFIER, "weir-notifier", "carry each alert once");
  }

  private void admin() {
    for (Topic topic : Topic.values()) {
      topic(Party.ADMIN, AclOperation.CREATE, topic, "make topics");
      topic(Party.ADMIN, AclOperation.DESCRIBE_CONFIGS, topic, "say what differs");
      switch (topic.kind()) {
        case INPUT -> {
          read(Party.ADMIN, topic, "fetch records set aside");
          write(Party.ADMIN, topic, "send records again");
        }
        case CONTROL -> read(Party.ADMIN, topic, "see what is applied");
        case OUTPUT -> read(Party.ADMIN, topic, "look into what went wrong");
      }
    }
    write(Party.ADMIN, Topic.JOB_FILES, "apply job files");
    write(Party.ADMIN, Topic.BASELINES, "apply baselines");
  }

  private void read(Party party, Topic topic, String purpose) {
    topic(party, AclOperation.READ, topic, purpose);
  }

  private void write(Party party, Topic topic, String purpose) {
    topic(party, AclOperation.WRITE, topic, purpose);
  }

  private void topic(Party party, AclOperation operation, Topic topic, String purpose) {
    for (String name : kafka.names(topic)) {
      grants.add(
          new Grant(party, operation, ResourceType.TOPIC, name, PatternType.LITERAL, purpose));
    }
  }

  private void group(Party party, String name, String purpose) {
    grants.add(
        new Grant(
            party, AclOperation.READ, ResourceType.GROUP, name, PatternType.LITERAL, purpose));
  }
}
