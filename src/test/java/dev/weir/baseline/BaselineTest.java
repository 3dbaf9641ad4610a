package dev.weir.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.event.FeatureValues;
import dev.weir.stats.summary.Measured;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Expected numbers of the flights reference: numpy 2 ({@code quantile}, {@code std(ddof=1)}) and
 * Python's {@code hashlib.sha256}, on jobs/flights-delay/reference.csv.
 */
class BaselineTest {
  private static final List<ReferenceRow> FLIGHTS = Flights.rows();
  private static final Baseline BASELINE =
      new ReferenceProfiler(Flights.settings()).profile(FLIGHTS, null, "00", null, "cafe");

  @Test
  void numbersOfAColumnAreThoseOfTheFile() {
    Baseline.Reference distance =
        BASELINE.reference("distance", Column.Role.FEATURE, null).orElseThrow();
    assertThat(distance.summary().n()).isEqualTo(22970);
    assertThat(distance.summary().numbers().mean().orElseThrow().value())
        .isCloseTo(730.5747932085329, within(1e-3));
    assertThat(distance.summary().numbers().standardDeviation().orElseThrow().value())
        .isCloseTo(574.429868800154, within(1e-2));
    assertThat(distance.summary().numbers().layout().lowest()).isEqualTo(31);
    assertThat(distance.summary().numbers().layout().highest()).isEqualTo(4962);
    Measured median = distance.summary().numbers().quantile(0.5).orElseThrow();
    assertThat(median.value()).isCloseTo(564, within(median.errorBound()));
    assertThat(median.errorBound()).isLessThanOrEqualTo(10);
  }

  @Test
  void unseenMassIsCountedOnTheOtherHalf() {
    assertThat(
            BASELINE.reference("destination", Column.Role.FEATURE, null).orElseThrow().splitHalf())
        .isEqualTo(new Baseline.SplitHalf(17, 11568));
  }

  @Test
  void theLargestSegmentsAreKeptAndTheRestIsOther() {
    List<String> segments = BASELINE.segments();
    assertThat(segments).hasSize(31).contains("origin=ORD", "origin=HOU", "origin=__other__");
    // JFK is the 31st airport by rows.
    assertThat(segments).doesNotContain("origin=JFK");
    long rows = 0;
    for (String segment : segments) {
      rows +=
          BASELINE.reference("distance", Column.Role.FEATURE, segment).orElseThrow().summary().n();
    }
    assertThat(rows).isEqualTo(22970);
    assertThat(BASELINE.outcomes("origin=ORD").orElseThrow().cohort().issued()).isEqualTo(1209);
  }

  @Test
  void lateLabelsAreAbsentAndEarlyOnesAreEarly() {
    Baseline.Outcomes outcomes = BASELINE.outcomes(null).orElseThrow();
    // Four labels came after more than a day.
    assertThat(outcomes.cohort().labelled()).isEqualTo(22966);
    assertThat(outcomes.early().n()).isEqualTo(22970);
    assertThat(outcomes.early().labelled()).isEqualTo(18380);
    assertThat(outcomes.early().losses().mean().orElseThrow().value())
        .isCloseTo(0.13063967582111322, within(1e-9));
  }

  @Test
  void windowsAreThoseWithRows() {
    assertThat(BASELINE.windows()).isEqualTo(14);
    assertThat(BASELINE.rowsPerWindow()).isEqualTo(22970.0 / 14);
    assertThat(BASELINE.header().rows()).isEqualTo(22970);
  }

  @Test
  void theOrderOfTheRowsDoesNotMatter() {
    List<ReferenceRow> some = new ArrayList<>(FLIGHTS.subList(0, 3000));
    ReferenceProfiler profiler = new ReferenceProfiler(Flights.settings());
    String id = profiler.profile(some, null, "00", null, "cafe").id();
    Collections.shuffle(some, new Random(3));
    assertThat(profiler.profile(some, null, "11", "elsewhere", "beef").id()).isEqualTo(id);
    assertThat(profiler.profile(some.subList(1, 3000), null, "00", null, "cafe").id())
        .isNotEqualTo(id);
  }

