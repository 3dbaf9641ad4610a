package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CusumStateTest {
  private static final long HOUR = 3_600_000;

  private static final RateEvidence MISSES =
      RateEvidence.nominal(
          0.05, 0, 1, Dispersion.none(), EnumSet.of(Side.ABOVE), AbsentLabels.CENSORED);

  private static WindowCounts misses(long hits, long total) {
    return RateEvidence.window(0, hits, total, 0);
  }

  /** The same formula, written once more, in nats. */
  private static double nats(int rung, double hits, double total) {
    double tilt = 0.025 * Math.pow(2, rung);
    return tilt * hits - total * Math.log(1 + 0.05 * (Math.exp(tilt) - 1));
  }

  @Test
  void fold_addsAndStartsAgainFromZero() {
    CusumState state = new CusumState();
    state.fold(MISSES, misses(60, 1000), 0);
    state.fold(MISSES, misses(70, 1000), HOUR);
    double first = nats(3, 60, 1000);
    assertThat(first).as("above 0, so it is carried on").isPositive();
    assertThat(Nats.of(state.level(3))).isCloseTo(first + nats(3, 70, 1000), within(1e-8));
    assertThat(nats(4, 60, 1000)).as("below 0, so it is forgotten").isNegative();
    assertThat(Nats.of(state.level(4))).isCloseTo(nats(4, 70, 1000), within(1e-8));
  }

  @Test
  void logE_isTheMeanOverAllTilts_negativeOnesIncluded() {
    // The vector "tilt_log_e above(.05), k = 60, N = 1000" of the design.
    EvidenceReading reading = new CusumState().fold(MISSES, misses(60, 1000), 0);
    assertThat(reading.logE()).isCloseTo(0.046873916, within(1e-8));
    assertThat(reading.leading()).as("the tilt .2 leads").isEqualTo(3);
  }

  @Test
  void evidence_isRoundedDown() {
    CusumState state = new CusumState();
    state.fold(MISSES, misses(60, 1000), 0);
    double exact = nats(0, 60, 1000) * 0x1p30;
    assertThat((double) state.level(0)).isLessThanOrEqualTo(exact).isGreaterThan(exact - 2);
  }

  @Test
  void anEmptyWindow_changesNothing() {
    CusumState state = new CusumState();
    state.fold(MISSES, misses(90, 1000), 0);
    long before = state.level(3);
    EvidenceReading reading = state.fold(MISSES, misses(0, 0), HOUR);
    assertThat(state.level(3)).isEqualTo(before);
    assertThat(state.quiet(MISSES)).isEqualTo(reading);
  }

  @Test
  void beganAt_isTheWindowAfterTheLastOneThatLeftNothing() {
    CusumState state = new CusumState();
    state.fold(MISSES, misses(80, 1000), 0);
    state.fold(MISSES, misses(10, 1000), HOUR);
    assertThat(state.isQuiet()).as("a good hour wipes out the bad one").isTrue();
    assertThat(state.fold(MISSES, misses(40, 1000), 2 * HOUR).beganAt()).isEmpty();
    state.fold(MISSES, misses(90, 1000), 3 * HOUR);
    EvidenceReading reading = state.fold(MISSES, misses(90, 1000), 4 * HOUR);
    assertThat(reading.beganAt()).hasValue(3 * HOUR);
  }

  @Test
  void reset_forgetsEverything() {
    CusumState state = new CusumState();
    state.fold(MISSES, misses(500, 1000), 0);
    state.reset();
    assertThat(state).isEqualTo(new CusumState());
    assertThat(state.quiet(MISSES).logE()).isZero();
  }

  @Test
  void evidence_stopsAtTheEndOfLong() {
    RateEvidence plan =
        RateEvidence.nominal(
            1e-9, 0, 1, Dispersion.none(), EnumSet.of(Side.ABOVE), AbsentLabels.CENSORED);
    CusumState state = new CusumState();
    for (int window = 0; window < 10; window++) {
      state.fold(plan, RateEvidence.window(0, 1L << 40, 1L << 40, 0), window);
    }
    assertThat(state.level(7)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aComponentVacuousInOneSeason_isCarriedThroughIt() {
    // Half the reference of season 1 has the event; season 0 knows nothing.
    RateEvidence plan =
        RateEvidence.estimated(
            new long[] {0, 500},
            new long[] {0, 1000},
            new EvidenceSettings(0.02, 0.01),
            EnumSet.of(Side.ABOVE),
            AbsentLabels.CENSORED);
    CusumState state = new CusumState();
    state.fold(plan, RateEvidence.window(1, 800, 1000, 0), 0);
    long level = state.level(4);
    state.fold(plan, RateEvidence.window(0, 1000, 1000, 0), HOUR);
    assertThat(level).isPositive();
    assertThat(state.level(4)).isEqualTo(level);
    assertThat(plan.live()).as("eight tilts above; the side below is not watched").isEqualTo(8);
  }

  @Test
  void decode_returnsWhatWasEncoded_atAnyTime() throws IOException {
    SplittableRandom random = new SplittableRandom(61);
    DriftEvidence plan = drift();
    CusumState state = new CusumState();
    for (int window = 0; window < 30; window++) {
      double power = window > 20 ? 0.8 : 1;
      state.fold(plan, drawn(power, random), 1_700_000_000_000L + window * HOUR);
      CusumState read = decode(encode(state));
      assertThat(read).as("after window %d", window).isEqualTo(state);
      assertThat(read.quiet(plan)).as("after window %d", window).isEqualTo(state.quiet(plan));
    }
    assertThat(encode(state)).as("a series in alarm").hasSizeLessThan(8 * plan.components());
  }

  /** 32 bins of equal shares. */
  private static DriftEvidence drift() {
    long[] reference = new long[32];
    Arrays.fill(reference, 312);
    return DriftEvidence.numeric(new long[][] {reference}, new EvidenceSettings(0.02, 1e-4));
  }

  /** A window of 1000 records; those of power 1 have the shares of the reference. */
  private static WindowCounts drawn(double power, SplittableRandom random) {
    long[] counts = new long[32];
    for (int record = 0; record < 1000; record++) {
      counts[(int) (32 * Math.pow(random.nextDouble(), power))]++;
    }
    return DriftEvidence.window(0, counts);
  }

  @Test
  void aQuietSeries_takesFewBytes() throws IOException {
    SplittableRandom random = new SplittableRandom(12);
    DriftEvidence plan = drift();
    CusumState state = new CusumState();
    int largest = 0;
    for (int window = 0; window < 720; window++) {
      state.fold(plan, drawn(1, random), window * HOUR);
      largest = Math.max(largest, encode(state).length);
    }
    assertThat(largest).as("largest encoded state in bytes").isLessThanOrEqualTo(200);
  }

  @Test
  void anUntouchedState_takesTwoBytes() throws IOException {
    assertThat(encode(new CusumState())).containsExactly(1, 0);
  }

  @Test
  void foreignBytes_areRejected() throws IOException {
    assertThatThrownBy(() -> decode(new byte[] {2, 0})).isInstanceOf(IOException.class);
    CusumState state = new CusumState();
    state.fold(MISSES, misses(90, 1000), HOUR);
    byte[] whole = encode(state);
    for (int length = 0; length < whole.length; length++) {
      byte[] prefix = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decode(prefix))
          .as("the first %d bytes", length)
          .isInstanceOf(IOException.class);
    }
  }

  private static byte[] encode(CusumState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static CusumState decode(byte[] bytes) throws IOException {
    return CusumState.decode(new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
