package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.CohortSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reference gives whose rows do not say when things were said and known. */
class ReferenceFileTest {
  private static final int PREDICTION_TIME = 4;
  private static final int LABEL_TIME = 7;
  private static final int LABEL_CLASS = 8;

  @TempDir private static Path folder;
  private static TestingFiles churn;

  @BeforeAll
  static void writeFiles() throws IOException {
    churn = TestingFiles.in(folder);
  }

  /** A job file of the reference with its cells changed. */
  private static Path job(String name, UnaryOperator<String[]> change) throws IOException {
    List<String> lines =
        Files.readAllLines(churn.reference()).stream()
            .map(line -> String.join(",", change.apply(line.split(",", -1))))
            .toList();
    Files.write(folder.resolve(name + ".csv"), lines);
    return Files.write(
        folder.resolve(name + ".yaml"),
        List.of(
            "weir: 1",
            "model: churn",
            "reference: " + name + ".csv",
            "task: binary",
            "positive_class: \"1\"",
            "labels: {horizon: 2h, early_age: 0s}"));
  }

  private static String[] without(String[] cells, int... columns) {
    String[] kept = cells.clone();
    for (int column : columns) {
      kept[column] = null;
    }
    return Stream.of(kept).filter(cell -> cell != null).toArray(String[]::new);
  }

  private static CohortSummary cohort(Path job) {
    return JobFolder.load(job, null).baseline().outcomes(null).orElseThrow().cohort();
  }

  @Test
  void withoutTimes_labelsAreKnownAtTheHorizon() throws IOException {
    CohortSummary timed = cohort(job("timed", cells -> cells));
    CohortSummary untimed =
        cohort(job("untimed", cells -> without(cells, PREDICTION_TIME, LABEL_TIME)));
    assertThat(timed.labelled()).isPositive();
    assertThat(untimed.issued()).isEqualTo(timed.issued());
    assertThat(untimed.labelled()).isEqualTo(timed.labelled());
    assertThat(untimed.probabilities()).isEqualTo(timed.probabilities());
    assertThat(untimed.loss(0)).isEqualTo(timed.loss(0));
    assertThat(untimed.delays().within(2 * 3600 - 600)).isZero();
    assertThat(untimed.delays().within(3 * 3600)).isEqualTo(timed.labelled());
  }

  @Test
  void withoutAnyPrediction_thereIsNoOutcome() throws IOException {
    Path job = job("inputs", cells -> without(cells, PREDICTION_TIME, 5, 6, LABEL_TIME));
    assertThat(JobFolder.load(job, null).baseline().header().rows()).isPositive();
    assertThat(cohort(job).issued()).isZero();
  }

  private static String[] spoil(String[] cells, int column, String value, boolean every) {
    String[] changed = cells.clone();
    if (!cells[0].equals("prediction_id") && (every || cells[0].equals("r0-1"))) {
      changed[column] = value;
    }
    return changed;
  }

  @Test
  void labelsOfWhichNoneCanBeUsed_areRefused() throws IOException {
    Path job = job("spoiled", cells -> spoil(cells, LABEL_TIME, "yesterday", true));
    Ran ran = Ran.command("profile", "--job", job, "--out", folder.resolve("b"));
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err())
        .contains("spoiled.csv cannot be used: ")
        .contains("2500 of its labels cannot be used, the first in line 2: label_time: neither");
  }

  @Test
  void oneLabelThatCannotBeUsed_isNamed() throws IOException {
    Path job = job("doubtful", cells -> spoil(cells, LABEL_TIME, "yesterday", false));
    Ran ran = Ran.command("profile", "--job", job, "--out", folder.resolve("b"));
    assertThat(ran.code()).isZero();
    assertThat(cohort(job).labelled())
        .isEqualTo(cohort(job("whole", cells -> spoil(cells, LABEL_CLASS, "", false))).labelled());
  }
}
