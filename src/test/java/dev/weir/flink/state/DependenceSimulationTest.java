package dev.weir.flink.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.ReferenceRow;
import dev.weir.decide.Output;
import dev.weir.testing.JudgedTraffic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * False alarms where the clock or each other tells what records say, from the job file to the
 * alert: profiler, monitors and decision are the product's. Each test also runs without the
 * declaration, to prove that it can fail. One series has the whole budget, so the threshold is
 * lower, and the promise harder to keep, than in the table of {@code statistics.md} 11.
 */
class DependenceSimulationTest {
  private static final String TEN_BINS = "summaries: {bins: 10, fine_bins: 50}\n";

  @TempDir Path folder;

  private static double[] normal(int size, double mean, SplittableRandom random) {
    double[] values = new double[size];
    Arrays.setAll(values, i -> mean + random.nextGaussian());
    return values;
  }

  private static double daily(int hour) {
    return Math.sin(2 * Math.PI * hour / 24);
  }

  /** The same hours each time they are asked for. */
  private static IntFunction<double[]> remembered(int from, int hours, IntFunction<double[]> draw) {
    double[][] all = new double[hours][];
    Arrays.setAll(all, i -> draw.apply(from + i));
    return hour -> all[hour - from];
  }

  private int[] dailyCycle(int runs, int referenceDays, int perHour, int days, int rows)
      throws Exception {
    JudgedTraffic bucketed =
        new JudgedTraffic(folder, TEN_BINS + "seasonality: {by: hour_of_day}\n");
    JudgedTraffic unbucketed = new JudgedTraffic(folder, TEN_BINS);
    int[] alarms = new int[2];
    SplittableRandom seeds = new SplittableRandom(23);
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = seeds.split();
      int from = 24 * referenceDays;
      List<ReferenceRow> reference =
          JudgedTraffic.rows(from, hour -> normal(perHour, daily(hour), random));
      IntFunction<double[]> stream =
          remembered(from, 24 * days, hour -> normal(rows, daily(hour), random));
      alarms[0] += alarms(unbucketed.model(reference), from, 24 * days, stream);
      alarms[1] += alarms(bucketed.model(reference), from, 24 * days, stream);
    }
    return alarms;
  }

  private static int alarms(Model model, int from, int hours, IntFunction<double[]> stream) {
    return JudgedTraffic.firstAlarm(model, from, hours, stream) >= 0 ? 1 : 0;
  }

  @Test
  void aDailyCycle_needsItsSeasons_onTwoRuns() throws Exception {
    assertThat(dailyCycle(2, 5, 250, 2, 300)).containsExactly(2, 0);
  }

  @Test
  @Tag("slow")
  void aDailyCycle_needsItsSeasons() throws Exception {
    assertThat(dailyCycle(20, 10, 1000, 14, 1000)).containsExactly(20, 0);
  }

  private int[] repeated(int runs, int distinct, int hours) throws Exception {
    JudgedTraffic raw = new JudgedTraffic(folder, TEN_BINS);
    JudgedTraffic tempered = new JudgedTraffic(folder, TEN_BINS + "dispersion: 20\n");
    JudgedTraffic gated = new JudgedTraffic(folder, TEN_BINS + "entity: who\n");
    int[] alarms = new int[3];
    SplittableRandom seeds = new SplittableRandom(21);
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = seeds.split();
      List<ReferenceRow> reference =
          JudgedTraffic.rows(100, hour -> twentyTimes(normal(distinct / 100, 0, random)));
      IntFunction<double[]> stream =
          remembered(100, hours, hour -> twentyTimes(normal(50, 0, random)));
      alarms[0] += alarms(raw.model(reference), 100, hours, stream);
      alarms[1] += alarms(tempered.model(reference), 100, hours, stream);
      alarms[2] += alarms(gated.model(reference), 100, hours, stream);
    }
    return alarms;
  }

  private static double[] twentyTimes(double[] values) {
    double[] repeated = new double[20 * values.length];
    Arrays.setAll(repeated, i -> values[i / 20]);
    return repeated;
  }

  @Test
  void recordsRepeatedTwentyTimes_needTheirDispersionOrTheGate_onTwoRuns() throws Exception {
    assertThat(repeated(2, 1000, 100)).containsExactly(2, 0, 0);
  }

  @Test
  @Tag("slow")
  void recordsRepeatedTwentyTimes_needTheirDispersionOrTheGate() throws Exception {
    assertThat(repeated(150, 5000, 200)).containsExactly(150, 0, 0);
  }

  private int[] shocked(int runs, int windows) throws Exception {
    JudgedTraffic naive = new JudgedTraffic(folder, TEN_BINS);
    JudgedTraffic measured = new JudgedTraffic(folder, TEN_BINS + "dispersion: measured\n");
    int[] alarms = new int[2];
    SplittableRandom seeds = new SplittableRandom(22);
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = seeds.split();
      List<ReferenceRow> reference = JudgedTraffic.rows(168, hour -> shockedHour(random));
      IntFunction<double[]> stream = remembered(168, windows, hour -> shockedHour(random));
      alarms[0] += alarms(naive.model(reference), 168, windows, stream);
      alarms[1] += alarms(measured.model(reference), 168, windows, stream);
    }
    return alarms;
  }

  /** Uniform on ten bins, but for one, whose logit has a standard deviation of .3. */
  private static double[] shockedHour(SplittableRandom random) {
    double share = 1 / (1 + Math.exp(-(Math.log(0.1 / 0.9) + 0.3 * random.nextGaussian())));
    double[] values = new double[1000];
    for (int i = 0; i < values.length; i++) {
      int other = random.nextInt(9);
      int bin = random.nextDouble() < share ? 4 : other < 4 ? other : other + 1;
      values[i] = bin + random.nextDouble();
    }
    return values;
  }

  @Test
  void hourlyShocksOfOneBin_needTheirMeasuredDispersion_onThreeRuns() throws Exception {
    int[] alarms = shocked(3, 100);
    assertThat(alarms[0]).as("without dispersion").isPositive();
    assertThat(alarms[1]).as("with measured dispersion").isZero();
  }

  @Test
  @Tag("slow")
  void hourlyShocksOfOneBin_needTheirMeasuredDispersion() throws Exception {
    int[] alarms = shocked(100, 300);
    assertThat(alarms[0]).as("without dispersion").isGreaterThan(70);
    assertThat(alarms[1]).as("with measured dispersion").isZero();
  }

  /**
   * What is said of 40 hours of records that come twenty times each; they move for the last ten.
   */
  private List<Output> heard(String lines, double shift) throws Exception {
    SplittableRandom random = new SplittableRandom(24);
    Model model =
        new JudgedTraffic(folder, TEN_BINS + lines)
            .model(JudgedTraffic.rows(100, hour -> twentyTimes(normal(50, 0, random))));
    JudgedTraffic.Listener listener = new JudgedTraffic.Listener(model);
    List<Output> said = new ArrayList<>();
    for (int hour = 100; hour < 140; hour++) {
      double mean = hour < 130 ? 0 : shift;
      said.addAll(listener.hear(hour, twentyTimes(normal(50, mean, random))));
    }
    return said;
  }

  private static List<Output.Metric> dispersions(List<Output> said) {
    return said.stream()
        .filter(Output.Metric.class::isInstance)
        .map(Output.Metric.class::cast)
        .filter(metric -> metric.finding().series().metric().equals("dispersion"))
        .toList();
  }

  private static long marked(List<Output> said) {
    return JudgedTraffic.judged(said).stream()
        .filter(metric -> metric.finding().blindTo().contains("dependence"))
        .count();
  }

  private static List<String> descriptions(List<Output> said) {
    return said.stream()
        .filter(Output.Alert.class::isInstance)
        .map(Output.Alert.class::cast)
        .map(alert -> alert.annotations().get("description"))
        .toList();
  }

  @Test
  void recordsRepeatedTwentyTimes_areSaidToScatter_andMarkTheirEvidence() throws Exception {
    List<Output> said = heard("dispersion: 4\n", 2);
    assertThat(dispersions(said))
        .singleElement()
        .satisfies(
            metric -> {
              assertThat(metric.finding().series().feature()).isEqualTo("x");
              assertThat(metric.finding().value()).isBetween(15.0, 60.0);
              assertThat(metric.finding().windowStart())
                  .isEqualTo(JudgedTraffic.START + 127 * 3_600_000L);
            });
    assertThat(marked(said)).as("from the reading on").isEqualTo(13);
    assertThat(descriptions(said))
        .last()
        .satisfies(
            words ->
                assertThat(words)
                    .contains("times as much as those of independent records")
                    .contains("evidence is divided by 4"));
  }

  @Test
  void recordsRepeatedAsDeclared_markNothing() throws Exception {
    List<Output> said = heard("dispersion: 20\n", 2);
    assertThat(dispersions(said)).hasSize(1);
    assertThat(marked(said)).isZero();
    assertThat(descriptions(said)).allMatch(words -> !words.contains("Counts scatter"));
  }
}
