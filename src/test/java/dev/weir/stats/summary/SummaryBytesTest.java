package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Released bytes are frozen: state written by version 1 still reads, and version 1 is still written
 * the same. A change here means a new format version, never a new file in {@code state/v1}.
 */
class SummaryBytesTest {
  private static final Path FROZEN = Path.of("src/test/resources/state/v1");

  static Stream<Shape<?>> shapes() {
    return Shape.all().stream();
  }

  private static <S extends Summary<S>> S example(Shape<S> shape) {
    return shape.of(LongStream.range(1, 100).toArray());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  <S extends Summary<S>> void bytesOfVersion1_areWrittenAndRead(Shape<S> shape) throws IOException {
    byte[] frozen = Files.readAllBytes(FROZEN.resolve(shape.name() + ".bin"));
    assertThat(Shape.bytes(example(shape))).isEqualTo(frozen);
    assertThat(shape.decode(frozen)).isEqualTo(example(shape));
  }

  @Test
  void layouts_keepTheirFingerprints() {
    assertThat(
            List.of(
                Shape.numericLayout().fingerprint(),
                Shape.categoricalLayout().fingerprint(),
                ScoreLayout.of(new double[] {0.1, 0.2, 0.3}).fingerprint(),
                new RegressionLayout(10, 4, 0.9).fingerprint(),
                new MulticlassLayout(List.of("x", "y")).fingerprint()))
        .containsExactly(-124456872, -1139490614, 2059703186, 1498400712, -1656842300);
  }

  @Test
  void allBytes_keepTheirFingerprint() {
    CRC32 crc = new CRC32();
    shapes().forEach(shape -> crc.update(Shape.bytes(example(shape))));
    assertThat(crc.getValue()).as("CRC-32 of all summaries").isEqualTo(3183029551L);
  }
}
