package dev.weir.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Plays every scenario of the catalogue, holds Weir to its promises, and reports on everybody. */
@Tag("slow")
class ScenarioSimulationTest {
  private static final List<Watcher> SHOWN = Arrays.asList(Watcher.values());
  private static final Map<Integer, Results> PLAYED = new TreeMap<>();

  @TestFactory
  Stream<DynamicTest> everyScenario() {
    List<Scenario> catalogue = Scenarios.catalogue();
    return catalogue.stream()
        .map(
            scenario ->
                DynamicTest.dynamicTest(
                    scenario.row().what(), () -> play(catalogue.indexOf(scenario), scenario)));
  }

  private static void play(int position, Scenario scenario) {
    Results results = scenario.play();
    PLAYED.put(position, results);
    assertThat(broken(results)).as("%s, seed %d", cells(results), scenario.row().seed()).isEmpty();
  }

  private static List<String> broken(Results results) {
    return results.row().promises().stream()
        .filter(promise -> !promise.holds().test(results))
        .map(Promise::words)
        .toList();
  }

  @AfterAll
  static void report() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("## Every scenario of the catalogue");
    lines.add("");
    lines.add(
        "Weight .01, hourly windows of 1000, at most one false alarm in 90 days, tolerance .02,"
            + " delta 1e-4, 32 bins,");
    lines.add(
        "10 000 reference rows, unless the first column says otherwise. \"False\": runs and"
            + " windows");
    lines.add(
        "with an alarm before anything changed. \"Found\": share of runs with an alarm after the"
            + " change, then the");
    lines.add(
        "windows that half and nine tenths of the runs needed. PSI and KS look at every window by"
            + " itself, on");
    lines.add(
        "the same bins (for outcomes: those of the score). An ADWIN reads the records of the series"
            + " (for outcomes: the");
    lines.add(
        "loss). Always-alarm is the fastest and the most false, so no delay counts without its row"
            + " of false");
    lines.add(
        "alarms. \"Unguarded\" is Weir's own question without the safeguard that the scenario is"
            + " about.");
    lines.add("");
    lines.add(
        Report.line(
            Stream.of("scenario", "runs", "windows", "promise", "kept", "measured beside")));
    lines.add("|---|---|---|---|---|---|");
    PLAYED.values().forEach(results -> lines.add(promised(results)));
    lines.add("");
    lines.add("False alarms:");
    lines.add("");
    table(lines, results -> results.row().before() > 0, Outcome::falseCell);
    lines.add("");
    lines.add("Found, median, ninetieth percentile:");
    lines.add("");
    table(lines, results -> results.row().after() > 0, Outcome::foundCell);
    Report.write("1-scenarios", lines);
  }

  private static String promised(Results results) {
    Row row = results.row();
    List<String> broken = broken(results);
    return Report.line(
        Stream.of(
            row.what(),
            Integer.toString(row.runs()),
            row.after() == 0 ? "" + row.before() : row.before() + " + " + row.after(),
            row.promises().stream().map(Promise::words).collect(Collectors.joining("; ")),
            broken.isEmpty() ? "yes" : "**no**: " + String.join("; ", broken),
            results.measures().entrySet().stream()
                .map(measure -> measure.getKey() + " " + rounded(measure.getValue()))
                .collect(Collectors.joining("; "))));
  }

  private static String rounded(double value) {
    return value == Math.rint(value)
        ? Long.toString(Math.round(value))
        : String.format(java.util.Locale.ROOT, "%.4f", value);
  }

  private static void table(
      List<String> lines,
      java.util.function.Predicate<Results> rows,
      java.util.function.Function<Outcome, String> cell) {
    lines.add(
        Report.line(Stream.concat(Stream.of("scenario"), SHOWN.stream().map(Watcher::title))));
    lines.add("|" + "---|".repeat(1 + SHOWN.size()));
    PLAYED.values().stream()
        .filter(rows)
        .forEach(
            results ->
                lines.add(
                    Report.line(
                        Stream.concat(
                            Stream.of(results.row().what()),
                            SHOWN.stream()
                                .map(watcher -> results.of(watcher).map(cell).orElse("-"))))));
  }

  private static String cells(Results results) {
    return SHOWN.stream()
        .map(
            watcher ->
                watcher.title()
                    + ": "
                    + results
                        .of(watcher)
                        .map(outcome -> outcome.falseCell() + " / " + outcome.foundCell())
                        .orElse("-"))
        .collect(Collectors.joining("; "));
  }
}
