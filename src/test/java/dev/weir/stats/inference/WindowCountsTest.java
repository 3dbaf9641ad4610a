package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WindowCountsTest {
  private static byte[] encode(WindowCounts counts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    counts.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Test
  void decode_returnsWhatWasEncoded() throws IOException {
    WindowCounts drift = DriftEvidence.window(167, new long[] {0, 0, 3, 1L << 40, 0}, 12);
    assertThat(WindowCounts.decode(encode(drift))).isEqualTo(drift);
    WindowCounts loss = HarmEvidence.boundedWindow(0, 9, 1, -5, 1L << 50, Long.MIN_VALUE, 3);
    assertThat(WindowCounts.decode(encode(loss))).isEqualTo(loss);
    WindowCounts nothing = DriftEvidence.window(0, new long[0]);
    assertThat(WindowCounts.decode(encode(nothing))).isEqualTo(nothing);
  }

  @Test
  void countsOfOneBin_areFrozenBytes() throws IOException {
    // Format 2, season 2, absent 0, five counts, how 0: three zeros as a run, 300 in two bytes, 1.
    assertThat(encode(DriftEvidence.window(2, new long[] {0, 0, 0, 300, 1})))
        .containsExactly(2, 2, 0, 5, 0, 0, 3, 0xAC, 2, 1);
  }

  @Test
  void anEmptyClassHistogram_takesAFewBytes() throws IOException {
    long[] none = new long[CalibrationEvidence.BINS];
    assertThat(encode(CalibrationEvidence.window(0, none, none, none))).hasSizeLessThan(10);
  }

  @Test
  void foreignBytes_areRejected() {
    assertThatThrownBy(() -> WindowCounts.decode(new byte[] {9, 0, 0, 0}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 9 is unknown");
    assertThatThrownBy(() -> WindowCounts.decode(new byte[] {2, 0, 0, 5, 0, 0, 6}))
        .as("a run beyond the end")
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> WindowCounts.decode(new byte[] {2, 0, 0, 5, 0, 0, 0}))
        .as("a run of length 0")
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> WindowCounts.decode(new byte[] {2, 0, 0, -1, -1, -1, -1, 7}))
        .as("more counts than any plan has")
        .isInstanceOf(IOException.class);
  }

  @Test
  void everyPrefix_isRejectedWithoutHarm() throws IOException {
    for (long[] counts : new long[][] {{7, 0, 0, 900, 2}, {907, 902, 900, 911, 905, 903}}) {
      byte[] whole = encode(DriftEvidence.window(3, counts, 5));
      for (int length = 0; length < whole.length; length++) {
        byte[] prefix = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> WindowCounts.decode(prefix))
            .as("the first %d bytes of %s", length, Arrays.toString(counts))
            .isInstanceOf(IOException.class);
      }
    }
  }
}
