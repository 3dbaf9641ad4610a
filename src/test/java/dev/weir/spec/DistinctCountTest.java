package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DistinctCountTest {
  private static final int MOST = 2048;

  /** The standard error that Flajolet (1990) gives for adaptive sampling. */
  private static final double ERROR = 1.2 / Math.sqrt(MOST);

  private static DistinctCount of(int different, int repeats) {
    DistinctCount count = new DistinctCount(MOST);
    for (int i = 0; i < different * repeats; i++) {
      count.add("value " + i % different);
    }
    return count;
  }

  @Test
  void count_upToTheBound_isExact() {
    for (int different : new int[] {0, 1, 20, MOST}) {
      DistinctCount count = of(different, 3);
      assertThat(count.exact()).isTrue();
      assertThat(count.count()).isEqualTo(different);
    }
  }

  @Test
  void count_beyondTheBound_isWithinFourStandardErrors() {
    for (int different : new int[] {MOST + 1, 10_000, 123_456, 1_000_000}) {
      DistinctCount count = of(different, 1);
      assertThat(count.exact()).isFalse();
      assertThat((double) count.count()).isCloseTo(different, within(4 * ERROR * different));
    }
  }
}
