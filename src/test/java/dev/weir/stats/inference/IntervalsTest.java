package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntervalsTest {
  @Test
  void wilson_ofNoRecords_isAbsent() {
    assertThat(Intervals.wilson(0, 0)).isEmpty();
  }

  @Test
  void wilson_atTheEnds_touchesThem() {
    assertThat(Intervals.wilson(0, 10).orElseThrow().low()).isZero();
    assertThat(Intervals.wilson(10, 10).orElseThrow().high()).isEqualTo(1);
  }

  @Test
  void wilson_ofAPublishedExample() {
    // Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, .2553 to .3662.
    Interval interval = Intervals.wilson(81, 263).orElseThrow();
    assertThat(interval.low()).isCloseTo(0.2553, within(5e-5));
    assertThat(interval.high()).isCloseTo(0.3662, within(5e-5));
  }

  @Test
  void wilson_ofMoreHitsThanRecords_isRejected() {
    assertThatIllegalArgumentException().isThrownBy(() -> Intervals.wilson(11, 10));
  }

  @Test
  void student_usesTheTableOfT() {
    // t(.975, 9) = 2.262157 in any table; 2.262157 / sqrt(10) = .715357.
    Interval interval = Intervals.student(5, 1, 10, 0.95).orElseThrow();
    assertThat(interval.low()).isCloseTo(5 - 0.715357, within(1e-6));
    assertThat(interval.high()).isCloseTo(5 + 0.715357, within(1e-6));
  }

  @Test
  void student_ofOneValue_isAbsent() {
    assertThat(Intervals.student(5, 0, 1, 0.95)).isEmpty();
  }

  @Test
  void rocAuc_byHand() {
    // Negatives 1, 2, 3 and positives 2, 3, 4. Placements of positives: .5, 5/6, 1 (AUC 7/9);
    // of negatives: 1, 5/6, .5. Both have variance 7/108, so the standard error is sqrt(7/162).
    Interval interval =
        Intervals.rocAuc(new long[] {1, 1, 1, 0}, new long[] {0, 1, 1, 1}).orElseThrow();
    double half = 1.959963984540054 * Math.sqrt(7.0 / 162);
    assertThat(interval.low()).isCloseTo(7.0 / 9 - half, within(1e-12));
    assertThat(interval.high()).as("cut at 1").isEqualTo(1);
  }

  @Test
  void rocAuc_ofOneClass_isAbsent() {
    assertThat(Intervals.rocAuc(new long[] {5, 5}, new long[] {0, 1})).isEmpty();
  }
}
