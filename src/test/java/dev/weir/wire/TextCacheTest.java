package dev.weir.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextCacheTest {
  private static final long SEED = 20_260_101;

  /**
   * Bytes that collide in length, beginning and end, NUL among them, at every place of an array.
   */
  @Test
  void everyText_isThatOfItsBytes() {
    TextCache cache = new TextCache();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 200_000; i++) {
      int length = random.nextInt(random.nextInt(10) == 0 ? 80 : 12);
      int from = random.nextInt(4);
      byte[] source = new byte[from + length + random.nextInt(10)];
      for (int at = 0; at < source.length; at++) {
        source[at] = (byte) (random.nextInt(4) == 0 ? random.nextInt(128) : 0);
      }
      assertThat(cache.of(source, from, from + length))
          .as("text %d of seed %d", i, SEED)
          .isEqualTo(new String(source, from, length, UTF_8));
    }
  }

  @Test
  void equalBytes_giveTheSameInstance_whateverFollows() {
    TextCache cache = new TextCache();
    for (String text : new String[] {"a", "seven..", "eight...", "nine....."}) {
      String first = cache.of(text.getBytes(UTF_8), 0, text.length());
      byte[] inside = ("before " + text + " and behind").getBytes(UTF_8);
      assertThat(cache.of(inside, 7, 7 + text.length())).isSameAs(first);
    }
  }
}
