package dev.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an orchestrator must do with the records of the trigger topic, in a few lines: skip what is
 * only rehearsed, what has expired, and what was started before.
 */
final class TriggerConsumer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Instant now;
  private final Set<String> started = new HashSet<>();
  private final List<String> starts = new ArrayList<>();

  TriggerConsumer(Instant now) {
    this.now = now;
  }

  /** Takes a record; bytes that are no trigger start nothing. */
  void take(byte[] value) {
    try {
      JsonNode trigger = JSON.readTree(value);
      boolean rehearsal =
          !trigger.path("dry_run").isBoolean() || trigger.get("dry_run").asBoolean();
      if (rehearsal || !now.isBefore(Instant.parse(trigger.path("expires_at").asText()))) {
        return;
      }
      String id = trigger.get("trigger_id").asText();
      if (started.add(id)) {
        starts.add(id);
      }
    } catch (IOException | RuntimeException e) {
      // Nothing that can be started.
    }
  }

  /** Ids of the runs that were started, in order. */
  List<String> starts() {
    return starts;
  }
}
