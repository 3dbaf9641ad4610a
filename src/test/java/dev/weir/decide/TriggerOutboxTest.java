package dev.weir.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TriggerOutboxTest {
  private static final byte[] BYTES = "{\"trigger_id\":\"rt-1\"}".getBytes(StandardCharsets.UTF_8);

  private final TriggerOutbox outbox = new TriggerOutbox(3);

  @Test
  void unseenTrigger_goesOutAgainAfterThreeCheckpoints_andAgainAfterThreeMore() {
    assertThat(outbox.issue("rt-1", BYTES, 1000)).isTrue();
    assertThat(outbox.checkpointCompleted()).isEmpty();
    assertThat(outbox.checkpointCompleted()).isEmpty();
    assertThat(outbox.checkpointCompleted())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.triggerId()).isEqualTo("rt-1");
              assertThat(letter.payload()).isEqualTo(BYTES);
            });
    assertThat(outbox.checkpointCompleted()).isEmpty();
    assertThat(outbox.checkpointCompleted()).isEmpty();
    assertThat(outbox.checkpointCompleted()).hasSize(1);
    assertThat(outbox.reemitted()).isEqualTo(2);
  }

  @Test
  void visibleTrigger_isNotSentAgainAndForgottenAtItsExpiry() {
    outbox.issue("rt-1", BYTES, 1000);
    assertThat(outbox.visible("rt-1", BYTES)).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(outbox.checkpointCompleted()).isEmpty();
    }
    assertThat(outbox.expire(1000)).isEmpty();
    assertThat(outbox.isEmpty()).isFalse();
    assertThat(outbox.expire(1001)).isEmpty();
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.visible("rt-1", BYTES)).isFalse();
  }

  @Test
  void otherBytesUnderOurId_confirmNothing() {
    outbox.issue("rt-1", BYTES, 1000);
    byte[] forged = "{}".getBytes(StandardCharsets.UTF_8);
    assertThat(outbox.visible("rt-1", forged)).isFalse();
    assertThat(outbox.waiting()).isEqualTo(1);
    assertThat(outbox.visible("rt-1", BYTES)).isTrue();
    assertThat(outbox.waiting()).isZero();
    assertThat(outbox.visible("rt-1", forged)).isFalse();
    assertThat(outbox.visible("rt-2", forged)).isFalse();
  }

  @Test
  void sameIdIssuedTwice_keepsTheFirstBytes() {
    outbox.issue("rt-1", BYTES, 1000);
    assertThat(outbox.issue("rt-1", new byte[] {1}, 1000)).isFalse();
    outbox.checkpointCompleted();
    outbox.checkpointCompleted();
    assertThat(outbox.checkpointCompleted().get(0).payload()).isEqualTo(BYTES);
  }

  @Test
  void triggerNeverSeen_isNamedAtItsExpiry() {
    outbox.issue("rt-1", BYTES, 1000);
    assertThat(outbox.expire(1001)).containsExactly("rt-1");
  }

  @Test
  void outbox_isBounded() {
    for (int i = 0; i < TriggerOutbox.MOST_ENTRIES; i++) {
      outbox.issue("rt-" + i, BYTES, 1000);
    }
    assertThatIllegalStateException().isThrownBy(() -> outbox.issue("rt-new", BYTES, 1000));
  }

  @Test
  void patienceBelowThree_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new TriggerOutbox(2));
  }

  @Test
  void encoding_isFrozenAndReadsBack() throws IOException {
    outbox.issue("rt-1", new byte[] {7, 8}, 1000);
    outbox.issue("rt-2", new byte[] {9}, 2000);
    outbox.visible("rt-2", new byte[] {9});
    outbox.checkpointCompleted();
    byte[] bytes = encode(outbox);
    assertThat(HexFormat.of().formatHex(bytes))
        .startsWith(
            "01" + "0000000000000001" + "0000000000000000" + "00000002" + "0004" + "72742d31")
        .endsWith("00000000000007d0" + "ffffffff");
    TriggerOutbox again =
        TriggerOutbox.decode(new DataInputStream(new ByteArrayInputStream(bytes)), 3);
    assertThat(encode(again)).isEqualTo(bytes);
    again.checkpointCompleted();
    assertThat(again.checkpointCompleted()).hasSize(1);
  }

  private static byte[] encode(TriggerOutbox outbox) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    outbox.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
