package dev.weir.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A made-up reference with a column for every role: 30 days from Monday 2026-01-05, ten rows an
 * hour, labels after one day (stays) or two days (churned). Row {@code i} is a function of {@code
 * i}, so the file is the same everywhere.
 */
public final class ChurnReference {
  private static final int ROWS = 30 * 24 * 10;
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final List<String> REGIONS = List.of("north", "south", "west");
  private static final List<String> PLANS = List.of("free", "basic", "pro");

  private ChurnReference() {}

  /** Columns, with the names of {@code schemas/weir-job.example.yaml}. */
  public static final String COLUMNS =
      "request_id|served_at|scored_at|version|probability|expected_spend|decision|p_churned|p_stays"
          + "|spend_low|spend_high|entropy|known_at|outcome|spend|label_revision|label_operation"
          + "|customer|region|channel|customer_name|plan_code|zip3|text_vector|hour|age|income|plan";

  /** Writes the table with bars between the cells. */
  public static void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(COLUMNS);
    for (int i = 0; i < ROWS; i++) {
      lines.add(row(i));
    }
    Files.write(file, lines);
  }

  private static String row(int i) {
    Instant time = START.plus(Duration.ofMinutes(6L * i));
    boolean churned = i % 5 == 0;
    Instant known = time.plus(Duration.ofDays(churned ? 2 : 1));
    double score = churned ? 0.35 : 0.15 + 0.01 * (i % 7);
    double spend = 100 + (i * 37) % 101;
    return String.join(
        "|",
        "r" + i,
        time.toString(),
        time.plusMillis(20).toString(),
        "v1",
        String.valueOf(score),
        String.valueOf(spend + (i % 11) - 5 + 0.5),
        churned ? "churned" : "stays",
        String.valueOf(score),
        String.valueOf(1 - score),
        String.valueOf(spend - 10.5),
        String.valueOf(i % 10 == 9 ? spend - 1.5 : spend + 10.5),
        String.valueOf(0.1 + (i % 3) / 10.0),
        known.toString(),
        churned ? "churned" : "stays",
        String.valueOf(spend),
        "0",
        "UPSERT",
        "c" + i % 900,
        REGIONS.get(i % 3),
        i % 2 == 0 ? "web" : "phone",
        "name" + i,
        String.valueOf(1 + i % 4),
        String.valueOf(100 + i % 50),
        "[0.1, 0.2, " + (i % 10) / 10.0 + "]",
        String.valueOf(i / 10 % 24),
        String.valueOf(18 + (i * 31) % 60),
        String.valueOf(1000 + (i * 7919) % 5003 + 0.25),
        PLANS.get(i * 17 % 31 % 3));
  }
}
