package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NatsTest {
  /** Of units of 2^-30 nats, which are exact in a double. */
  @Test
  void expOfMinus_isWhatTheLibrarySays_within2ToTheMinus50() {
    Random random = new Random(1);
    for (int i = 0; i < 300_000; i++) {
      long units = random.nextLong() >>> 28 + random.nextInt(36);
      double exact = StrictMath.exp(-Nats.of(units));
      assertThat(Math.abs(Nats.expOfMinus(units) - exact))
          .as("units %d", units)
          .isLessThanOrEqualTo(0x1p-50 * exact);
    }
    assertThat(Nats.expOfMinus(0)).isEqualTo(1);
  }
}
