package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DispersionMeterTest {
  /** {@link Dispersion#measured} is held to statsmodels; the meter must say the same. */
  @Test
  void aMeter_saysWhatIsMeasuredFromAllWindowsAtOnce() {
    SplittableRandom random = new SplittableRandom(4);
    long[][] hits = new long[2][30];
    long[][] totals = new long[2][30];
    DispersionMeter meter = new DispersionMeter(1, 2);
    for (int season = 0; season < 2; season++) {
      for (int window = 0; window < 30; window++) {
        totals[season][window] = 100 + random.nextInt(900);
        double share = (season + 1) * (0.1 + 0.1 * random.nextDouble());
        hits[season][window] = Math.round(share * totals[season][window]);
        meter.add(season, 0, hits[season][window], totals[season][window]);
      }
    }
    double expected = Dispersion.measured(hits, totals);
    assertThat(expected).isGreaterThan(1.5);
    assertThat(meter.dispersions()[0]).isCloseTo(expected, within(1e-9 * expected));
  }

  @Test
  void nothingToMeasure_isOne() {
    DispersionMeter meter = new DispersionMeter(2, 1);
    meter.add(0, 0, 3, 10);
    meter.add(0, 1, 0, 10);
    meter.add(0, 1, 0, 20);
    assertThat(meter.dispersions()).containsExactly(1, 1);
  }

  @Test
  void aPlan_measuresItsOwnEvents() {
    RateEvidence plan =
        RateEvidence.nominal(
            0.1,
            0.02,
            1,
            Dispersion.none(),
            EnumSet.of(Side.ABOVE),
            AbsentLabels.MISSING_AT_RANDOM);
    DispersionMeter meter = plan.newMeter();
    long[][] hits = {new long[40]};
    long[][] totals = {new long[40]};
    for (int window = 0; window < 40; window++) {
      hits[0][window] = window % 2 == 0 ? 5 : 15;
      totals[0][window] = 100;
      plan.measure(RateEvidence.window(0, hits[0][window], 100, 7), meter);
    }
    assertThat(meter.dispersions()[0]).isCloseTo(Dispersion.measured(hits, totals), within(1e-9));
  }
}
