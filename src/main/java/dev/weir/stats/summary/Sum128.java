package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;

/**
 * Signed 128-bit sum.
 *
 * <p>Guarantee: exact as long as the true sum lies within +-2^127; with 10^12 terms of at most 2^86
 * it stays below 2^126. Addition is order-free.
 *
 * <p>Mutable; belongs to one summary.
 */
public final class Sum128 {
  private long high;
  private long low;

  /** Adds a value. */
  public void add(long value) {
    addParts(value >> 63, value);
  }

  /** Adds {@code sign * value}. */
  public void add(long value, int sign) {
    add(sign * value);
  }

  /** Adds the exact product of two values. */
  public void addProduct(long first, long second) {
    addParts(Math.multiplyHigh(first, second), first * second);
  }

  /** Adds another sum. */
  public void add(Sum128 other) {
    addParts(other.high, other.low);
  }

  /** Subtracts another sum. */
  public void subtract(Sum128 other) {
    long negatedLow = -other.low;
    addParts(~other.high + (other.low == 0 ? 1 : 0), negatedLow);
  }

  /** Adds the number of these halves of two's complement. */
  void addParts(long otherHigh, long otherLow) {
    long sum = low + otherLow;
    high += otherHigh + (Long.compareUnsigned(sum, otherLow) < 0 ? 1 : 0);
    low = sum;
  }

  /** The high 64 bits of the two's complement. */
  public long high() {
    return high;
  }

  /** The low 64 bits, unsigned. */
  public long low() {
    return low;
  }

  /** Whether the sum is 0. */
  public boolean isZero() {
    return (high | low) == 0;
  }

  /** The exact sum. */
  public BigInteger toBigInteger() {
    BigInteger lowPart = BigInteger.valueOf(low & Long.MAX_VALUE);
    if (low < 0) {
      lowPart = lowPart.setBit(63);
    }
    return BigInteger.valueOf(high).shiftLeft(64).add(lowPart);
  }

  /** Whether the sum is a {@code long}, {@link #low}. */
  boolean isLong() {
    return high == low >> 63;
  }

  /** The double nearest to the sum. */
  public double toDouble() {
    if (isLong()) {
      return (double) low;
    }
    if (high <= 0) {
      return toBigInteger().doubleValue();
    }
    // The leading 63 bits, of which the last also tells whether anything is behind them.
    int behind = 65 - Long.numberOfLeadingZeros(high);
    long leading = behind == 64 ? high : high << 64 - behind | low >>> behind;
    boolean exact = behind == 64 ? low == 0 : low << 64 - behind == 0;
    return (double) (exact ? leading : leading | 1) * Math.scalb(1.0, behind);
  }

  /**
   * Writes the number of bytes, then as few bytes of two's complement as hold the sum; 0 is one.
   */
  public void encode(DataOutput out) throws IOException {
    if (isZero()) {
      out.writeByte(0);
      return;
    }
    boolean isShort = isLong();
    long leading = isShort ? low : high;
    int bits = 65 - Long.numberOfLeadingZeros(leading ^ (leading >> 63)) + (isShort ? 0 : 64);
    int length = (bits + 7) / 8;
    out.writeByte(length);
    for (int index = length - 1; index >= 0; index--) {
      long part = index >= 8 ? high : low;
      out.writeByte((int) (part >> (8 * (index % 8))));
    }
  }

  /** Reads what {@link #encode} wrote. */
  public static Sum128 decode(DataInput in) throws IOException {
    Sum128 sum = new Sum128();
    int length = in.readUnsignedByte();
    if (length > 16) {
      throw new IOException("A sum has at most 16 bytes, not " + length + ": bytes are damaged");
    }
    for (int i = 0; i < length; i++) {
      int next = in.readUnsignedByte();
      if (i == 0 && next > 127) {
        sum.high = -1;
        sum.low = -1;
      }
      sum.high = (sum.high << 8) | (sum.low >>> 56);
      sum.low = (sum.low << 8) | next;
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sum128 that && high == that.high && low == that.low;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + Long.hashCode(low);
  }

  @Override
  public String toString() {
    return toBigInteger().toString();
  }
}
