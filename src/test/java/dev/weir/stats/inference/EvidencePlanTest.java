package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** What each plan watches, and how it treats what is missing. */
class EvidencePlanTest {
  private static final EvidenceSettings SETTINGS = new EvidenceSettings(0.02, 1e-4);

  private static long[] logE(EvidencePlan plan, WindowCounts window) {
    long[] out = new long[plan.components()];
    plan.logE(window, out);
    return out;
  }

  private static double[] tilted(double bound, Side side, double sum, double n) {
    TiltKernel kernel = new TiltKernel(bound, side);
    double[] out = new double[TiltKernel.RUNGS];
    for (int rung = 0; rung < out.length; rung++) {
      out[rung] = kernel.logE(rung, sum, n);
    }
    return out;
  }

  private static void assertSide(long[] units, int first, double[] nats) {
    for (int rung = 0; rung < nats.length; rung++) {
      assertThat(Nats.of(units[first + rung]))
          .as("component %d", first + rung)
          .isCloseTo(nats[rung], within(2e-9));
    }
  }

  @Test
  void numeric_watchesEdgesThenBins() {
    DriftEvidence plan = DriftEvidence.numeric(new long[][] {{250, 250, 250, 250}}, SETTINGS);
    assertThat(plan.events()).isEqualTo(7);
    assertThat(plan.components()).isEqualTo(7 * 16);
    assertThat(plan.describe(0))
        .isEqualTo(new Component(EventKind.BELOW_EDGE, 0, 0, Side.ABOVE, 0));
    assertThat(plan.describe(2 * 16 + 8 + 5))
        .isEqualTo(new Component(EventKind.BELOW_EDGE, 2, 2, Side.BELOW, 5));
    assertThat(plan.describe(3 * 16))
        .isEqualTo(new Component(EventKind.IN_BIN, 0, 3, Side.ABOVE, 0));
    long[] window = {10, 20, 30, 40};
    long[] units = logE(plan, DriftEvidence.window(0, window));
    assertSide(units, 16, tilted(plan.upper(0, 1), Side.ABOVE, 30, 100));
    assertSide(units, 6 * 16 + 8, tilted(plan.lower(0, 6), Side.BELOW, 40, 100));
  }

  @Test
  void bounds_shareTheirErrorAmongEventsAndSeasons() {
    long[] counts = {250, 250, 250, 250};
    DriftEvidence one = DriftEvidence.numeric(new long[][] {counts}, new EvidenceSettings(0, 1e-4));
    DriftEvidence four =
        DriftEvidence.numeric(
            new long[][] {counts, counts, counts, counts}, new EvidenceSettings(0, 4e-4));
    assertThat(four.seasons()).isEqualTo(4);
    for (int event = 0; event < one.events(); event++) {
      assertThat(four.upper(3, event)).as("event %d", event).isEqualTo(one.upper(0, event));
      assertThat(four.lower(2, event)).as("event %d", event).isEqualTo(one.lower(0, event));
    }
    assertThat(one.upper(0, 0)).isEqualTo(ClopperPearson.upper(250, 1000, 1e-4 / 14));
    assertThat(one.lower(0, 0)).isEqualTo(ClopperPearson.lower(249, 1000, 1e-4 / 14));
  }

  @Test
  void categorical_watchesCategoriesOtherUnseenAndGroups() {
    CategoryReference reference =
        CategoryReference.of(new long[][] {{500, 300}})
            .distinct(40)
            .other(200)
            .unseen(new long[] {3}, new long[] {500})
            .group(0, 1);
    DriftEvidence plan = DriftEvidence.categorical(reference, new EvidenceSettings(0.02, 1e-3));
    assertThat(plan.events()).isEqualTo(5);
    assertThat(plan.describe(16).kind()).isEqualTo(EventKind.CATEGORY);
    assertThat(plan.describe(2 * 16).kind()).isEqualTo(EventKind.OTHER);
    assertThat(plan.describe(3 * 16).kind()).isEqualTo(EventKind.UNSEEN);
    assertThat(plan.describe(4 * 16))
        .isEqualTo(new Component(EventKind.GROUP, 0, 4, Side.ABOVE, 0));
    double level = 1e-3 / (2 * (40 + 2 + 1));
    assertThat(plan.upper(0, 0)).isEqualTo(ClopperPearson.upper(500, 1000, level) + 0.02);
    assertThat(plan.lower(0, 0))
        .as("plain k")
        .isEqualTo(ClopperPearson.lower(500, 1000, level) - 0.02);
    assertThat(plan.upper(0, 3)).isEqualTo(ClopperPearson.upper(3, 500, level) + 0.02);
    assertThat(plan.vacuous(3 * 16 + 8)).as("unseen has no lower side").isTrue();
    long[] units = logE(plan, DriftEvidence.window(0, new long[] {40, 30, 20, 10}));
    assertSide(units, 3 * 16, tilted(plan.upper(0, 3), Side.ABOVE, 10, 100));
    assertSide(units, 4 * 16, tilted(plan.upper(0, 4), Side.ABOVE, 70, 100));
  }

