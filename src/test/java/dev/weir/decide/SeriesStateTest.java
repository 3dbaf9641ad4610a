package dev.weir.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitor.Finding;
import dev.weir.monitor.Series;
import dev.weir.monitor.Unit;
import dev.weir.monitor.Verdict;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidenceSettings;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a series keeps between windows is small, because 0 is not kept. */
class SeriesStateTest {
  private static final long SEED = 42;
  private static final int BINS = 32;
  private static final int WINDOWS = 500;

  /** Bytes that a numeric feature may keep where nothing drifts. */
  private static final int MOST_BYTES = 200;

  @ParameterizedTest
  @ValueSource(ints = {1_000, 100_000})
  void numericFeature_withoutDrift_keepsAtMost200BytesBetweenWindows(int rows) throws IOException {
    TestingModel model = new TestingModel();
    model.dispersion = Dispersion.none();
    long[] reference = new long[BINS];
    Arrays.fill(reference, 10 * rows / BINS);
    model.plan = DriftEvidence.numeric(new long[][] {reference}, new EvidenceSettings(0.02, 1e-4));
    assertThat(model.plan.components()).isEqualTo(1_008);
    SplittableRandom random = new SplittableRandom(SEED);
    Series series = TestingModel.drift("distance");
    int most = 0;
    int mostQuiet = 0;
    int quiet = 0;
    for (int window = 1; window <= WINDOWS; window++) {
      long tick = TestingModel.START + window * TestingModel.HOUR;
      model.findings.add(finding(model, series, tick, draw(rows, random)));
      model.decide(tick);
      byte[] bytes = model.store.bytes.get(series.id());
      assertThat(bytes).as("window %d", window).isNotNull();
      SeriesState state = SeriesState.decode(bytes);
      assertThat(state.encode()).as("window %d", window).isEqualTo(bytes);
      assertThat(state.scatter).as("window %d", window).isNotNull();
      if (state.cusum.isQuiet()) {
        quiet++;
        mostQuiet = Math.max(mostQuiet, bytes.length);
      }
      state.scatter = null;
      most = Math.max(most, state.encode().length);
    }
    assertThat(most)
        .as("most bytes of %d windows but for how counts scatter, seed %d", WINDOWS, SEED)
        .isLessThanOrEqualTo(MOST_BYTES);
    // Where a component is above 0, it and the windows that it shows are kept too.
    assertThat(quiet).as("windows without any evidence").isGreaterThan(WINDOWS * 98 / 100);
    assertThat(mostQuiet)
        .as("most bytes of %d windows, seed %d", quiet, SEED)
        .isBetween(MOST_BYTES / 2, MOST_BYTES);
  }

  /** A window as the reference: bins at its quantiles are equally likely. */
  private static long[] draw(int rows, SplittableRandom random) {
    long[] counts = new long[BINS];
    for (int row = 0; row < rows; row++) {
      counts[random.nextInt(BINS)]++;
    }
    return counts;
  }

  private static Finding finding(TestingModel model, Series series, long tick, long[] counts)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DriftEvidence.window(0, counts).encode(new DataOutputStream(bytes));
    return new Finding(
        series,
        tick - TestingModel.HOUR,
        tick,
        tick,
        0,
        0.03,
        Unit.RATIO,
        null,
        null,
        0.02,
        Arrays.stream(counts).sum(),
        10_000L,
        Verdict.NOT_JUDGED,
        null,
        null,
        null,
        List.of(),
        null,
        model.baselineId,
        null,
        bytes.toByteArray(),
        null,
        model.configHash);
  }
}
