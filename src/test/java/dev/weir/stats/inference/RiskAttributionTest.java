package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.stats.inference.RiskAttribution.Cell;
import dev.weir.stats.inference.RiskAttribution.Part;
import dev.weir.stats.inference.RiskAttribution.Rows;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RiskAttributionTest {
  private static final long ONE = 1L << 30;

  private static Cell cell(
      String segment, int bin, Rows rows, long m, double before, long n, double now) {
    return new Cell(
        segment,
        bin,
        rows,
        m,
        BigInteger.valueOf(Math.round(before * m * ONE)),
        n,
        BigInteger.valueOf(Math.round(now * n * ONE)));
  }

  private static List<Cell> random(SplittableRandom random, boolean plainOnly) {
    List<Cell> cells = new ArrayList<>();
    for (String segment : List.of("a", "b", "c")) {
      for (int bin = 0; bin < 10; bin++) {
        for (Rows rows : Rows.values()) {
          if (plainOnly && rows != Rows.PLAIN) {
            continue;
          }
          long m = random.nextInt(8) == 0 ? 0 : random.nextLong(1, 5000);
          long n = random.nextInt(8) == 0 ? 0 : random.nextLong(1, 900);
          cells.add(cell(segment, bin, rows, m, random.nextDouble(), n, random.nextDouble()));
        }
      }
    }
    return cells;
  }

  @Test
  void parts_segmentsAndBins_addUpAsIntegers() {
    SplittableRandom random = new SplittableRandom(7);
    for (int run = 0; run < 200; run++) {
      List<Cell> cells = random(random, false);
      RiskAttribution split = RiskAttribution.of(cells).orElseThrow();
      BigInteger parts = BigInteger.ZERO;
      for (Part part : Part.values()) {
        parts = parts.add(split.units(part));
      }
      assertThat(parts).as("parts of run %s", run).isEqualTo(split.units());
      assertThat(sum(split.units(Cell::segment))).isEqualTo(split.units());
      assertThat(sum(split.units(cell -> String.valueOf(cell.bin())))).isEqualTo(split.units());

      // The change itself, in plain arithmetic.
      double before = mean(cells, true);
      double now = mean(cells, false);
      assertThat(split.total()).isCloseTo(now - before, within(1e-12));
    }
  }

  private static BigInteger sum(Map<String, BigInteger> units) {
    return units.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static double mean(List<Cell> cells, boolean reference) {
    double loss = 0;
    double rows = 0;
    for (Cell cell : cells) {
      loss += (reference ? cell.referenceLoss() : cell.currentLoss()).doubleValue() / ONE;
      rows += reference ? cell.reference() : cell.current();
    }
    return loss / rows;
  }

  @Test
  void plainRows_areSplitAsByKitagawa() {
    SplittableRandom random = new SplittableRandom(8);
    for (int run = 0; run < 200; run++) {
      List<Cell> cells = random(random, true);
      RiskAttribution split = RiskAttribution.of(cells).orElseThrow();
      MixRateSplit expected =
          MixRateSplit.of(
              cells.stream().mapToDouble(Cell::reference).toArray(),
              cells.stream()
                  .mapToDouble(cell -> cell.referenceLoss().doubleValue() / ONE)
                  .toArray(),
              cells.stream().mapToDouble(Cell::current).toArray(),
              cells.stream().mapToDouble(cell -> cell.currentLoss().doubleValue() / ONE).toArray());
      assertThat(split.part(Part.MIX)).isCloseTo(expected.mix(), within(1e-12));
      assertThat(split.part(Part.RATE)).isCloseTo(expected.rate(), within(1e-12));
      assertThat(split.borrowed()).isEqualTo(expected.borrowed());
      assertThat(split.units(Part.DELAY)).isEqualTo(BigInteger.ZERO);
    }
  }

  @Test
  void moreRowsOfARiskySegment_areMixAlone() {
    RiskAttribution split =
        RiskAttribution.of(
                List.of(
                    cell("calm", 0, Rows.PLAIN, 800, 0.1, 400, 0.1),
                    cell("risky", 0, Rows.PLAIN, 200, 0.5, 600, 0.5)))
            .orElseThrow();
    // From 0.18 to 0.34.
    assertThat(split.part(Part.MIX)).isCloseTo(0.16, within(1e-9));
    assertThat(split.part(Part.RATE)).isCloseTo(0, within(1e-9));
  }

  @Test
  void rowsWithBadInputs_thatErrMore_areDataQuality() {
    RiskAttribution split =
        RiskAttribution.of(
                List.of(
                    cell("all", 0, Rows.PLAIN, 1000, 0.1, 700, 0.1),
                    cell("all", 0, Rows.SPOILED, 0, 0, 300, 0.5)))
            .orElseThrow();
    // From 0.1 to 0.22; c = 0.16. Spoiled: 0.3 * (0.5 - 0.16) = 0.102; the plain rows' own share
    // fell by 0.3, of a risk 0.06 below the mean: 0.018.
    assertThat(split.total()).isCloseTo(0.12, within(1e-9));
    assertThat(split.part(Part.DATA_QUALITY)).isCloseTo(0.102, within(1e-9));
    assertThat(split.part(Part.MIX)).isCloseTo(0.018, within(1e-9));
    assertThat(split.part(Part.RATE)).isCloseTo(0, within(1e-9));
  }

  @Test
  void labelsThatComeLater_withEqualRisk_areNothing() {
    RiskAttribution split =
        RiskAttribution.of(
                List.of(
                    cell("all", 0, Rows.PLAIN, 900, 0.25, 200, 0.25),
                    cell("all", 0, Rows.LATE, 100, 0.25, 800, 0.25)))
            .orElseThrow();
    for (Part part : Part.values()) {
      assertThat(split.part(part)).as("%s", part).isCloseTo(0, within(1e-9));
    }
  }

  @Test
  void oneSideWithoutRows_isAbsent() {
    assertThat(RiskAttribution.of(List.of(cell("a", 0, Rows.PLAIN, 10, 0.5, 0, 0)))).isEmpty();
    assertThat(RiskAttribution.of(List.of())).isEmpty();
  }
}