  @Test
  void dispersion_dividesReferenceAndEvidence() {
    long[][] reference = {{400, 600}};
    Dispersion four = Dispersion.uniform(4);
    DriftEvidence plan = DriftEvidence.numeric(reference, new EvidenceSettings(0.02, 1e-4, four));
    assertThat(plan.upper(0, 0)).isEqualTo(ClopperPearson.upper(100, 250, 1e-4 / 6) + 0.02);
    assertThat(plan.lower(0, 0)).isEqualTo(ClopperPearson.lower(99, 250, 1e-4 / 6) - 0.02);
    double[] whole = tilted(plan.upper(0, 0), Side.ABOVE, 70, 100);
    long[] units = logE(plan, DriftEvidence.window(0, new long[] {70, 30}));
    assertThat(Nats.of(units[4])).isCloseTo(whole[4] / 4, within(2e-9));
  }

  @Test
  void anEmptyReference_isVacuous() {
    DriftEvidence plan = DriftEvidence.numeric(new long[][] {{0, 0, 0}}, SETTINGS);
    assertThat(plan.live()).isZero();
    assertThat(logE(plan, DriftEvidence.window(0, new long[] {5, 5, 90}))).containsOnly(0);
    EvidenceReading reading =
        new CusumState().fold(plan, DriftEvidence.window(0, new long[] {5, 5, 90}), 0);
    assertThat(reading.logE()).isZero();
  }

  @Test
  void absentLabels_countAgainstTheAlarm() {
    EnumSet<Side> both = EnumSet.allOf(Side.class);
    WindowCounts window = RateEvidence.window(0, 30, 80, 20);
    RateEvidence censored =
        RateEvidence.nominal(0.3, 0.1, 1, Dispersion.none(), both, AbsentLabels.CENSORED);
    long[] units = logE(censored, window);
    assertSide(units, 0, tilted(0.4, Side.ABOVE, 30, 100));
    assertSide(units, 8, tilted(0.3 - 0.1, Side.BELOW, 50, 100));
    RateEvidence atRandom =
        RateEvidence.nominal(0.3, 0.1, 1, Dispersion.none(), both, AbsentLabels.MISSING_AT_RANDOM);
    units = logE(atRandom, window);
    assertSide(units, 0, tilted(0.4, Side.ABOVE, 30, 80));
    assertSide(units, 8, tilted(0.3 - 0.1, Side.BELOW, 30, 80));
  }

  @Test
  void rate_watchesOnlyTheSidesAskedFor() {
    RateEvidence plan =
        RateEvidence.estimated(
            new long[] {10},
            new long[] {10_000},
            new EvidenceSettings(0.005, 1e-4),
            EnumSet.of(Side.ABOVE),
            AbsentLabels.CENSORED);
    assertThat(plan.vacuous(3)).isFalse();
    assertThat(plan.vacuous(11)).isTrue();
    assertThat(plan.upper(0)).isEqualTo(ClopperPearson.upper(10, 10_000, 5e-5) + 0.005);
    assertThat(logE(plan, RateEvidence.window(0, 0, 1000, 0))[11]).isZero();
  }

  @Test
  void boundedLoss_usesSumsOf128Bits() {
    // The design's vector: above(.22), N = 1000, S1 = 257.957564227283, S2 = 88.11418980321847.
    long sum = (long) Math.floor(257.957564227283 * 0x1p30 + 0.5);
    double squares = 88.11418980321847 * 0x1p60;
    long high = (long) Math.floor(squares / 0x1p64);
    long low = (long) ((squares - high * 0x1p64) / 2) << 1;
    HarmEvidence plan =
        HarmEvidence.bounded(
            new long[] {1_000_000_000_000L},
            new double[] {0.21},
            new double[] {0},
            new EvidenceSettings(0.01, 0.5),
            AbsentLabels.CENSORED);
    assertThat(plan.upper(0)).as("a huge reference").isCloseTo(0.22, within(1e-9));
    long[] units = logE(plan, HarmEvidence.boundedWindow(0, 1000, 0, sum, high, low, 0));
    double[] nats = new double[8];
    for (int rung = 0; rung < 8; rung++) {
      nats[rung] = Nats.of(units[rung]);
    }
    assertThat(LogMeanExp.of(nats)).isCloseTo(23.137820801, within(1e-5));
  }

