package dev.weir.decide;

import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.audit;
import static dev.weir.decide.TestingModel.drift;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.decide.Output.AuditRecord;
import dev.weir.event.Control.Action;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditChainTest {
  private static List<AuditRecord> history() {
    TestingModel model = new TestingModel();
    List<AuditRecord> history = new ArrayList<>();
    for (int hour = 0; hour < 6; hour++) {
      long tick = START + hour * HOUR;
      if (hour == 2) {
        model.feedback("1", Action.ACKNOWLEDGE, "f-\"unknown\"\u0007 \u20ac", tick - 60_000);
      }
      model.window(drift("a"), tick, hour < 2 ? 300 : 0);
      history.addAll(audit(model.decide(tick)));
    }
    return history;
  }

  @Test
  void history_isWhatHappened() {
    assertThat(history())
        .extracting(record -> record.action().name())
        .containsExactly(
            "JOB_FILE_APPLIED",
            "BASELINE_APPLIED",
            "MODEL_VERSION_SEEN",
            "ALERT_FIRED",
            "FEEDBACK_IGNORED",
            "ALERT_RESOLVED");
  }

  /** The recipe, written once more with another JSON library; keys stand in order by hand. */
  private static String recomputed(AuditRecord record) throws Exception {
    ObjectMapper json = new ObjectMapper();
    String time = Instant.ofEpochMilli(record.eventTime()).toString();
    String withMillis = time.contains(".") ? time : time.replace("Z", ".000Z");
    String text =
        "{\"action\":"
            + json.writeValueAsString(record.action().name())
            + ",\"actor\":"
            + json.writeValueAsString(record.actor())
            + ",\"config_hash\":"
            + json.writeValueAsString(record.configHash())
            + ",\"detail\":"
            + json.writeValueAsString(record.detail())
            + ",\"event_time\":\""
            + withMillis
            + "\",\"model_id\":"
            + json.writeValueAsString(record.modelId())
            + ",\"object_id\":"
            + json.writeValueAsString(record.objectId())
            + ",\"previous_hash\":\""
            + record.previousHash()
            + "\",\"sequence\":"
            + record.sequence()
            + "}";
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  @Test
  void chain_recomputedByOtherMeans_isWhole() throws Exception {
    String previous = "0".repeat(64);
    long sequence = 0;
    long time = Long.MIN_VALUE;
    for (AuditRecord record : history()) {
      assertThat(record.sequence()).isEqualTo(sequence++);
      assertThat(record.previousHash()).isEqualTo(previous);
      assertThat(record.hash()).as("record %d", record.sequence()).isEqualTo(recomputed(record));
      assertThat(record.eventTime()).isGreaterThanOrEqualTo(time);
      assertThat(AuditChain.follows(previous, record)).isTrue();
      previous = record.hash();
      time = record.eventTime();
    }
  }

  @Test
  void recordThatWasChanged_doesNotFollow() {
    List<AuditRecord> history = history();
    AuditRecord first = history.get(0);
    AuditRecord forged =
        new AuditRecord(
            first.modelId(),
            first.sequence(),
            first.eventTime(),
            "user:eve",
            first.action(),
            first.objectId(),
            first.detail(),
            first.configHash(),
            first.previousHash(),
            first.hash());
    assertThat(AuditChain.follows(AuditChain.FIRST_PREVIOUS_HASH, forged)).isFalse();
    assertThat(AuditChain.follows(first.hash(), history.get(2))).isFalse();
  }
}
