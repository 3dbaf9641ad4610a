package dev.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a consumer of triggers must do, and no more: start each id once, start nothing that has
 * expired, start nothing that is only a trial. The ids must outlive a restart of the consumer.
 */
final class ReferenceOrchestrator {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Set<String> ids;
  private final List<String> refused = new ArrayList<>();

  /** A consumer that goes on with the ids an earlier one has kept. */
  ReferenceOrchestrator(Set<String> ids) {
    this.ids = new LinkedHashSet<>(ids);
  }

  /** Whether this record starts a run, as of a time. */
  boolean starts(byte[] value, Instant now) throws IOException {
    JsonNode trigger = JSON.readTree(value);
    String id = trigger.get("trigger_id").asText();
    if (trigger.get("dry_run").asBoolean()) {
      refused.add("trial " + id);
    } else if (now.isAfter(Instant.parse(trigger.get("expires_at").asText()))) {
      refused.add("expired " + id);
    } else if (!ids.add(id)) {
      refused.add("known " + id);
    } else {
      return true;
    }
    return false;
  }

  Set<String> ids() {
    return Set.copyOf(ids);
  }

  List<String> refused() {
    return List.copyOf(refused);
  }
}