  @Test
  void harm_withManyAbsentLabels_losesPowerButNeverGainsIt() {
    HarmEvidence plan =
        HarmEvidence.zeroOne(
            new long[] {2660},
            new long[] {10_000},
            new EvidenceSettings(0.01, 1e-4),
            AbsentLabels.CENSORED);
    long full = logE(plan, HarmEvidence.zeroOneWindow(0, 338, 1000, 0))[4];
    long sparse = logE(plan, HarmEvidence.zeroOneWindow(0, 338, 1000, 50))[4];
    assertThat(sparse).isLessThan(full);
    assertThat(plan.upper(0)).isEqualTo(ClopperPearson.upper(2660, 10_000, 1e-4) + 0.01);
  }

  @Test
  void calibration_countsAbsentLabelsAgainstEachAlternative() {
    long[] none = new long[CalibrationEvidence.BINS];
    long[] some = new long[CalibrationEvidence.BINS];
    some[512] = 40;
    CalibrationEvidence plan =
        new CalibrationEvidence(0.02, 1, Dispersion.none(), AbsentLabels.CENSORED);
    long[] censored = logE(plan, CalibrationEvidence.window(0, none, none, some));
    for (int alternative = 0; alternative < 12; alternative++) {
      assertThat(censored[alternative]).as("alternative %d", alternative).isNotPositive();
    }
    long[] positive =
        logE(
            new CalibrationEvidence(0.02, 1, Dispersion.none(), AbsentLabels.POSITIVE),
            CalibrationEvidence.window(0, none, none, some));
    assertThat(positive).isEqualTo(logE(plan, CalibrationEvidence.window(0, none, some, none)));
    long[] dropped =
        logE(
            new CalibrationEvidence(0.02, 1, Dispersion.none(), AbsentLabels.MISSING_AT_RANDOM),
            CalibrationEvidence.window(0, none, none, some));
    assertThat(dropped).containsOnly(0);
  }

  @Test
  void calibrationAgainstTheReference_watchesTheRateInEachBin() {
    ReliabilityEvidence plan =
        ReliabilityEvidence.of(
            new long[][] {{900, 100}}, new long[][] {{100, 900}}, SETTINGS, AbsentLabels.CENSORED);
    assertThat(plan.upper(0, 0)).isEqualTo(ClopperPearson.upper(100, 1000, 1e-4 / 4) + 0.02);
    WindowCounts window =
        ReliabilityEvidence.window(0, new long[] {50, 5}, new long[] {40, 45}, new long[] {10, 0});
    long[] units = logE(plan, window);
    assertSide(units, 0, tilted(plan.upper(0, 0), Side.ABOVE, 40, 100));
    assertSide(units, 8, tilted(plan.lower(0, 0), Side.BELOW, 50, 100));
    assertSide(units, 16 + 8, tilted(plan.lower(0, 1), Side.BELOW, 45, 50));
    assertThat(plan.describe(16 + 8).kind()).isEqualTo(EventKind.POSITIVE_IN_BIN);
  }

  @Test
  void delay_watchesOnlyFewerLabelsWithinAnAge() {
    DelayEvidence plan =
        DelayEvidence.of(
            new long[][] {{500, 900}}, new long[] {1000}, new EvidenceSettings(0.05, 1e-4));
    assertThat(plan.live()).isEqualTo(16);
    assertThat(plan.lower(0, 1)).isEqualTo(ClopperPearson.lower(900, 1000, 1e-4 / 4) - 0.05);
    long[] units = logE(plan, DelayEvidence.window(0, new long[] {10, 60}, 100));
    assertSide(units, 16 + 8, tilted(plan.lower(0, 1), Side.BELOW, 60, 100));
    assertThat(units[0]).as("above is not watched").isZero();
  }

  @Test
  void countsOfAnotherShape_areRejected() {
    DriftEvidence plan = DriftEvidence.numeric(new long[][] {{5, 5, 5}}, SETTINGS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> logE(plan, DriftEvidence.window(0, new long[] {1, 2})));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> logE(plan, DriftEvidence.window(1, new long[] {1, 2, 3})))
        .withMessageContaining("season 1 of 1");
  }

  @Test
  void settingsOutsideTheirRange_areRejected() {
    assertThatIllegalArgumentException().isThrownBy(() -> new EvidenceSettings(-0.01, 0.5));
    assertThatIllegalArgumentException().isThrownBy(() -> new EvidenceSettings(0.01, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Dispersion.uniform(0.9));
  }
}
