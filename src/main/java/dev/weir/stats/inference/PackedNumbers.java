package dev.weir.stats.inference;

import java.io.IOException;
import java.util.Arrays;

/**
 * A list of numbers in few bytes: those that lie close together take some bits each, those that are
 * mostly 0 some bytes for each run.
 *
 * <p>Guarantee: what is read equals what was written, bit for bit; equal lists give equal bytes.
 * Encoded: the length, then a byte that says how, then the numbers. How 0: of variable length, a 0
 * followed by the length of its run. How 1 + w: the smallest, then of each its distance from it in
 * w bits, lowest first. The shorter of both is written; of equally long ones the first.
 */
final class PackedNumbers {
  private static final int RUNS = 0;

  /** Widest distance that is packed, so that a number and the rest of a byte fit into a long. */
  private static final int WIDEST = 56;

  private PackedNumbers() {}

  /** Most bytes that so many numbers take. */
  static int longest(int numbers) {
    return 1 + VariableLength.LONGEST * (1 + numbers);
  }

  /** Writes into an array, from a position on; returns the position behind it. */
  static int write(byte[] bytes, int at, long[] numbers) {
    int how = VariableLength.write(bytes, at, numbers.length);
    bytes[how] = RUNS;
    int end = writeRuns(bytes, how + 1, numbers);
    long smallest = Arrays.stream(numbers).min().orElse(0);
    int width = Long.SIZE - Long.numberOfLeadingZeros(widest(numbers, smallest));
    if (width > WIDEST) {
      return end;
    }
    byte[] start = new byte[VariableLength.LONGEST];
    int startLength = VariableLength.write(start, 0, smallest);
    int packedEnd = how + 1 + startLength + packedLength(numbers.length, width);
    if (packedEnd >= end) {
      return end;
    }
    bytes[how] = (byte) (1 + width);
    System.arraycopy(start, 0, bytes, how + 1, startLength);
    pack(bytes, how + 1 + startLength, numbers, smallest, width);
    return packedEnd;
  }

  /** Unsigned: the distance between two longs may not fit into a signed one. */
  private static long widest(long[] numbers, long smallest) {
    long bits = 0;
    for (long number : numbers) {
      bits |= number - smallest;
    }
    return bits;
  }

  private static int packedLength(int numbers, int width) {
    return (int) (((long) numbers * width + Byte.SIZE - 1) / Byte.SIZE);
  }

  private static int writeRuns(byte[] bytes, int at, long[] numbers) {
    int end = at;
    int index = 0;
    while (index < numbers.length) {
      end = VariableLength.write(bytes, end, numbers[index]);
      int next = index + 1;
      if (numbers[index] == 0) {
        while (next < numbers.length && numbers[next] == 0) {
          next++;
        }
        end = VariableLength.write(bytes, end, next - index);
      }
      index = next;
    }
    return end;
  }

  private static void pack(byte[] bytes, int at, long[] numbers, long smallest, int width) {
    int end = at;
    long held = 0;
    int bits = 0;
    for (long number : numbers) {
      held |= (number - smallest) << bits;
      bits += width;
      while (bits >= Byte.SIZE) {
        bytes[end++] = (byte) held;
        held >>>= Byte.SIZE;
        bits -= Byte.SIZE;
      }
    }
    if (bits > 0) {
      bytes[end] = (byte) held;
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param most most numbers that are believed
   * @throws IOException if the bytes end too early or are not such a list
   */
  static long[] read(VariableLength.Bytes in, int most) throws IOException {
    int length = VariableLength.readInt(in, most);
    int how = in.next();
    if (how == RUNS) {
      return readRuns(in, length);
    }
    if (how < 0 || how > 1 + WIDEST) {
      throw new IOException("numbers of " + (how - 1) + " bits");
    }
    return unpack(in, length, how - 1);
  }

  private static long[] readRuns(VariableLength.Bytes in, int length) throws IOException {
    long[] numbers = new long[length];
    int index = 0;
    while (index < length) {
      numbers[index] = VariableLength.read(in);
      index += numbers[index] == 0 ? VariableLength.readRun(in, length - index) : 1;
    }
    return numbers;
  }

  private static long[] unpack(VariableLength.Bytes in, int length, int width) throws IOException {
    long smallest = VariableLength.read(in);
    long mask = (1L << width) - 1;
    long[] numbers = new long[length];
    long held = 0;
    int bits = 0;
    for (int index = 0; index < length; index++) {
      while (bits < width) {
        held |= (in.next() & 0xFFL) << bits;
        bits += Byte.SIZE;
      }
      numbers[index] = smallest + (held & mask);
      held >>>= width;
      bits -= width;
    }
    return numbers;
  }
}
