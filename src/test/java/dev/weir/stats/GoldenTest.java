package dev.weir.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.monitor.EstimatedPerformanceGolden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares Weir's mathematics with what other software computes on the same data.
 *
 * <p>Reads every {@code *.json} of the directory named by the system property {@code weir.golden}
 * (default {@code src/test/resources/reference}), so that the same test runs on other golden files
 * of the same form. Prints how many cases of each function passed, failed or ask for another
 * variant.
 */
class GoldenTest {
  /** Add a part of the mathematics here. */
  private static final List<GoldenFunctions> PARTS =
      List.of(
          new InferenceGolden(),
          new SequentialGolden(),
          new CrossCheckGolden(),
          new DistancesGolden(),
          new ClassificationGolden(),
          new CalibrationGolden(),
          new RegressionGolden(),
          new EstimatedPerformanceGolden(),
          new UnusedGolden());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final GoldenRegistry REGISTRY = new GoldenRegistry();
  private static final Map<String, Tally> TALLIES = new TreeMap<>();

  /** What became of the cases of one function. */
  private static final class Tally {
    private int passed;
    private int otherVariant;
    private int uncovered;
    private final List<String> failures = new ArrayList<>();
    private String reason = "";
  }

  @BeforeAll
  static void runEveryCase() throws IOException {
    PARTS.forEach(part -> part.register(REGISTRY));
    Path directory = Path.of(System.getProperty("weir.golden", "src/test/resources/reference"));
    List<Path> files;
    try (Stream<Path> found = Files.list(directory)) {
      files = found.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      JsonNode root = JSON.readTree(file.toFile());
      for (JsonNode node : root.path("cases")) {
        run(new GoldenCase(node, root.path("datasets")));
      }
    }
    print();
  }

  private static void run(GoldenCase golden) {
    Tally tally = TALLIES.computeIfAbsent(golden.function(), function -> new Tally());
    GoldenFunctions.Computation computation = REGISTRY.computations().get(golden.function());
    if (computation == null) {
      tally.uncovered++;
      tally.reason = REGISTRY.leftOut().getOrDefault(golden.function(), "");
      return;
    }
    try {
      String difference = golden.difference(JSON.valueToTree(computation.compute(golden)));
      if (difference.isEmpty()) {
        tally.passed++;
      } else {
        tally.failures.add(golden.id() + ":" + difference);
      }
    } catch (GoldenFunctions.OtherVariant variant) {
      tally.otherVariant++;
      tally.reason = variant.getMessage();
    } catch (Exception e) {
      tally.failures.add(golden.id() + ": " + e);
    }
  }

  private static void print() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            "%n%-42s %7s %7s %7s %9s%n", "function", "passed", "failed", "other", "not used"));
    Tally sum = new Tally();
    int failed = 0;
    for (Map.Entry<String, Tally> entry : TALLIES.entrySet()) {
      Tally tally = entry.getValue();
      table.append(
          String.format(
              "%-42s %7d %7d %7d %9d  %s%n",
              entry.getKey(),
              tally.passed,
              tally.failures.size(),
              tally.otherVariant,
              tally.uncovered,
              tally.reason));
      sum.passed += tally.passed;
      sum.otherVariant += tally.otherVariant;
      sum.uncovered += tally.uncovered;
      failed += tally.failures.size();
    }
    table.append(
        String.format(
            "%-42s %7d %7d %7d %9d%n", "all", sum.passed, failed, sum.otherVariant, sum.uncovered));
    System.out.println(table);
  }

  @Test
  void everyComputedCase_agreesWithTheReference() {
    List<String> failures = new ArrayList<>();
    TALLIES.forEach(
        (function, tally) ->
            tally.failures.forEach(failure -> failures.add(function + " " + failure)));
    assertThat(failures).as("cases that differ from the reference").isEmpty();
  }

  @Test
  void everyFunctionThatIsNotComputed_hasAReason() {
    List<String> silent = new ArrayList<>();
    TALLIES.forEach(
        (function, tally) -> {
          if (tally.uncovered > 0 && tally.reason.isEmpty()) {
            silent.add(function);
          }
        });
    assertThat(silent).as("functions neither computed nor left out with a reason").isEmpty();
  }

  @Test
  void theDirectory_holdsCases() {
    assertThat(TALLIES).as("golden functions found").isNotEmpty();
  }
}
