package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PackedNumbersTest {
  private static final int MOST = 1000;

  private static byte[] write(long... numbers) {
    byte[] bytes = new byte[PackedNumbers.longest(numbers.length)];
    return Arrays.copyOf(bytes, PackedNumbers.write(bytes, 0, numbers));
  }

  private static long[] read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    long[] numbers = PackedNumbers.read(in::readByte, MOST);
    assertThat(in.available()).as("bytes that are left").isZero();
    return numbers;
  }

  @Test
  void listsOfEveryWidth_areReadAsTheyWereWritten() throws IOException {
    SplittableRandom random = new SplittableRandom(51);
    for (int width = 0; width <= Long.SIZE; width++) {
      for (int length = 0; length < 40; length++) {
        long mask = width == Long.SIZE ? -1 : (1L << width) - 1;
        long smallest = random.nextLong() >> random.nextInt(Long.SIZE);
        long[] numbers = new long[length];
        for (int i = 0; i < length; i++) {
          numbers[i] = random.nextInt(3) == 0 ? 0 : smallest + (random.nextLong() & mask);
        }
        assertThat(read(write(numbers)))
            .as("seed 51, %d numbers of %d bits", length, width)
            .containsExactly(numbers);
      }
    }
  }

  @Test
  void numbersCloseTogether_areFrozenBytes() throws IOException {
    // Four numbers, 1 + 2 bits, from 300 on; 0, 3, 1, 2 in two bits each, lowest first.
    byte[] bytes = write(300, 303, 301, 302);
    assertThat(bytes).containsExactly(4, 3, 0xAC, 2, 0b10_01_11_00);
    assertThat(read(bytes)).containsExactly(300, 303, 301, 302);
  }

  @Test
  void runsOfZeros_areFrozenBytes() {
    // Five numbers, how 0, three zeros as a run, 300 in two bytes, 1.
    assertThat(write(0, 0, 0, 300, 1)).containsExactly(5, 0, 0, 3, 0xAC, 2, 1);
    assertThat(write()).containsExactly(0, 0);
  }

  @Test
  void equalNumbers_takeNoBits() {
    long[] numbers = new long[500];
    Arrays.fill(numbers, 14);
    assertThat(write(numbers)).hasSize(4);
  }

  @Test
  void extremesOfLong_areKept() throws IOException {
    long[] numbers = {Long.MIN_VALUE, 0, Long.MAX_VALUE, -1};
    assertThat(read(write(numbers))).containsExactly(numbers);
  }

  @Test
  void whatIsNoList_isRejected() {
    assertThatThrownBy(() -> read(new byte[] {-1, 127, 0}))
        .as("more numbers than are believed")
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(new byte[] {1, 58, 0}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("57 bits");
    assertThatThrownBy(() -> read(new byte[] {1, -1, 0})).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(new byte[] {5, 0, 0, 6}))
        .as("a run beyond the end")
        .isInstanceOf(IOException.class);
  }
}
