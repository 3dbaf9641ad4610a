package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every layout promises about its bytes. */
class LayoutTest {

  private interface Decoding {
    Layout decode(DataInput in) throws IOException;
  }

  private record Case(Layout layout, Decoding decoding) {
    Layout decode(byte[] bytes) throws IOException {
      return decoding.decode(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @Override
    public String toString() {
      return layout.getClass().getSimpleName();
    }
  }

  static Stream<Case> layouts() {
    return Stream.of(
        new Case(Shape.numericLayout(), NumericLayout::decode),
        new Case(Shape.categoricalLayout(), CategoricalLayout::decode),
        new Case(ScoreLayout.ofEdges(new double[] {0.1, 0.4}), ScoreLayout::decode),
        new Case(new RegressionLayout(1, 2, 0.9), RegressionLayout::decode),
        new Case(new MulticlassLayout(List.of("a", "b", "c")), MulticlassLayout::decode),
        new Case(
            new EmbeddingLayout(new double[2], new double[] {1, 2}, 3, 4, 5),
            EmbeddingLayout::decode));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void decode_ofEncode_isEqual(Case each) throws IOException {
    Layout decoded = each.decode(Layout.bytesOf(each.layout()));
    assertThat(decoded).isEqualTo(each.layout()).hasSameHashCodeAs(each.layout());
    assertThat(decoded.fingerprint()).isEqualTo(each.layout().fingerprint());
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void decode_ofDamagedBytes_throwsNothingButIoExceptions(Case each) {
    byte[] good = Layout.bytesOf(each.layout());
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 3000; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        each.decode(Arrays.copyOf(bad, 1 + random.nextInt(bad.length)));
      } catch (IOException expected) {
        assertThat(expected.getMessage()).as("round %d", round).isNotEqualTo("");
      }
    }
  }
}
