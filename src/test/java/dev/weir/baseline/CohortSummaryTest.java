package dev.weir.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.event.Outcome;
import dev.weir.stats.summary.FixedPoint;
import dev.weir.stats.summary.OrderedOutcomes;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CohortSummaryTest {
  private static final Set<Task> BOTH = Set.of(Task.BINARY, Task.REGRESSION);

  private static CohortLayout layout(LabelSettings.Absent absent, Set<Task> tasks, Loss... losses) {
    List<ReferenceRow> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String id = "r" + i;
      rows.add(
          new ReferenceRow(
              Rows.features(id, 0, "a", 1.0),
              Rows.prediction(id, 0, i / 100.0, (double) i, i - 10.0, i + 10.0, 1),
              Rows.label(id, 1000, i % 2 == 0 ? "0" : "1", i + (i % 20) - 10.0)));
    }
    return new ReferenceProfiler(Rows.settings(tasks, absent, losses))
        .profile(rows, null, "00", null, "cafe")
        .cohortLayout();
  }

  private static CohortSummary binary(LabelSettings.Absent absent, Loss... losses) {
    return new CohortSummary(layout(absent, Set.of(Task.BINARY), losses), true);
  }

  @Test
  void labelledOutcomesMakeTheLoss() {
    CohortSummary cohort = binary(LabelSettings.Absent.CENSORED, new Loss("brier", 1));
    cohort.add(Rows.outcome("a", 0.75, "1"), 1);
    cohort.add(Rows.outcome("b", 0.25, "1"), 1);
    cohort.add(Rows.outcome("c", 0.5, null), 1);
    assertThat(cohort.issued()).isEqualTo(3);
    assertThat(cohort.labelled()).isEqualTo(2);
    assertThat(cohort.completeness()).contains(2.0 / 3);
    // (0.0625 + 0.5625) and their squares.
    assertThat(cohort.loss(0).sum()).isEqualTo(0.625);
    assertThat(cohort.loss(0).sumOfSquares()).isEqualTo(0.3203125);
    assertThat(cohort.lossUnlabelled(0)).isEqualTo(1);
    assertThat(cohort.scoresUnlabelled()[512]).isEqualTo(1);
    assertThat(cohort.probabilities().confusion().accuracy()).hasValue(0.5);
    assertThat(cohort.labelClasses().count("1")).isEqualTo(2);
  }

  @Test
  void aLabelThatComesLaterAndIsCorrectedLeavesNoTraceOfWhatWasBefore() {
    CohortLayout layout =
        layout(LabelSettings.Absent.NEGATIVE, BOTH, new Loss("brier", 1), new Loss("mae", 50));
    CohortSummary straight = new CohortSummary(layout, true);
    CohortSummary windings = new CohortSummary(layout, true);
    for (int i = 0; i < 50; i++) {
      Outcome open =
          Outcome.of(Rows.prediction("p" + i, i, i / 50.0, (double) i, i - 5.0, i + 5.0, 1));
      Outcome wrong = open.with(new Outcome.Known("0", i + 20.0, i + 5000));
      Outcome right = open.with(new Outcome.Known("1", i - 3.0, i + 9000));
      straight.add(i % 2 == 0 ? right : open, 1);
      windings.add(open, 1);
      windings.add(open, -1);
      windings.add(wrong, 1);
      windings.add(wrong, -1);
      windings.add(i % 2 == 0 ? right : open, 1);
    }
    assertThat(windings).isEqualTo(straight);
    assertThat(straight.labelled()).isEqualTo(25);
  }

  @Test
  void anySplitAndOrderGivesTheSameBytes() throws IOException {
    CohortLayout layout =
        layout(LabelSettings.Absent.POSITIVE, BOTH, new Loss("brier", 1), new Loss("mae", 50));
    Random random = new Random(11);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Outcome open =
          Outcome.of(
              Rows.prediction(
                  "id-" + i, i / 10, random.nextDouble(), random.nextGaussian(), -1.0, 1.0, 1));
      outcomes.add(
          random.nextInt(4) == 0
              ? open
              : open.with(
                  new Outcome.Known(
                      "" + random.nextInt(3), random.nextGaussian(), 1000L * random.nextInt(99))));
    }
    CohortSummary whole = new CohortSummary(layout, true);
    outcomes.forEach(outcome -> whole.add(outcome, 1));
    for (int trial = 0; trial < 5; trial++) {
      Collections.shuffle(outcomes, random);
      List<CohortSummary> parts = List.of(whole.empty(), whole.empty(), whole.empty());
      outcomes.forEach(outcome -> parts.get(random.nextInt(3)).add(outcome, 1));
      CohortSummary merged = whole.empty();
      for (CohortSummary part : parts) {
        merged.merge(CohortSummary.decode(Bytes.reader(Bytes.of(part::encode)), layout));
      }
      assertThat(Bytes.of(merged::encode)).isEqualTo(Bytes.of(whole::encode));
    }
    outcomes.forEach(outcome -> whole.add(outcome, -1));
    assertThat(whole.isEmpty()).isTrue();
  }

  @Test
  void noLabelMeansNothingUnlessItIsSaid() {
    for (LabelSettings.Absent absent : LabelSettings.Absent.values()) {
      CohortSummary cohort = binary(absent, new Loss("error_rate", 1));
      cohort.add(Rows.outcome("a", 0.9, "1"), 1);
      cohort.add(Rows.outcome("b", 0.9, null), 1);
      cohort.add(Rows.outcome("c", 0.1, null), 1);
      CohortSummary completed = cohort.withMissing();
      switch (absent) {
        case CENSORED, MISSING_AT_RANDOM -> {
          assertThat(completed.loss(0).n()).isEqualTo(1);
          assertThat(inOrder(completed)).containsExactly(0.0);
          assertThat(completed.lossUnlabelled(0)).isEqualTo(2);
          assertThat(completed.classesUnlabelled()).isEqualTo(2);
        }
        case NEGATIVE -> {
          assertThat(completed.loss(0).sum()).isEqualTo(1);
          assertThat(inOrder(completed)).containsExactly(0.0, 1.0, 0.0);
          assertThat(completed.labelClasses().count("0")).isEqualTo(2);
          assertThat(completed.probabilities().confusion().falsePositives()).isEqualTo(1);
        }
        case POSITIVE -> {
          assertThat(completed.loss(0).sum()).isEqualTo(1);
          assertThat(inOrder(completed)).containsExactly(0.0, 0.0, 1.0);
          assertThat(completed.labelClasses().count("1")).isEqualTo(3);
          assertThat(completed.probabilities().confusion().falseNegatives()).isEqualTo(1);
        }
      }
      if (absent == LabelSettings.Absent.NEGATIVE || absent == LabelSettings.Absent.POSITIVE) {
        assertThat(completed.loss(0).n()).isEqualTo(3);
        assertThat(completed.lossUnlabelled(0)).isZero();
        assertThat(completed.classesUnlabelled()).isZero();
        assertThat(Arrays.stream(completed.scoresUnlabelled()).sum()).isZero();
      }
      assertThat(cohort.labelled()).isEqualTo(1);
      assertThat(completed.labelled()).as("completeness stays true").isEqualTo(1);
    }
  }

  /** The first loss of each outcome that has one, by time and id. */
  private static List<Double> inOrder(CohortSummary cohort) {
    List<Double> losses = new ArrayList<>();
    cohort
        .ordered()
        .orElseThrow()
        .forEachLoss(outcome -> losses.add((double) outcome.loss() / FixedPoint.ONE));
    return losses;
  }

  @Test
  void aLabelThatComesLaterTakesThePlaceOfWhatNoLabelMeant() throws IOException {
    CohortSummary cohort = binary(LabelSettings.Absent.NEGATIVE, new Loss("error_rate", 1));
    cohort.add(Rows.outcome("a", 0.9, null), 1);
    cohort.add(Rows.outcome("b", 0.9, null), 1);
    CohortSummary read =
        CohortSummary.decode(
            new DataInputStream(new ByteArrayInputStream(Bytes.of(cohort::encode))),
            cohort.layout());
    assertThat(read).isEqualTo(cohort);
    read.add(Rows.outcome("a", 0.9, null), -1);
    read.add(Rows.outcome("a", 0.9, "1"), 1);
    assertThat(inOrder(read.withMissing())).containsExactly(0.0, 1.0);
    assertThat(inOrder(read)).as("before it is final").containsExactly(0.0);
  }

  @Test
  void whatHasNoLossOrNoIntervalIsNeitherARightAnswerNorAHit() {
    CohortLayout layout = layout(LabelSettings.Absent.CENSORED, BOTH, new Loss("brier", 1));
    CohortSummary cohort = new CohortSummary(layout, true);
    cohort.add(halfLabelled("a", "1", 100.0), 1);
    cohort.add(halfLabelled("b", "1", null), 1);
    cohort.add(halfLabelled("c", null, 100.0), 1);
    assertThat(inOrder(cohort)).containsExactly(0.25, 0.25);
    assertThat(cohort.ordered().orElseThrow().transitions())
        .isEqualTo(new OrderedOutcomes.Transitions(0, 0, 0, 1));
  }

  private static Outcome halfLabelled(String id, String labelClass, Double labelValue) {
    return Outcome.of(Rows.prediction(id, 0, 0.5, 0.0, -1.0, 1.0, 1))
        .with(new Outcome.Known(labelClass, labelValue, 1000));
  }

  @Test
  void partsThatDoNotFitLeaveOutWhatNeedsThem() {
    CohortLayout layout =
        layout(LabelSettings.Absent.CENSORED, BOTH, new Loss("brier", 1), new Loss("mae", 10));
    CohortSummary cohort = new CohortSummary(layout, true);
    Outcome.Known known = new Outcome.Known("1", 4.0, 1000);
    cohort.add(Outcome.of(Rows.prediction("a", 0, 1.5, 2.0, 3.0, 1.0, 1)).with(known), 1);
    cohort.add(Outcome.of(Rows.prediction("b", 0, null, Double.NaN, null, null, 1)).with(known), 1);
    assertThat(cohort.labelled()).isEqualTo(2);
    assertThat(cohort.probabilities().n()).isZero();
    assertThat(cohort.loss(0).n()).isZero();
    assertThat(cohort.loss(1).n()).isEqualTo(1);
    assertThat(cohort.loss(1).sum()).isCloseTo(0.2, within(1e-9));
    assertThat(cohort.regression().n()).isEqualTo(1);
    assertThat(cohort.regression().intervals()).isZero();
    assertThat(cohort.labelValues().n()).isEqualTo(2);
  }

  @Test
  void intervalWithoutAValueIsCovered() {
    CohortSummary cohort =
        new CohortSummary(layout(LabelSettings.Absent.CENSORED, BOTH, new Loss("mae", 10)), true);
    Outcome open = Outcome.of(Rows.prediction("a", 0, 0.5, null, 1.0, 3.0, 1));
    cohort.add(open.with(new Outcome.Known(null, 2.0, 1000)), 1);
    cohort.add(open.with(new Outcome.Known(null, 4.0, 1000)), 1);
    assertThat(cohort.regression().intervals()).isEqualTo(2);
    assertThat(cohort.regression().misses()).isEqualTo(1);
    assertThat(cohort.regression().n()).isZero();
  }

  @Test
  void missesStandInTheOrderOfTimeAndId() {
    CohortLayout layout = layout(LabelSettings.Absent.CENSORED, BOTH, new Loss("mae", 10));
    CohortSummary cohort = new CohortSummary(layout, true);
    // In order: hit (a, 0), miss (b, 0), miss (x, 5), hit (c, 9).
    addInterval(cohort, "c", 9, 0);
    addInterval(cohort, "x", 5, 100);
    addInterval(cohort, "b", 0, 100);
    addInterval(cohort, "a", 0, 0);
    assertThat(cohort.ordered().orElseThrow().transitions())
        .isEqualTo(new OrderedOutcomes.Transitions(0, 1, 1, 1));
    assertThat(new CohortSummary(layout, false).ordered()).isEmpty();
  }

  private static void addInterval(CohortSummary cohort, String id, long time, double label) {
    cohort.add(
        Outcome.of(Rows.prediction(id, time, 0.5, 0.0, -1.0, 1.0, 1))
            .with(new Outcome.Known("1", label, time + 1000)),
        1);
  }

  @Test
  void severalClassesAreJudgedByTheLargestProbability() {
    ProfileSettings settings =
        Rows.settings(Set.of(Task.MULTICLASS), LabelSettings.Absent.CENSORED, new Loss("brier", 2));
    List<ReferenceRow> rows = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      rows.add(
          new ReferenceRow(
              Rows.features(name, 0, "a", 1.0),
              Rows.prediction(name, 0, null),
              Rows.label(name, 1, name, null)));
    }
    CohortLayout layout =
        new ReferenceProfiler(settings).profile(rows, null, "00", null, "c").cohortLayout();
    CohortSummary cohort = new CohortSummary(layout, false);
    Outcome outcome =
        new Outcome(
            "p",
            0,
            null,
            null,
            null,
            Map.of("a", 0.5, "b", 0.25, "c", 0.25),
            null,
            null,
            null,
            new Outcome.Known("b", null, 1),
            false);
    cohort.add(outcome, 1);
    assertThat(layout.decidedClass(outcome)).isEqualTo("a");
    // 0.25 + 0.5625 + 0.0625 = 0.875, of at most 2.
    assertThat(cohort.loss(0).sum()).isEqualTo(0.4375);
    assertThat(cohort.multiclass().orElseThrow().count(0, 1)).isEqualTo(1);
    assertThat(cohort.probabilities().n()).isEqualTo(1);
    assertThat(cohort.probabilities().positives()).as("the decision was wrong").isZero();
    assertThat(cohort.probabilities().negativeCounts()[512]).isEqualTo(1);
  }

  @Test
  void cellsTellWhereLossesFellAndHowRowsCame() throws IOException {
    // The early age is an hour, the reference's scores have no bins.
    CohortLayout layout =
        layout(LabelSettings.Absent.CENSORED, Set.of(Task.BINARY), new Loss("error_rate", 1));
    CohortSummary cohort = new CohortSummary(layout, false);
    Outcome early = Rows.outcome("a", 0.9, "0");
    Outcome late = Rows.outcome("b", 0.9, null).with(new Outcome.Known("1", null, 3_600_001));
    Outcome spoiled = Rows.outcome("c", 0.2, "1").withSpoiled(true);
    for (Outcome outcome : List.of(early, late, spoiled, Rows.outcome("d", 0.4, null))) {
      cohort.add(outcome, 1);
      cohort.addToSegment(outcome, "c=a", 1);
    }
    cohort.addToSegment(early, "c=a", -1);
    cohort.addToSegment(early, "c=b", 1);

    int bin = layout.scores().quantileBin(0.9);
    int low = layout.scores().quantileBin(0.2);
    RiskCells cells = cohort.cells();
    assertThat(cells.at(RiskCells.ALL, 0, bin, RiskCells.Origin.EARLY).rows()).isEqualTo(1);
    assertThat(cells.at(RiskCells.ALL, 0, bin, RiskCells.Origin.EARLY).loss().toBigInteger())
        .isEqualTo(BigInteger.ONE.shiftLeft(30));
    assertThat(cells.at(RiskCells.ALL, 0, bin, RiskCells.Origin.LATE).rows()).isEqualTo(1);
    assertThat(cells.at(RiskCells.ALL, 0, bin, RiskCells.Origin.LATE).loss().isZero()).isTrue();
    assertThat(cells.at(RiskCells.ALL, 0, low, RiskCells.Origin.SPOILED).rows()).isEqualTo(1);
    assertThat(cells.at("c=b", 0, bin, RiskCells.Origin.EARLY).rows()).isEqualTo(1);
    assertThat(cells.at("c=a", 0, bin, RiskCells.Origin.EARLY).rows()).isZero();

    // What was withdrawn leaves no byte.
    CohortSummary direct = new CohortSummary(layout, false);
    for (Outcome outcome : List.of(spoiled, late, Rows.outcome("d", 0.4, null), early)) {
      direct.add(outcome, 1);
      direct.addToSegment(outcome, outcome.equals(early) ? "c=b" : "c=a", 1);
    }
    assertThat(direct).isEqualTo(cohort);
    byte[] bytes = Bytes.of(cohort::encode);
    assertThat(CohortSummary.decode(Bytes.reader(bytes), layout)).isEqualTo(cohort);
  }

  @Test
  void earlyLossIsZeroWithoutALabel() {
    CohortLayout layout =
        layout(LabelSettings.Absent.CENSORED, Set.of(Task.BINARY), new Loss("error_rate", 1));
    EarlyLossSummary early = new EarlyLossSummary();
    early.add(Rows.outcome("a", 0.9, "0"), layout);
    early.add(Rows.outcome("b", 0.9, null), layout);
    assertThat(early.n()).isEqualTo(2);
    assertThat(early.labelled()).isEqualTo(1);
    assertThat(early.losses().mean().orElseThrow().value()).isEqualTo(0.5);
  }
}
