package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FeatureHeadsByModelTest {
  private static final int LONG = 60_000;

  @Test
  void modelsWhoseRecordsAlternate_keepTheirOwn() {
    FeatureHeadsByModel heads = new FeatureHeadsByModel();
    FeatureHeads one = heads.of("one");
    FeatureHeads other = heads.of("other");
    assertThat(other).isNotSameAs(one);
    assertThat(heads.of("one")).isSameAs(one);
    assertThat(heads.of("one")).isSameAs(one);
    assertThat(heads.of("other")).isSameAs(other);
    assertThat(heads.of("No model!")).isNotIn(one, other).isNotSameAs(heads.of("No model!"));
  }

  /** A name of so many bytes at each of the first positions, then a missing value. */
  private static void read(FeatureHeads heads, int positions, char letter) throws IOException {
    byte[] name = new byte[3 + LONG + 1];
    int length = 2 * LONG;
    for (int i = 0; i < 3; i++) {
      name[i] = (byte) (length >>> 7 * i & 0x7F | (i < 2 ? 0x80 : 0));
    }
    Arrays.fill(name, 3, 3 + LONG, (byte) letter);
    AvroInput input = new AvroInput();
    for (int position = 0; position < positions; position++) {
      input.over(name, 0, name.length);
      assertThat(heads.read(position, input)).isZero();
      assertThat(heads.name(position).getBytes(StandardCharsets.UTF_8)).hasSize(LONG);
    }
  }

  @Test
  void manyModelsWithLongNames_areForgotten_beforeTheyFillTheMemory() throws IOException {
    FeatureHeadsByModel heads = new FeatureHeadsByModel();
    FeatureHeads first = heads.of("m0");
    read(first, 1, 'a');
    long bytes = first.bytes();
    assertThat(bytes).isBetween(2L * LONG, 3L * LONG);
    int kept = 1;
    while (heads.of("m0") == first) {
      read(heads.of("m" + kept++), 1, 'a');
      assertThat(kept).isLessThan(1_000);
    }
    assertThat(kept * bytes).isBetween(32L << 20, (32L << 20) + 3 * bytes);
  }

  @Test
  void oneModel_isForgottenAsWell_andNamesThatChangeCountOnce() throws IOException {
    FeatureHeadsByModel heads = new FeatureHeadsByModel();
    FeatureHeads first = heads.of("m");
    read(first, 1, 'a');
    long bytes = first.bytes();
    read(first, 1, 'b');
    assertThat(first.bytes()).isEqualTo(bytes);
    read(first, 300, 'c');
    assertThat(heads.of("m")).isNotSameAs(first);
  }
}
