package dev.weir.stats.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveConformalTest {
  private static final double TARGET = 0.1;
  private static final double STEP = 0.05;

  /** An adversary misses whenever it hurts most; the bound must hold after every outcome. */
  @ParameterizedTest
  @ValueSource(ints = {0, 10, 200})
  void meanError_staysWithinItsBound_whateverTheOutcomes(int delay) {
    for (int phase : new int[] {1, 7, 400}) {
      AdaptiveConformal conformal = new AdaptiveConformal(TARGET, STEP);
      Deque<Boolean> outstanding = new ArrayDeque<>();
      int errors = 0;
      int known = 0;
      for (int t = 0; t < 5000; t++) {
        boolean attack = t / phase % 2 == 0;
        outstanding.add(AdaptiveConformal.misses(attack ? 0 : 1, conformal.alpha()));
        if (outstanding.size() > delay) {
          boolean missed = outstanding.remove();
          conformal.feedBack(missed);
          errors += missed ? 1 : 0;
          known++;
          double off = Math.abs((double) errors / known - TARGET);
          assertThat(off)
              .as("phase %d, after %d outcomes", phase, known)
              .isLessThanOrEqualTo(
                  AdaptiveConformal.bound(TARGET, STEP, TARGET, known, delay) + 1e-12);
        }
      }
    }
  }

  @Test
  void levelsOutsideTheUnitInterval_missNothingOrEverything() {
    assertThat(AdaptiveConformal.misses(0, -0.001)).isFalse();
    assertThat(AdaptiveConformal.misses(0, 0)).isFalse();
    assertThat(AdaptiveConformal.misses(1, 1)).isTrue();
    assertThat(AdaptiveConformal.misses(0.2, 0.2)).as("the level itself still covers").isFalse();
  }

  @Test
  void dynamicallyTuned_followsAShift() {
    DynamicallyTunedConformal conformal = new DynamicallyTunedConformal(TARGET);
    SplittableRandom random = new SplittableRandom(81);
    int missed = 0;
    for (int t = 0; t < 4000; t++) {
      // From 2000 on intervals are too narrow: a level of .1 would miss 40%.
      double beta = t < 2000 ? random.nextDouble() : random.nextDouble() / 4;
      missed += t >= 2000 && beta < conformal.alpha() ? 1 : 0;
      conformal.update(beta);
    }
    assertThat(missed / 2000.0).as("misses after the shift").isBetween(0.07, 0.13);
  }

  @Test
  void settingsOutsideTheirRange_areRejected() {
    assertThatIllegalArgumentException().isThrownBy(() -> new AdaptiveConformal(0, 0.1));
    assertThatIllegalArgumentException().isThrownBy(() -> new AdaptiveConformal(0.1, 0));
  }
}