  @Test
  void whatIsStoredIsTheSameBaseline() throws IOException {
    List<NamedSummary> shuffled = new ArrayList<>(BASELINE.summaries());
    Collections.shuffle(shuffled, new Random(5));
    Baseline read = Baseline.of(BASELINE.header(), shuffled);
    assertThat(read.id()).isEqualTo(BASELINE.id()).hasSize(16);
    assertThat(read.summaries()).isEqualTo(BASELINE.summaries());
    assertThat(read.segments()).isEqualTo(BASELINE.segments());
    assertThat(read.cohortLayout()).isEqualTo(BASELINE.cohortLayout());
    assertThat(read.reference("origin", Column.Role.FEATURE, "origin=ORD"))
        .isEqualTo(BASELINE.reference("origin", Column.Role.FEATURE, "origin=ORD"));
    assertThat(read.outcomes(null)).isEqualTo(BASELINE.outcomes(null));
    assertThat(BASELINE.summaries().stream().mapToLong(s -> s.encoded().length).sum())
        .as("fits a Kafka record")
        .isLessThan(900_000);
  }

  @Test
  void foreignBytesAreRefused() {
    NamedSummary first = BASELINE.summaries().get(0);
    NamedSummary damaged =
        new NamedSummary(
            first.name(), first.kind(), null, null, false, first.rows(), new byte[] {9, 1, 2});
    assertThatThrownBy(() -> Baseline.of(BASELINE.header(), List.of(damaged)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Baseline.of(BASELINE.header(), List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("outcomes");
  }

  @Test
  void constantMissingAndEmptyColumnsAreDefined() {
    ProfileSettings settings =
        Rows.settings(Set.of(Task.BINARY), LabelSettings.Absent.CENSORED, new Loss("brier", 1));
    List<ReferenceRow> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      FeatureValues values = new FeatureValues();
      values.addDouble("x", 7);
      rows.add(new ReferenceRow(Rows.features("r" + i, 0, values), null, null));
    }
    Baseline baseline = new ReferenceProfiler(settings).profile(rows, null, "00", null, "c");
    ColumnSummary x = baseline.reference("x", Column.Role.FEATURE, null).orElseThrow().summary();
    assertThat(x.numbers().layout().coarseBins()).as("below and not below 7").isEqualTo(2);
    assertThat(x.numbers().coarseCounts()).containsExactly(0, 20);
    ColumnSummary c = baseline.reference("c", Column.Role.FEATURE, null).orElseThrow().summary();
    assertThat(c.n()).isZero();
    assertThat(c.missing()).isEqualTo(20);
    assertThat(baseline.outcomes(null).orElseThrow().cohort().issued()).isZero();
    assertThat(baseline.segments()).containsExactly("c=__other__");
  }

  @Test
  void anEmptyReferenceIsABaselineOfZeros() {
    ProfileSettings settings =
        Rows.settings(Set.of(Task.BINARY), LabelSettings.Absent.CENSORED, new Loss("brier", 1));
    Baseline baseline = new ReferenceProfiler(settings).profile(List.of(), null, "00", null, "c");
    assertThat(baseline.header().rows()).isZero();
    assertThat(baseline.rowsPerWindow()).isZero();
    assertThat(baseline.reference("x", Column.Role.FEATURE, null).orElseThrow().summary().n())
        .isZero();
  }

  @Test
  void declaredRangesAndGroupsAreInTheLayout() {
    ProfileSettings plain =
        Rows.settings(Set.of(Task.BINARY), LabelSettings.Absent.CENSORED, new Loss("brier", 1));
    ProfileSettings declared =
        new ProfileSettings(
            plain.modelId(),
            plain.tasks(),
            plain.positiveClass(),
            plain.features(),
            true,
            false,
            false,
            false,
            null,
            plain.losses(),
            plain.bins(),
            plain.fineBins(),
            plain.topCategories(),
            Map.of("c", Map.of("vowels", List.of("a", "e"))),
            Map.of("x", new ProfileSettings.Range(0, 5)),
            plain.segments(),
            plain.maxSegments(),
            false,
            plain.window(),
            plain.labels());
    List<ReferenceRow> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(new ReferenceRow(Rows.features("r" + i, 0, "a", (double) i), null, null));
    }
    Baseline baseline = new ReferenceProfiler(declared).profile(rows, null, "00", null, "c");
    assertThat(
            baseline
                .reference("x", Column.Role.FEATURE, null)
                .orElseThrow()
                .summary()
                .numbers()
                .over())
        .isEqualTo(4);
    assertThat(
            baseline
                .reference("c", Column.Role.FEATURE, null)
                .orElseThrow()
                .summary()
                .categories()
                .groupCount("vowels"))
        .isEqualTo(10);
  }
}
