package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What a person waits for: commands as they are typed, from a built tree. */
final class CommandTimes {
  private final Path folder;
  private final int times;

  CommandTimes(Path folder, int times) {
    this.folder = folder;
    this.times = times;
  }

  void measure(BenchmarkReport report) throws IOException, InterruptedException {
    // The launcher builds what is old, which nobody should pay for here.
    run(List.of("./weir", "validate", "jobs/flights-delay/weir.yaml"));
    List<Double> demos = new ArrayList<>();
    List<Double> replays = new ArrayList<>();
    long mostResident = 0;
    for (int i = 0; i < times; i++) {
      demos.add(demo(folder.resolve("demo-" + i)));
      long began = System.nanoTime();
      mostResident = Math.max(mostResident, run(replay(folder.resolve("replay-" + i))));
      replays.add((System.nanoTime() - began) / 1e9);
    }
    report.waited("weir demo --headless, to the first alert", demos);
    report.waited("weir replay of jobs/flights-delay/stream, whole process", replays);
    report.note("weir replay: peak resident MB", mostResident / 1_000_000);
  }

  private static List<String> replay(Path out) {
    String stream = "jobs/flights-delay/stream/";
    return List.of(
        "./weir",
        "replay",
        "--job",
        "jobs/flights-delay/weir.yaml",
        "--features",
        stream + "features.csv.gz",
        "--predictions",
        stream + "predictions.csv.gz",
        "--labels",
        stream + "labels.csv.gz",
        "--out",
        out.toString());
  }

  /** Seconds until the first alert is printed; the rest is not waited for. */
  private static double demo(Path out) throws IOException, InterruptedException {
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder("./weir", "demo", "--headless", "--port", "0", "--out", out.toString())
            // What happens is told there; standard output holds the account at the end.
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains("ALERT")) {
          return (System.nanoTime() - began) / 1e9;
        }
      }
      throw new IllegalStateException("the demo ended without an alert");
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      process.waitFor();
    }
  }

  /** Runs a command to its end. Returns its largest resident memory, bytes. */
  private static long run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long most = 0;
    while (process.isAlive()) {
      most = Math.max(most, resident(process.toHandle()));
      LockSupport.parkNanos(20_000_000);
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " ended with " + process.exitValue());
    }
    return most;
  }

  /** The high-water mark that the kernel keeps; the launcher becomes the Java process. */
  private static long resident(ProcessHandle process) throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (java.nio.file.NoSuchFileException | java.io.UncheckedIOException ended) {
      return 0;
    }
  }
}
