package dev.weir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code weir bench}: measures on this machine what the README quotes.
 *
 * <p>Contenders, their libraries and what they measure are in {@code src/jmh}, not in this jar, so
 * the build is asked to compile and run them.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Weir beside Flink alone on one Kafka topic, and what single steps cost.",
      "Needs the sources. Results: src/jmh/results, with --quick target/bench."
    },
    footer = {"", "Example:", "  weir bench --quick"})
final class BenchCommand implements Runnable {
  @Option(names = "--quick", description = "Few and short rounds: to see that it runs.")
  private boolean quick;

  @Parameters(
      paramLabel = "PART",
      arity = "0..*",
      description = {
        "profile, pairing, micro, scaling, width, length, series, latency, commands.",
        "Default: all."
      })
  private List<String> parts = new ArrayList<>();

  @Override
  public void run() {
    Path home = Path.of(System.getProperty("weir.home", ".")).toAbsolutePath();
    Path maven = home.resolve("mvnw");
    if (!Files.isRegularFile(maven) || !Files.isDirectory(home.resolve("src/jmh"))) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "no sources in " + home + "; 'weir bench' runs from a checkout of Weir");
    }
    List<String> words = new ArrayList<>(parts);
    if (quick) {
      words.add(0, "--quick");
    }
    int status = run(home, maven, String.join(" ", words));
    if (status != 0) {
      throw new CommandFailure(
          ExitCode.DEFECT, "the benchmarks did not end well (" + status + "); see above");
    }
  }

  private static int run(Path home, Path maven, String words) {
    try {
      return new ProcessBuilder(
              maven.toString(),
              "-q",
              "-Pbench",
              "-Denforcer.skip=true",
              "test-compile",
              "exec:exec@benchmarks",
              "-Dbench.arguments=" + words)
          .directory(home.toFile())
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.NOT_REACHABLE, maven + " cannot be run: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted", e);
    }
  }
}
