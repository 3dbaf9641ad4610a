package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Sum128Test {

  /** Large terms of both signs: a lost carry or borrow shows at once. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void sum_ofRandomTerms_equalsBigInteger(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Sum128 sum = new Sum128();
    BigInteger exact = BigInteger.ZERO;
    for (int i = 0; i < 10_000; i++) {
      long first = random.nextLong() >> random.nextInt(64);
      long second = random.nextLong() >> random.nextInt(2, 64);
      Sum128 product = new Sum128();
      product.addProduct(first, second);
      switch (random.nextInt(3)) {
        case 0 -> {
          sum.add(first);
          exact = exact.add(BigInteger.valueOf(first));
        }
        case 1 -> {
          sum.addProduct(first, second);
          exact = exact.add(BigInteger.valueOf(first).multiply(BigInteger.valueOf(second)));
        }
        default -> {
          sum.subtract(product);
          exact = exact.subtract(BigInteger.valueOf(first).multiply(BigInteger.valueOf(second)));
        }
      }
      // Beyond 127 bits the sum wraps, as two's complement does.
      if (exact.bitLength() > 126) {
        sum.subtract(sum);
        exact = BigInteger.ZERO;
      }
    }
    assertThat(sum.toBigInteger()).as("seed %d", seed).isEqualTo(exact);
    assertThat(sum.toDouble()).as("seed %d", seed).isEqualTo(exact.doubleValue());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 127, 128, -128, -129, Long.MAX_VALUE, Long.MIN_VALUE})
  void encode_thenDecode_isTheSame(long value) throws IOException {
    for (int doublings = 0; doublings < 60; doublings += 7) {
      Sum128 sum = new Sum128();
      sum.addProduct(value, 1L << doublings);
      assertThat(decode(encode(sum))).as("%d << %d", value, doublings).isEqualTo(sum);
    }
  }

  @Test
  void toDouble_isTheNearest() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      Sum128 sum = new Sum128();
      long high = random.nextLong() >> random.nextInt(64);
      // Halves between two doubles too, and what is just beside them.
      long low = (random.nextLong() << random.nextInt(64)) + random.nextInt(3) - 1;
      sum.addParts(high, low);
      assertThat(sum.toDouble()).as("%s", sum).isEqualTo(sum.toBigInteger().doubleValue());
    }
  }

  @Test
  void encode_ofZero_isOneByte() throws IOException {
    assertThat(encode(new Sum128())).containsExactly(0);
  }

  @Test
  void encode_ofMinusTwo_isLengthAndTwosComplement() throws IOException {
    Sum128 sum = new Sum128();
    sum.add(2, -1);
    assertThat(encode(sum)).containsExactly(1, -2);
  }

  @Test
  void decode_ofTooManyBytes_isRefused() {
    byte[] bytes = new byte[18];
    bytes[0] = 17;
    assertThatThrownBy(() -> decode(bytes)).isInstanceOf(IOException.class);
  }

  private static byte[] encode(Sum128 sum) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sum.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static Sum128 decode(byte[] bytes) throws IOException {
    return Sum128.decode(new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
