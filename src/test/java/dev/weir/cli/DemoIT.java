package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The quick start over the first weeks of its stream: a real broker, a real Flink, exactly-once
 * outputs. What comes out must be what a replay of the same files says, to the byte.
 */
class DemoIT {
  private static final String LAST_DAY = "2001-03-20";
  private static final List<String> FILES =
      List.of(
          "metrics.jsonl", "alerts.jsonl", "triggers.jsonl", "audit.jsonl", "dead-letters.jsonl");

  @TempDir private Path folder;

  @Test
  void demo_overThreeWeeks_writesWhatReplayWrites() throws IOException {
    Path job = job();
    Path demo = folder.resolve("demo");
    Path replay = folder.resolve("replay");

    assertThat(Weir.run("demo", "--headless", "--job", job.toString(), "--out", demo.toString()))
        .as("exit code of demo")
        .isZero();
    assertThat(
            Weir.run(
                "replay",
                "--job",
                job.resolve("weir.yaml").toString(),
                "--features",
                job.resolve("stream/features.csv.gz").toString(),
                "--predictions",
                job.resolve("stream/predictions.csv.gz").toString(),
                "--labels",
                job.resolve("stream/labels.csv.gz").toString(),
                "--out",
                replay.toString(),
                "--parallelism",
                "2"))
        .as("exit code of replay")
        .isZero();

    for (String file : FILES) {
      assertThat(demo.resolve(file))
          .as("%s of the demo beside that of replay", file)
          .hasSameTextualContentAs(replay.resolve(file), StandardCharsets.UTF_8);
    }
    assertThat(demo.resolve("summary.json"))
        .as("counts of the demo beside those of replay")
        .hasSameTextualContentAs(replay.resolve("summary.json"), StandardCharsets.UTF_8);
    assertThat(Files.readAllLines(demo.resolve("metrics.jsonl"))).hasSizeGreaterThan(1_000);
    assertThat(Files.readAllLines(demo.resolve("alerts.jsonl"))).isNotEmpty();
  }

  /** The shipped model with the beginning of its stream. */
  private Path job() throws IOException {
    Path shipped = Path.of("jobs/flights-delay");
    Path job = Files.createDirectories(folder.resolve("job/stream")).getParent();
    Files.copy(shipped.resolve("weir.yaml"), job.resolve("weir.yaml"));
    Files.copy(shipped.resolve("reference.csv"), job.resolve("reference.csv"));
    cut(shipped, job, "features", 1);
    cut(shipped, job, "predictions", 1);
    cut(shipped, job, "labels", 1);
    return job;
  }

  private static void cut(Path shipped, Path job, String name, int timeColumn) throws IOException {
    String file = "stream/" + name + ".csv.gz";
    try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(shipped.resolve(file))),
                    StandardCharsets.UTF_8));
        PrintStream out =
            new PrintStream(
                new GZIPOutputStream(Files.newOutputStream(job.resolve(file))),
                false,
                StandardCharsets.UTF_8)) {
      out.println(in.readLine());
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.split(",")[timeColumn].compareTo(LAST_DAY) < 0) {
          out.println(line);
        }
      }
    }
  }
}
