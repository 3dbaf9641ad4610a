package dev.weir.simulation;

import static dev.weir.simulation.Promise.all;
import static dev.weir.simulation.Promise.bites;
import static dev.weir.simulation.Promise.falseRunsAtMost;
import static dev.weir.simulation.Promise.found;
import static dev.weir.simulation.Promise.foundBetween;
import static dev.weir.simulation.Promise.measure;
import static dev.weir.simulation.Promise.median;
import static dev.weir.simulation.Promise.noFalseAlarm;

import dev.weir.simulation.DriftingFeature.Shape;
import dev.weir.simulation.ShiftedLabels.Question;
import java.util.List;

/**
 * Every scenario of the acceptance by simulation ({@code statistics.md} 11). Weight .01, hourly
 * windows of 1000, at most one false alarm in 90 days, 32 bins, 10,000 reference rows, unless a
 * scenario says otherwise.
 */
final class Scenarios {
  private static final int DAYS_30 = 720;

  private Scenarios() {}

  /** Add a scenario here. */
  static List<Scenario> catalogue() {
    return List.of(
        DriftingFeature.constant(
            Row.of("no drift, 30 days", 200, DAYS_30, 0, 1, noFalseAlarm()), 10_000, 32, 1000, 0),
        DriftingFeature.constant(
            Row.of("no drift, windows of 200", 100, DAYS_30, 0, 2, noFalseAlarm()),
            10_000,
            32,
            200,
            0),
        DriftingFeature.constant(
            Row.of("no drift, reference 300, 10 bins", 100, DAYS_30, 0, 3, noFalseAlarm()),
            300,
            10,
            1000,
            0),
        DriftingFeature.constant(
            Row.of("no drift, reference 1000, 10 bins", 100, DAYS_30, 0, 4, noFalseAlarm()),
            1000,
            10,
            1000,
            0),
        // KS .01 between normals: a shift of 2 z with Phi(z) = .505, z = .01253; KS .02: z =
        // .02507.
        DriftingFeature.constant(
            Row.of(
                "benign shift, KS .01, windows of 10 000, reference 10^6, 10 bins",
                60,
                20,
                0,
                5,
                noFalseAlarm()),
            1_000_000,
            10,
            10_000,
            0.0250670),
        DriftingFeature.constant(
            Row.of(
                "shift at the tolerance, KS .02, windows of 10 000, reference 10^5, 10 bins",
                60,
                200,
                0,
                6,
                noFalseAlarm()),
            100_000,
            10,
            10_000,
            0.0501393),
        new RepeatedRecords(
            Row.of(
                "every record 20 times, reference 10^5, 10 bins, D = 20",
                150,
                200,
                0,
                21,
                noFalseAlarm(),
                bites(149)),
            20,
            100_000,
            50,
            false),
        new RepeatedRecords(
            Row.of(
                "every record 20 times, reference 10^5, 10 bins, gate",
                150,
                200,
                0,
                26,
                noFalseAlarm(),
                bites(149)),
            20,
            100_000,
            50,
            true),
        new HourlyShocks(
            Row.of(
                "hourly shock of one bin, measured D", 100, 300, 0, 22, noFalseAlarm(), bites(70))),
        new DailyCycle(
            Row.of("daily cycle, buckets by hour", 20, 14 * 24, 0, 23, noFalseAlarm(), bites(19))),
        new RareCategory(Row.of("rare category 2e-4", 200, 40, 0, 24, noFalseAlarm(), bites(150))),
        new ErrorsLabelledFirst(
            Row.of(
                "errors labelled first, H = 10 d, daily",
                200,
                90,
                0,
                43,
                noFalseAlarm(),
                bites(190))),
        DriftingFeature.jump(
            Row.of("abrupt .25 sd", 60, 50, 120, 7, noFalseAlarm(), found(4, 6)),
            10_000,
            32,
            1000,
            0.25,
            1),
        DriftingFeature.jump(
            Row.of("abrupt .5 sd, 10 bins", 60, 50, 120, 8, noFalseAlarm(), found(1, 2)),
            10_000,
            10,
            1000,
            0.5,
            1),
        DriftingFeature.jump(
            Row.of("sd x 1.3", 60, 50, 120, 9, noFalseAlarm(), found(6, 8)),
            10_000,
            32,
            1000,
            0,
            1.3),
        new DriftingFeature(
            Row.of("ramp to .5 sd in 168 windows", 60, 50, 200, 10, noFalseAlarm(), found(68, 74)),
            10_000,
            32,
            1000,
            Shape.STANDARD,
            since -> new Shape(0.5 * Math.min(1, (since + 1) / 168.0), 1)),
        DriftingFeature.jump(
            Row.of(
                "abrupt .25 sd, reference 1000, 10 bins",
                60,
                50,
                120,
                11,
                noFalseAlarm(),
                foundBetween(0.55, 0.85)),
            1000,
            10,
            1000,
            0.25,
            1),
        new ConceptFlip(
            Row.of(
                "concept flip, features unchanged",
                60,
                20,
                5,
                44,
                noFalseAlarm(),
                found(1, 1),
                measure(ConceptFlip.DRIFT_ALARMS, 0, 0),
                measure(ConceptFlip.ESTIMATE_MOVES, 0, 0.01))),
        new ShiftedLabels(
            Row.of(
                "labels + .5 logit, harm of error rate",
                40,
                50,
                100,
                32,
                noFalseAlarm(),
                found(5, 8)),
            1000,
            0.5,
            1,
            Question.ERROR_RATE),
        new ShiftedLabels(
            Row.of("labels + .5 logit, harm of Brier", 40, 50, 100, 33, noFalseAlarm(), median(11)),
            1000,
            0.5,
            1,
            Question.BRIER),
        new ShiftedLabels(
            Row.of(
                "labels + .3 logit, Brier inside bound and tolerance",
                40,
                50,
                100,
                34,
                noFalseAlarm(),
                foundBetween(0, 0)),
            1000,
            0.3,
            1,
            Question.BRIER),
        new SlowLabels(
            Row.of(
                "labels as fast as ever, at the early age, n = 100",
                200,
                DAYS_30,
                0,
                45,
                noFalseAlarm(),
                bites(190)),
            100,
            10_000,
            1),
        new SlowLabels(
            Row.of("labels stop", 60, 50, 20, 46, noFalseAlarm(), found(1, 1)), 1000, 10_000, 1e9),
        new SlowLabels(
            Row.of("labels stop, n = 100", 60, 50, 20, 47, noFalseAlarm(), found(1, 1)),
            100,
            10_000,
            1e9),
        new SlowLabels(
            Row.of("labels take half as long again", 60, 50, 60, 48, noFalseAlarm(), found(3, 5)),
            1000,
            10_000,
            1.5),
        new SlowLabels(
            Row.of(
                "labels take a tenth longer, within the tolerance",
                60,
                50,
                300,
                49,
                noFalseAlarm(),
                foundBetween(0, 0)),
            1000,
            10_000,
            1.1),
        new Miscoverage(
            Row.of("miscoverage .10", 60, 300, 0, 35, noFalseAlarm()), 1000, 0.10, 0.10),
        new Miscoverage(
            Row.of("miscoverage .12, at the tolerance", 60, 300, 0, 36, noFalseAlarm()),
            1000,
            0.12,
            0.12),
        new Miscoverage(
            Row.of("miscoverage .10 to .20", 60, 50, 120, 37, noFalseAlarm(), found(1, 2)),
            1000,
            0.10,
            0.20),
        new Miscoverage(
            Row.of("miscoverage .10 to .20, n = 100", 60, 50, 120, 38, noFalseAlarm(), median(9)),
            100,
            0.10,
            0.20),
        new Miscoverage(
            Row.of("miscoverage .10 to .05, too wide", 60, 50, 120, 39, noFalseAlarm(), median(4)),
            1000,
            0.10,
            0.05),
        new ShiftedLabels(
            Row.of(
                "labels + .1 logit, calibration within .02",
                25,
                20,
                40,
                40,
                noFalseAlarm(),
                foundBetween(0, 0)),
            1000,
            0.1,
            1,
            Question.CALIBRATION),
        new ShiftedLabels(
            Row.of(
                "labels + .3 logit, calibration", 25, 20, 60, 41, noFalseAlarm(), all(), median(9)),
            1000,
            0.3,
            1,
            Question.CALIBRATION),
        new ShiftedLabels(
            Row.of("slope .6, calibration", 25, 20, 60, 42, noFalseAlarm(), all(), median(3)),
            1000,
            0,
            0.6,
            Question.CALIBRATION),
        new ManySeries(
            Row.of(
                "200 series, 20 shifted .25 sd",
                20,
                20,
                10,
                51,
                noFalseAlarm(),
                measure(ManySeries.FALSE_SERIES, 0, 0),
                measure(ManySeries.MISSED_SERIES, 0, 0),
                measure(ManySeries.MEDIAN_DELAY, 1, 4))),
        new BoundaryNull(
            Row.of(
                "boundary null, 20 series, budget 200 windows",
                100,
                2000,
                0,
                52,
                new Promise(
                    "alarms / allowed in .02-.2",
                    r ->
                        r.weir().falseAlarms() >= 0.02 * BoundaryNull.allowed(r.row())
                            && r.weir().falseAlarms() <= 0.2 * BoundaryNull.allowed(r.row())))),
        new TwoModels(
            Row.of(
                "champion = challenger, by signs, looks every 100",
                300,
                200,
                0,
                53,
                falseRunsAtMost(24),
                bites(75)),
            0.1,
            0.1,
            false),
        new TwoModels(
            Row.of(
                "champion = challenger, by sums, looks every 100",
                300,
                200,
                0,
                53,
                falseRunsAtMost(24),
                bites(75)),
            0.1,
            0.1,
            true),
        new TwoModels(
            Row.of("challenger better, .12 against .08", 100, 0, 200, 54, median(17)),
            0.12,
            0.08,
            false),
        new LateConformal(
            Row.of(
                "adaptive conformal, adversary, no delay",
                10,
                1,
                0,
                61,
                noFalseAlarm(),
                measure(LateConformal.OF_BOUND, 0, 1 + 1e-9)),
            0),
        new LateConformal(
            Row.of(
                "adaptive conformal, adversary, 10 late",
                10,
                1,
                0,
                62,
                noFalseAlarm(),
                measure(LateConformal.OF_BOUND, 0, 1 + 1e-9)),
            10),
        new LateConformal(
            Row.of(
                "adaptive conformal, adversary, 200 late",
                10,
                1,
                0,
                63,
                noFalseAlarm(),
                measure(LateConformal.OF_BOUND, 0, 1 + 1e-9)),
            200));
  }
}
