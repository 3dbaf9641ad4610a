package dev.weir.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitor.Finding;
import dev.weir.monitor.Series;
import dev.weir.monitor.Unit;
import dev.weir.monitor.Verdict;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidenceSettings;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a series keeps between windows is small, because 0 is not kept. */
class SeriesStateTest {
  private static final long SEED = 42;
  private static final int BINS = 32;
  private static final int ROWS = 1_000;
  private static final int WINDOWS = 500;

  /** Bytes that a numeric feature may keep where nothing drifts. */
  private static final int MOST_BYTES = 200;

  @Test
  void numericFeature_withoutDrift_keepsAtMost200BytesBetweenWindows() throws IOException {
    TestingModel model = new TestingModel();
    long[] reference = new long[BINS];
    Arrays.fill(reference, 10_000 / BINS);
    model.plan = DriftEvidence.numeric(new long[][] {reference}, new EvidenceSettings(0.02, 1e-4));
    assertThat(model.plan.components()).isEqualTo(1_008);
    SplittableRandom random = new SplittableRandom(SEED);
    Series series = TestingModel.drift("distance");
    int most = 0;
    for (int window = 1; window <= WINDOWS; window++) {
      long tick = TestingModel.START + window * TestingModel.HOUR;
      model.findings.add(finding(model, series, tick, draw(random)));
      model.decide(tick);
      byte[] state = model.store.bytes.get(series.id());
      assertThat(state).as("window %d", window).isNotNull();
      assertThat(SeriesState.decode(state).encode()).as("window %d", window).isEqualTo(state);
      most = Math.max(most, state.length);
    }
    assertThat(most)
        .as("most bytes of %d windows, seed %d", WINDOWS, SEED)
        .isLessThanOrEqualTo(MOST_BYTES);
  }

  /** Before counts were known to scatter, the state ended two bytes earlier. */
  @Test
  void theFormatBefore_isRead() {
    SeriesState state = new SeriesState();
    state.edition = "e";
    state.basis = "b";
    state.weight = 0.25;
    state.lastFolded = 7;
    byte[] now = state.encode();
    byte[] before = Arrays.copyOf(now, now.length - 2);
    before[0] = 3;
    SeriesState read = SeriesState.decode(before);
    assertThat(read.encode()).isEqualTo(now);
    assertThat(read.scatter).isNull();
  }

  /** A window as the reference: bins at its quantiles are equally likely. */
  private static long[] draw(SplittableRandom random) {
    long[] counts = new long[BINS];
    for (int row = 0; row < ROWS; row++) {
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
        ROWS,
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
