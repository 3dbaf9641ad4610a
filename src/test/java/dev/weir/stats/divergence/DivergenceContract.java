package dev.weir.stats.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.stats.summary.Measured;
import dev.weir.stats.summary.NumericLayout;
import dev.weir.stats.summary.NumericSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every distance of the catalogue promises. */
class DivergenceContract {
  private static final Set<String> UNSYMMETRIC = Set.of("kl");
  private static final Set<String> IN_UNIT_INTERVAL =
      Set.of("ks", "jensen_shannon", "hellinger", "total_variation");

  static Stream<Divergence> divergences() {
    return Divergences.all().stream();
  }

  static Stream<Arguments> divergencesAndSeeds() {
    return divergences()
        .flatMap(each -> IntStream.range(0, 20).mapToObj(seed -> Arguments.of(each, seed)));
  }

  @Test
  void catalogue_holdsEveryMemberOnce() {
    List<Class<?>> listed = divergences().<Class<?>>map(Object::getClass).toList();
    assertThat(listed).containsExactlyInAnyOrder(Divergence.class.getPermittedSubclasses());
    assertThat(divergences().map(Divergence::id))
        .containsExactly(
            "psi",
            "psi_excess",
            "ks",
            "wasserstein",
            "jensen_shannon",
            "hellinger",
            "total_variation",
            "kl",
            "chi_square");
    assertThat(Divergences.byId("kl")).isPresent();
    assertThat(Divergences.byId("nothing")).isEmpty();
  }

  private static NumericSummary sample(NumericLayout layout, SplittableRandom random, int n) {
    NumericSummary summary = new NumericSummary(layout);
    double stretch = 0.2 + 2 * random.nextDouble();
    double shift = 2 * random.nextDouble() - 1;
    for (int i = 0; i < n; i++) {
      summary.add(stretch * random.nextDouble() + shift);
    }
    return summary;
  }

  private static Comparison comparison(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] edges = random.doubles(200).sorted().toArray();
    NumericLayout layout = NumericLayout.of(edges, 8, 32);
    NumericSummary reference = sample(layout, random, 1 + random.nextInt(400));
    return Comparison.of(reference, sample(layout, random, 1 + random.nextInt(400)));
  }

  @ParameterizedTest(name = "{0} seed {1}")
  @MethodSource("divergencesAndSeeds")
  void value_isFiniteAndInRange(Divergence divergence, int seed) {
    Optional<Measured> measured = divergence.between(comparison(seed));
    measured.ifPresent(
        value -> {
          if (IN_UNIT_INTERVAL.contains(divergence.id())) {
            assertThat(value.value()).as("seed %d", seed).isBetween(0.0, 1.0);
          } else if (!divergence.id().equals("psi_excess")) {
            assertThat(value.value()).as("seed %d", seed).isNotNegative();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("divergences")
  void distanceToItself_isZero(Divergence divergence) {
    double[] counts = {3, 0, 7, 12};
    Comparison same =
        Comparison.ofLine(new Comparison.Line(new double[] {1, 2, 3}, counts, counts, 0, 4, 1));
    double expected = divergence.id().equals("psi_excess") ? -3 * (2 / 22.0) : 0;
    assertThat(divergence.between(same).orElseThrow().value()).isEqualTo(expected, within(1e-15));
  }

  @ParameterizedTest(name = "{0} seed {1}")
  @MethodSource("divergencesAndSeeds")
  void distance_isTheSameBothWays(Divergence divergence, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] first = random.ints(6, 0, 50).asDoubleStream().toArray();
    double[] second = random.ints(6, 0, 50).asDoubleStream().toArray();
    double[] edges = {1, 2, 3, 4, 5};
    Comparison there = Comparison.ofLine(new Comparison.Line(edges, first, second, 0, 6, 1));
    Comparison back = Comparison.ofLine(new Comparison.Line(edges, second, first, 0, 6, 1));
    double one = divergence.between(there).orElseThrow().value();
    double other = divergence.between(back).orElseThrow().value();
    if (UNSYMMETRIC.contains(divergence.id())) {
      assertThat(one).as("seed %d", seed).isNotEqualTo(other);
    } else {
      assertThat(one).as("seed %d", seed).isEqualTo(other, within(1e-12 * Math.max(1, one)));
    }
  }

  @ParameterizedTest
  @MethodSource("divergences")
  void anEmptySide_hasNoDistance(Divergence divergence) {
    double[] some = {1, 2};
    double[] none = {0, 0};
    double[] edges = {1};
    assertThat(
            divergence.between(Comparison.ofLine(new Comparison.Line(edges, some, none, 0, 2, 1))))
        .isEmpty();
    assertThat(
            divergence.between(Comparison.ofLine(new Comparison.Line(edges, none, some, 0, 2, 1))))
        .isEmpty();
  }

  /** Bounds are claims about the raw values, so they are checked against the raw values. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void bounds_holdTheExactDistances(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double grain = seed % 3 == 0 ? 0.05 : 1e-12;
    double shift = random.nextDouble() - 0.5;
    double[] reference = draws(random, 700, grain, 0);
    double[] current = draws(random, 300, grain, shift);
    NumericLayout layout = NumericLayout.of(reference, 8, 16);
    NumericSummary before = new NumericSummary(layout);
    NumericSummary after = new NumericSummary(layout);
    Arrays.stream(reference).forEach(before::add);
    Arrays.stream(current).forEach(after::add);
    Comparison comparison = Comparison.of(before, after);
    Measured ks = new KolmogorovSmirnov().between(comparison).orElseThrow();
    assertThat(exactKolmogorovSmirnov(reference, current))
        .as("seed %d", seed)
        .isBetween(ks.value() - 1e-12, ks.value() + ks.errorBound() + 1e-12);
    Measured distance = new Wasserstein().between(comparison).orElseThrow();
    double deviation = before.standardDeviation().orElseThrow().value();
    assertThat(exactWasserstein(reference, current) / deviation)
        .as("seed %d", seed)
        .isEqualTo(distance.value(), within(distance.errorBound() + 1e-12));
  }

  static IntStream seeds() {
    return IntStream.range(0, 30);
  }

  private static double[] draws(SplittableRandom random, int n, double grain, double shift) {
    return random
        .doubles(n)
        .map(u -> Math.rint((-Math.log(1 - u) + shift) / grain) * grain)
        .sorted()
        .toArray();
  }

  private static double share(double[] sorted, double atMost) {
    return (double) Arrays.stream(sorted).filter(value -> value <= atMost).count() / sorted.length;
  }

  private static double[] pooled(double[] first, double[] second) {
    return java.util.stream.DoubleStream.concat(Arrays.stream(first), Arrays.stream(second))
        .sorted()
        .toArray();
  }

  private static double exactKolmogorovSmirnov(double[] first, double[] second) {
    double largest = 0;
    for (double value : pooled(first, second)) {
      largest = Math.max(largest, Math.abs(share(first, value) - share(second, value)));
    }
    return largest;
  }

  private static double exactWasserstein(double[] first, double[] second) {
    double[] values = pooled(first, second);
    double total = 0;
    for (int i = 0; i + 1 < values.length; i++) {
      double gap = Math.abs(share(first, values[i]) - share(second, values[i]));
      total += gap * (values[i + 1] - values[i]);
    }
    return total;
  }
}
