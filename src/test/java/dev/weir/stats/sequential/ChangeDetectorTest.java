package dev.weir.stats.sequential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stats.sequential.ChangeDetector.Signal;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the golden positions do not show: memory, restarts, corner cases. */
class ChangeDetectorTest {
  @Test
  void adwin_growsWithTheLogarithmOfItsWindow() throws IOException {
    Adwin adwin = new Adwin();
    SplittableRandom random = new SplittableRandom(91);
    for (int t = 0; t < 200_000; t++) {
      adwin.update(random.nextInt(2));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    adwin.encode(new DataOutputStream(bytes));
    assertThat(adwin.size()).as("no change, no cut").isEqualTo(200_000);
    // 16 rows of at most 5 buckets of 16 bytes.
    assertThat(bytes.size()).isLessThan(1500);
  }

  @Test
  void adwin_restartsEmptyAtItsAlarm() {
    Adwin adwin = new Adwin();
    for (int t = 0; t < 320; t++) {
      adwin.update(0);
    }
    Signal signal = Signal.NONE;
    for (int t = 0; t < 320 && signal == Signal.NONE; t++) {
      signal = adwin.update(1);
    }
    assertThat(signal).isEqualTo(Signal.CHANGE);
    assertThat(adwin.size()).isZero();
  }

  @Test
  void pageHinkley_seesARise_notAFall() {
    PageHinkley rise = new PageHinkley();
    PageHinkley fall = new PageHinkley();
    boolean risen = false;
    boolean fallen = false;
    for (int t = 0; t < 400; t++) {
      risen |= rise.update(t < 200 ? 0 : 1) == Signal.CHANGE;
      fallen |= fall.update(t < 200 ? 1 : 0) == Signal.CHANGE;
    }
    assertThat(risen).as("a rise of 1").isTrue();
    assertThat(fallen).as("a fall of 1").isFalse();
  }

  @Test
  void errorRate_changesAtTheDeclaredLimit() {
    DriftDetectionMethod usual = new DriftDetectionMethod();
    DriftDetectionMethod patient = new DriftDetectionMethod(2, 1000);
    boolean changed = false;
    boolean patientChanged = false;
    boolean patientWarned = false;
    for (int t = 0; t < 400; t++) {
      double error = t < 200 ? t % 10 == 0 ? 1 : 0 : 1;
      changed |= usual.update(error) == Signal.CHANGE;
      Signal signal = patient.update(error);
      patientChanged |= signal == Signal.CHANGE;
      patientWarned |= signal == Signal.WARNING;
    }
    assertThat(changed).as("three deviations").isTrue();
    assertThat(patientWarned).as("two deviations").isTrue();
    assertThat(patientChanged).as("a thousand deviations").isFalse();
  }

  @Test
  void changePoints_keepAtMostTwoHundredRuns_andFindTheRegime() throws IOException {
    BayesianOnlineChangePoint detector = new BayesianOnlineChangePoint();
    SplittableRandom random = new SplittableRandom(92);
    for (int t = 0; t < 1000; t++) {
      detector.update(random.nextGaussian() + (t < 900 ? 0 : 4));
    }
    assertThat(detector.mostProbableRunLength()).isBetween(95L, 105L);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    detector.encode(new DataOutputStream(bytes));
    assertThat(bytes.size()).as("200 runs of 32 bytes").isLessThanOrEqualTo(200 * 32 + 45);
  }

  @Test
  void changePoints_surviveAValueThatNothingExplains() {
    BayesianOnlineChangePoint detector = new BayesianOnlineChangePoint();
    detector.update(0);
    detector.update(1e300);
    detector.update(0);
    assertThat(detector.mostProbableRunLength()).isBetween(0L, 3L);
    assertThat(detector.probability(0)).isBetween(0.0, 1.0);
  }

  @Test
  void conformalWealth_growsWhenScoresShift_andNotBefore() {
    SplittableRandom random = new SplittableRandom(93);
    SimpleJumper jumper = new SimpleJumper(SimpleJumper.penalty(1000, 0.01));
    double highest = 0;
    for (int t = 0; t < 5000; t++) {
      highest = Math.max(highest, jumper.update(random.nextDouble()));
    }
    assertThat(highest).as("exchangeable scores").isLessThan(100);
    for (int t = 0; t < 500; t++) {
      jumper.update(random.nextDouble() / 2);
    }
    assertThat(jumper.wealth()).as("p-values below one half").isGreaterThan(100);
  }

  @Test
  void midRank_isCentred() {
    assertThat(SimpleJumper.midRank(50, 0, 100)).isEqualTo(0.5);
    assertThat(SimpleJumper.midRank(0, 100, 100)).isEqualTo(0.5);
    assertThat(SimpleJumper.midRank(0, 0, 99)).isEqualTo(0.005);
  }
}
