package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumericLayoutTest {

  // numpy 2: numpy.quantile([1, 2, 4, 8, 16], [.25, .5, .75]) = [2, 4, 8]; .1 -> 1.4; .99 -> 15.68
  @Test
  void quantile_followsTheLinearRule() {
    double[] sorted = {1, 2, 4, 8, 16};
    assertThat(NumericLayout.quantile(sorted, 1, 4)).isEqualTo(2);
    assertThat(NumericLayout.quantile(sorted, 1, 10)).isEqualTo(1.4);
    assertThat(NumericLayout.quantile(sorted, 99, 100)).isEqualTo(15.68);
    assertThat(NumericLayout.quantile(sorted, 0, 1)).isEqualTo(1);
    assertThat(NumericLayout.quantile(sorted, 1, 1)).isEqualTo(16);
  }

  @Test
  void quantile_ofTheLargestDoubles_doesNotOverflow() {
    double[] sorted = {-Double.MAX_VALUE, Double.MAX_VALUE};
    assertThat(NumericLayout.quantile(sorted, 1, 2)).isEqualTo(0);
  }

  @Test
  void edges_areClosedOnTheLeft() {
    NumericLayout layout = NumericLayout.of(new double[] {0, 1, 2, 3, 4}, 4, 4);
    assertThat(layout.coarseEdges()).containsExactly(1, 2, 3);
    assertThat(layout.coarseBin(0.99)).isZero();
    assertThat(layout.coarseBin(1)).isEqualTo(1);
    assertThat(layout.coarseBin(2.5)).isEqualTo(2);
    assertThat(layout.coarseBin(3)).isEqualTo(3);
    assertThat(layout.coarseBin(1e9)).isEqualTo(3);
    assertThat(layout.coarseBin(-1e9)).isZero();
  }

  /** Half of the reference is zero: quantiles coincide and are merged, not repeated. */
  @Test
  void tiedQuantiles_areMerged() {
    double[] sorted = {0, 0, 0, 0, 0, 1, 2, 3, 4};
    NumericLayout layout = NumericLayout.of(sorted, 4, 8);
    assertThat(layout.coarseEdges()).containsExactly(0, 2);
    assertThat(layout.fineEdges()).containsExactly(0, 1, 2, 3);
    assertThat(layout.coarseBins()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyCoarseEdge_isAFineEdge_andBinsNest(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double grain = seed % 2 == 0 ? 0.1 : 1e-9;
    double[] sorted =
        random
            .doubles(1 + random.nextInt(2000))
            .map(u -> Math.rint(u / grain) * grain)
            .sorted()
            .toArray();
    NumericLayout layout = NumericLayout.of(sorted, 16, 64);
    for (double edge : layout.coarseEdges()) {
      assertThat(layout.fineEdges()).as("seed %d", seed).contains(edge);
    }
    for (double edge : layout.fineEdges()) {
      for (double value : new double[] {edge, Math.nextDown(edge), Math.nextUp(edge)}) {
        assertThat(layout.coarseOfFine(layout.fineBin(value)))
            .as("seed %d value %s", seed, value)
            .isEqualTo(layout.coarseBin(value));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 31, 255})
  void bin_equalsALinearSearch(int size) {
    double[] edges = IntStream.range(0, size).mapToDouble(i -> 2 * i).toArray();
    for (int value = -1; value <= 2 * size; value++) {
      int linear = 0;
      while (linear < size && edges[linear] <= value) {
        linear++;
      }
      assertThat(Compact.bin(edges, value)).as("value %d", value).isEqualTo(linear);
      assertThat(EdgeIndex.of(edges).bin(value)).as("value %d", value).isEqualTo(linear);
    }
  }

  /** Edges of all magnitudes crowd into few cells: the grid must not change the answer. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void index_ofWildEdges_equalsTheSearch(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] edges =
        random
            .doubles(300)
            .map(u -> Math.scalb(u - 0.5, random.nextInt((int) (200 * seed)) - 100))
            .sorted()
            .distinct()
            .toArray();
    if (seed == 6) {
      edges = new double[] {-Double.MAX_VALUE, -1, 0, Double.MIN_VALUE, Double.MAX_VALUE};
    }
    EdgeIndex index = EdgeIndex.of(edges);
    for (double edge : edges) {
      for (double value :
          new double[] {edge, Math.nextUp(edge), Math.nextDown(edge), -edge, edge * 3, 1 / edge}) {
        assertThat(index.bin(value)).as("value %s", value).isEqualTo(Compact.bin(edges, value));
      }
    }
  }

  /** Long tails on both sides, about zero, about another value, and beside a second crowd. */
  @ParameterizedTest
  @CsvSource({"0, 1", "500, 1", "-3, 1e-9", "1e12, 1000", "1e300, 1e290"})
  void index_ofEdgesThatCrowdSomewhere_equalsTheSearch(double centre, double unit) {
    SplittableRandom random = new SplittableRandom(11);
    double[] tails =
        random
            .doubles(300)
            .map(u -> centre + unit * StrictMath.tan(Math.PI * (u - 0.5)))
            .sorted()
            .distinct()
            .toArray();
    double[] twoCrowds =
        DoubleStream.concat(Arrays.stream(tails), random.doubles(900).map(u -> unit * 1e4 * u))
            .sorted()
            .distinct()
            .toArray();
    for (double[] edges : List.of(tails, twoCrowds)) {
      EdgeIndex index = EdgeIndex.of(edges);
      for (double edge : edges) {
        for (double value :
            new double[] {edge, Math.nextUp(edge), Math.nextDown(edge), 2 * centre - edge}) {
          assertThat(index.bin(value)).as("value %s", value).isEqualTo(Compact.bin(edges, value));
        }
      }
      for (double value : new double[] {0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE}) {
        assertThat(index.bin(value)).isEqualTo(Compact.bin(edges, value));
        assertThat(index.bin(-value)).isEqualTo(Compact.bin(edges, -value));
      }
      assertThat(index.bin(Double.NEGATIVE_INFINITY)).isZero();
      assertThat(index.bin(Double.POSITIVE_INFINITY)).isEqualTo(edges.length);
    }
  }

  @Test
  void scale_isAPowerOfTwoOverTheCentralRange() {
    // p99 - p01 of 0..100 is 98, so the scale is 128 and the unit 128 * 2^-20.
    double[] sorted = IntStream.rangeClosed(0, 100).asDoubleStream().toArray();
    NumericLayout layout = NumericLayout.of(sorted);
    assertThat(layout.scale()).isEqualTo(128);
    assertThat(layout.unitExponent()).isEqualTo(7 - 20);
    assertThat(layout.centre()).isEqualTo(50);
    assertThat(layout.lowest()).isEqualTo(0);
    assertThat(layout.highest()).isEqualTo(100);
  }

  /**
   * A constant column far from zero: the scale follows the median, or nothing could be resolved.
   */
  @Test
  void scale_ofAConstant_followsItsMagnitude() {
    NumericLayout layout = NumericLayout.of(new double[] {1 << 22, 1 << 22});
    assertThat(layout.scale()).isEqualTo(4);
    assertThat(NumericLayout.of(new double[] {0, 0}).scale()).isEqualTo(0x1p-60);
  }

  @Test
  void emptyReference_givesOneBin() {
    NumericLayout layout = NumericLayout.of(new double[0]);
    assertThat(layout.coarseBins()).isEqualTo(1);
    assertThat(layout.scale()).isEqualTo(1);
  }

  @Test
  void unsortedOrInfiniteValues_areRefused() {
    assertThatThrownBy(() -> NumericLayout.of(new double[] {2, 1}))
        .hasMessageContaining("ascending; value 1");
    assertThatThrownBy(() -> NumericLayout.of(new double[] {1, Double.NaN}))
        .hasMessageContaining("finite");
    assertThatThrownBy(() -> NumericLayout.of(new double[] {1}, 10, 25))
        .hasMessageContaining("multiple");
  }

  @Test
  void decode_ofEncode_isEqual() throws IOException {
    NumericLayout layout = Shape.numericLayout().withRange(-1, 2);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(Layout.bytesOf(layout)));
    NumericLayout decoded = NumericLayout.decode(in);
    assertThat(decoded).isEqualTo(layout).hasSameHashCodeAs(layout);
    assertThat(decoded).isNotEqualTo(Shape.numericLayout());
    assertThat(decoded.coarseOfFine(31)).isEqualTo(7);
  }
}
