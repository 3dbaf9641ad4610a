package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws that every summary obeys, over the whole catalogue and many seeds. */
class SummaryContract {
  private static final int RECORDS = 200;

  static Stream<Shape<?>> shapes() {
    return Shape.all().stream();
  }

  static Stream<Arguments> shapesAndSeeds() {
    return shapes()
        .flatMap(shape -> IntStream.range(0, 10).mapToObj(seed -> Arguments.of(shape, seed)));
  }

  private static long[] records(int seed) {
    return LongStream.range(0, RECORDS).map(i -> 1_000_003L * seed + i).toArray();
  }

  @Test
  void everyKindOfTheCatalogue_isUnderContract() {
    List<String> covered = shapes().map(shape -> shape.name()).toList();
    assertThat(Summaries.all())
        .as("kinds without a shape")
        .allMatch(kind -> covered.contains(kind.name()));
    assertThat(Summaries.all().stream().map(Summaries.Kind::name)).doesNotHaveDuplicates();
  }

  @ParameterizedTest(name = "{0} seed {1}")
  @MethodSource("shapesAndSeeds")
  <S extends Summary<S>> void merge_ofAnySplitInAnyOrder_equalsTheWhole(Shape<S> shape, int seed) {
    long[] records = records(seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<S> parts = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      parts.add(shape.empty().get());
    }
    List<Long> shuffled = new ArrayList<>(LongStream.of(records).boxed().toList());
    Collections.shuffle(shuffled, new Random(seed));
    shuffled.forEach(record -> shape.feed(parts.get(random.nextInt(count)), record, 1));
    while (parts.size() > 1) {
      S first = parts.remove(random.nextInt(parts.size()));
      parts.get(random.nextInt(parts.size())).merge(first);
    }
    assertThat(Shape.bytes(parts.get(0)))
        .as("seed %d in %d parts", seed, count)
        .isEqualTo(Shape.bytes(shape.of(records)));
    assertThat(parts.get(0)).isEqualTo(shape.of(records)).hasSameHashCodeAs(shape.of(records));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  <S extends Summary<S>> void merge_withEmpty_changesNothing(Shape<S> shape) {
    S whole = shape.of(records(0));
    S fromLeft = whole.empty();
    fromLeft.merge(whole);
    S fromRight = whole.copy();
    fromRight.merge(whole.empty());
    assertThat(Shape.bytes(fromLeft)).isEqualTo(Shape.bytes(whole));
    assertThat(Shape.bytes(fromRight)).isEqualTo(Shape.bytes(whole));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  <S extends Summary<S>> void merge_withItself_countsTwice(Shape<S> shape) {
    long[] records = records(3);
    S doubled = shape.of(records);
    doubled.merge(doubled.copy());
    S twice = shape.of(records);
    LongStream.of(records).forEach(record -> shape.feed(twice, record, 1));
    assertThat(doubled).isEqualTo(twice);
  }

  @ParameterizedTest(name = "{0} seed {1}")
  @MethodSource("shapesAndSeeds")
  <S extends Summary<S>> void decode_ofEncode_isTheSame(Shape<S> shape, int seed)
      throws IOException {
    S whole = shape.of(records(seed));
    S decoded = shape.decode(Shape.bytes(whole));
    assertThat(decoded).as("seed %d", seed).isEqualTo(whole);
    assertThat(Shape.bytes(decoded)).as("seed %d", seed).isEqualTo(Shape.bytes(whole));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  <S extends Summary<S>> void empty_isEmptyAndShort(Shape<S> shape) throws IOException {
    S empty = shape.empty().get();
    assertThat(empty.isEmpty()).isTrue();
    assertThat(shape.of(1, 2, 3).isEmpty()).isFalse();
    assertThat(Shape.bytes(empty).length).as("bytes of an empty %s", shape).isLessThan(100);
    assertThat(shape.decode(Shape.bytes(empty)).isEmpty()).isTrue();
  }

  @ParameterizedTest(name = "{0} seed {1}")
  @MethodSource("shapesAndSeeds")
  <S extends Summary<S>> void withdrawing_leavesNoTrace(Shape<S> shape, int seed) {
    if (!shape.withdraws()) {
      return;
    }
    long[] records = records(seed);
    long[] wrong = records(seed + 100);
    S corrected = shape.of(records);
    LongStream.of(wrong).forEach(record -> shape.feed(corrected, record, 1));
    LongStream.of(wrong).forEach(record -> shape.feed(corrected, record, -1));
    assertThat(Shape.bytes(corrected))
        .as("seed %d", seed)
        .isEqualTo(Shape.bytes(shape.of(records)));
    S minus = shape.empty().get();
    LongStream.of(records).forEach(record -> shape.feed(minus, record, -1));
    minus.merge(shape.of(records));
    assertThat(Shape.bytes(minus))
        .as("withdrawn before added, seed %d", seed)
        .isEqualTo(Shape.bytes(shape.empty().get()));
    assertThat(minus.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  <S extends Summary<S>> void decode_ofDamagedBytes_throwsNothingButIoExceptions(Shape<S> shape) {
    byte[] good = Shape.bytes(shape.of(records(7)));
    SplittableRandom random = new SplittableRandom(99);
    for (int round = 0; round < 2000; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        shape.decode(java.util.Arrays.copyOf(bad, 1 + random.nextInt(bad.length)));
      } catch (IOException expected) {
        assertThat(expected).isInstanceOf(IOException.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  <S extends Summary<S>> void decode_ofAnotherVersion_isRefused(Shape<S> shape) {
    byte[] bytes = Shape.bytes(shape.of(records(7)));
    bytes[0] = 77;
    assertThatThrownBy(() -> shape.decode(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("77");
  }

  @ParameterizedTest
  @MethodSource("shapes")
  <S extends Summary<S>> void copy_isIndependent(Shape<S> shape) {
    S original = shape.of(records(1));
    byte[] before = Shape.bytes(original);
    S copy = original.copy();
    LongStream.of(records(2)).forEach(record -> shape.feed(copy, record, 1));
    assertThat(Shape.bytes(original)).isEqualTo(before);
    assertThat(copy).isNotEqualTo(original);
  }
}
