package dev.weir.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Event.Input;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Times in these tests are small: the horizon is 100, corrections 50, a label waits 10. */
class PairingTest {
  private static final PairingSettings WAITS = new PairingSettings(100, 50, 10, 20, true, false);
  private static final long END = Long.MAX_VALUE;

  @Test
  void prediction_labelledOnce_isUsedAndMovesFromUnlabelledToLabelled() {
    Run run = new Run().arrive(prediction(1000, 1), label(1030, 0, "1")).pass(END);
    assertThat(run.cohort())
        .isEqualTo(Map.of("1000@1000 -", 1L, "1000@1030 -", -1L, "1000@1030 1 since 1030", 1L));
    assertThat(run.fates()).isEqualTo(Map.of("predictions used", 1L, "labels used", 1L));
  }

  @Test
  void prediction_withoutLabelAtHorizon_isExpiredThenAndStaysInItsCohort() {
    Run run = new Run().arrive(prediction(1000, 1)).pass(1099);
    assertThat(run.fates()).as("waiting").isEmpty();
    run.pass(1100);
    assertThat(run.fates()).isEqualTo(Map.of("predictions expired", 1L));
    run.pass(END);
    assertThat(run.cohort()).isEqualTo(Map.of("1000@1000 -", 1L));
    assertThat(run.fates()).isEqualTo(Map.of("predictions expired", 1L));
  }

  @Test
  void prediction_whereNoLabelIsAClass_isUsedAtTheHorizon() {
    PairingSettings absentIsClass = new PairingSettings(100, 50, 10, 0, true, true);
    Run run = new Run().arrive(with(prediction(1000, 1), absentIsClass)).pass(1100);
    assertThat(run.fates()).isEqualTo(Map.of("predictions used", 1L));
  }

  @Test
  void prediction_whereNoLabelsAreExpected_isUsedAtOnceAndInNoCohort() {
    PairingSettings unlabelled = new PairingSettings(100, 0, 10, 20, false, false);
    Run run = new Run().arrive(with(prediction(1000, 1), unlabelled));
    assertThat(run.fates()).isEqualTo(Map.of("predictions used", 1L));
    assertThat(run.sums).isEmpty();
    run.pass(END);
    assertThat(run.fates()).isEqualTo(Map.of("predictions used", 1L));
  }

  @Test
  void label_afterTheHorizon_correctsTheCohortButThePredictionStaysExpired() {
    Run run =
        new Run().arrive(prediction(1000, 1)).pass(1110).arrive(label(1150, 0, "1")).pass(END);
    assertThat(run.cohort()).containsEntry("1000@1150 1 since 1150", 1L);
    assertThat(run.fates()).isEqualTo(Map.of("predictions expired", 1L, "labels used", 1L));
  }

  @Test
  void label_afterHorizonAndCorrections_isExpired() {
    Run run = new Run().arrive(prediction(1000, 1), label(1151, 0, "1")).pass(END);
    assertThat(run.cohort()).isEqualTo(Map.of("1000@1000 -", 1L));
    assertThat(run.fates()).isEqualTo(Map.of("predictions expired", 1L, "labels expired", 1L));
  }

  @Test
  void label_withoutPrediction_isExpiredAfterItsOwnWait() {
    Run run = new Run().arrive(label(1000, 0, "1")).pass(1009);
    assertThat(run.fates()).isEmpty();
    run.pass(1010);
    assertThat(run.fates()).isEqualTo(Map.of("labels expired", 1L));
    assertThat(run.state).isNull();
  }

  @Test
  void label_beforeThePrediction_isADeadLetterOnceThePredictionIsCertain() {
    Run run = new Run().arrive(label(998, 0, "1"), prediction(1003, 1));
    assertThat(run.dead).isEmpty();
    run.pass(1003);
    assertThat(run.dead).hasSize(1);
    run.arrive(label(1004, 0, "0")).pass(END);
    assertThat(run.fates())
        .isEqualTo(Map.of("labels dead_lettered", 1L, "labels used", 1L, "predictions used", 1L));
    assertThat(run.cohort()).doesNotContainKey("1000@998 1 since 998");
  }

  @Test
  void label_longBeforeThePrediction_isExpired() {
    Run run = new Run().arrive(prediction(1011, 1), label(1000, 0, "1")).pass(END);
    assertThat(run.dead).isEmpty();
    assertThat(run.fates()).isEqualTo(Map.of("labels expired", 1L, "predictions expired", 1L));
  }

  @Test
  void label_beforeACopyButNotBeforeTheEarliest_isUsed() {
    Run run =
        new Run().arrive(prediction(1005, 2), label(1002, 0, "1"), prediction(1001, 1)).pass(END);
    assertThat(run.dead).isEmpty();
    assertThat(run.fates())
        .isEqualTo(Map.of("labels used", 1L, "predictions used", 1L, "predictions duplicate", 1L));
    assertThat(run.cohort()).containsEntry("1001@1002 1 since 1002", 1L);
  }

  @Test
  void copies_ofOneTime_countByTheSmallestHashAsUnsigned() {
    Run run = new Run().arrive(prediction(1000, -1), prediction(1000, 5)).pass(END);
    assertThat(run.sums.keySet().stream().filter(key -> key.startsWith("COHORT")))
        .allSatisfy(key -> assertThat(key).contains("score=0.5"));
    assertThat(run.fates())
        .isEqualTo(Map.of("predictions expired", 1L, "predictions duplicate", 1L));
    assertThat(run.duplicates()).isEqualTo(Map.of("predictions 1000", 1L));
  }

  @Test
  void challenger_ofTheSameId_countsOnItsOwnAndBesideTheChampion() {
    Run run =
        new Run()
            .arrive(challenger(1002, 7, "c1"), label(1040, 0, "1"), prediction(1000, 1))
            .pass(END);
    assertThat(run.fates()).isEqualTo(Map.of("predictions used", 2L, "labels used", 1L));
    assertThat(run.of(PairingChange.Kind.COHORT, true).values().stream().mapToLong(n -> n).sum())
        .as("outcomes of both versions")
        .isEqualTo(2);
    assertThat(run.comparisons())
        .isEqualTo(
            Map.of(
                "c1 0.7 - against v1 0.1 - @1002", 1L,
                "c1 0.7 - against v1 0.1 - @1040", -1L,
                "c1 0.7 1 against v1 0.1 1 @1040", 1L));
  }

  @Test
  void challengers_areComparedEach_andCorrectionsMendThePair() {
    Run run =
        new Run()
            .arrive(
                prediction(1000, 1),
                challenger(1000, 2, "c1"),
                challenger(1001, 3, "c2"),
                label(1010, 0, "0"),
                label(1130, 1, "1"))
            .pass(END);
    assertThat(run.fates()).isEqualTo(Map.of("predictions used", 3L, "labels used", 2L));
    assertThat(run.comparisons())
        .containsEntry("c1 0.2 0 against v1 0.1 0 @1010", 1L)
        .containsEntry("c1 0.2 0 against v1 0.1 0 @1130", -1L)
        .containsEntry("c1 0.2 1 against v1 0.1 1 @1130", 1L)
        .containsEntry("c2 0.3 1 against v1 0.1 1 @1130", 1L);
  }

  @Test
  void challenger_afterTheLabel_isComparedWithNothingAndExpires() {
    Run run =
        new Run()
            .arrive(prediction(1000, 1), label(1010, 0, "1"), challenger(1011, 2, "c1"))
            .pass(END);
    assertThat(run.comparisons()).isEmpty();
    assertThat(run.fates())
        .isEqualTo(Map.of("predictions used", 1L, "predictions expired", 1L, "labels used", 1L));
  }

  @Test
  void challenger_beforeItsChampion_isComparedFromTheChampionOn() {
    Run run = new Run().arrive(prediction(1005, 1), challenger(1000, 2, "c1"), label(1020, 0, "1"));
    assertThat(run.pass(END).comparisons())
        .isEqualTo(
            Map.of(
                "c1 0.2 - against v1 0.1 - @1005", 1L,
                "c1 0.2 - against v1 0.1 - @1020", -1L,
                "c1 0.2 1 against v1 0.1 1 @1020", 1L));
    assertThat(run.fates()).isEqualTo(Map.of("predictions used", 2L, "labels used", 1L));
  }

  @Test
  void challenger_withoutAChampion_isAPredictionLikeAnyOther() {
    Run run = new Run().arrive(challenger(1000, 1, "c1"), label(1020, 0, "1")).pass(END);
    assertThat(run.comparisons()).isEmpty();
    assertThat(run.cohort()).containsEntry("1000@1020 1 since 1020", 1L);
    assertThat(run.fates()).isEqualTo(Map.of("predictions used", 1L, "labels used", 1L));
  }

  @Test
  void secondPrediction_ofTheSameVersionOrWithoutARole_isADuplicate() {
    Run run =
        new Run()
            .arrive(
                prediction(1000, 1),
                challenger(1001, 2, "v1"),
                prediction(1002, 3),
                challenger(1003, 4, "c1"),
                challenger(1004, 5, "c1"),
                label(1020, 0, "1"))
            .pass(END);
    assertThat(run.fates())
        .isEqualTo(Map.of("predictions used", 2L, "predictions duplicate", 3L, "labels used", 1L));
  }

  @Test
  void challengers_beyondTheBound_areDuplicates() {
    Run run = new Run();
    for (int i = 0; i < Life.MOST_CHALLENGERS + 3; i++) {
      run.arrive(challenger(1000 + i, i, "c" + i));
    }
    run.arrive(prediction(1050, 1), label(1060, 0, "1")).pass(END);
    assertThat(run.fates())
        .isEqualTo(
            Map.of(
                "predictions used",
                Life.MOST_CHALLENGERS + 1L,
                "predictions duplicate",
                3L,
                "labels used",
                1L));
  }

  @Test
  void labels_winByRevisionThenTimeThenHash() {
    Run run =
        new Run()
            .arrive(
                prediction(1000, 1),
                label(1010, 1, "a"),
                label(1020, 0, "b"),
                label(1030, 1, "c"),
                hashed(label(1040, 2, "d"), 7),
                hashed(label(1040, 2, "e"), -7))
            .pass(END);
    assertThat(run.cohort())
        .isEqualTo(
            Map.of(
                "1000@1000 -", 1L,
                "1000@1010 -", -1L,
                "1000@1010 a since 1010", 1L,
                "1000@1030 a since 1010", -1L,
                "1000@1030 c since 1010", 1L,
                "1000@1040 c since 1010", -1L,
                "1000@1040 e since 1010", 1L));
    assertThat(run.fates())
        .isEqualTo(Map.of("predictions used", 1L, "labels used", 3L, "labels duplicate", 2L));
  }

  @Test
  void retraction_withdrawsAndALaterLabelIsANewOne() {
    Run run =
        new Run()
            .arrive(prediction(1000, 1), label(1010, 0, "1"), retraction(1020), label(1030, 0, "0"))
            .pass(END);
    assertThat(run.cohort())
        .isEqualTo(
            Map.of(
                "1000@1000 -", 1L,
                "1000@1010 -", -1L,
                "1000@1010 1 since 1010", 1L,
                "1000@1020 1 since 1010", -1L,
                "1000@1020 -", 1L,
                "1000@1030 -", -1L,
                "1000@1030 0 since 1030", 1L));
    assertThat(run.fates()).isEqualTo(Map.of("predictions used", 1L, "labels used", 3L));
  }

  @Test
  void prediction_whoseLabelIsRetracted_isExpired() {
    Run run =
        new Run().arrive(prediction(1000, 1), label(1010, 0, "1"), retraction(1020)).pass(END);
    assertThat(run.fates()).isEqualTo(Map.of("predictions expired", 1L, "labels used", 2L));
  }

  @Test
  void record_foundLate_isCountedAndPairedWithNothing() {
    Run run = new Run().arrive(prediction(1000, 1), late(label(1010, 0, "1"))).pass(END);
    assertThat(run.fates()).isEqualTo(Map.of("predictions expired", 1L, "labels late", 1L));
    assertThat(new Run().arrive(late(prediction(1, 1))).state).isNull();
  }

  @Test
  void segments_ofFeaturesAfterThePrediction_areKnownFromThenOn() {
    Run run =
        new Run()
            .arrive(partly(prediction(1000, 1)), label(1010, 0, "1"), features(1020, 1))
            .pass(END);
    assertThat(run.segmented())
        .isEqualTo(Map.of("1000@1020 1 since 1010 {channel=web, origin=ORD}", 1L));
    assertThat(run.overall())
        .isEqualTo(Map.of("1000@1000 -", 1L, "1000@1010 -", -1L, "1000@1010 1 since 1010", 1L));
  }

  @Test
  void segments_ofFeaturesBeforeThePrediction_areKnownWithIt() {
    Run run = new Run().arrive(features(990, 1), partly(prediction(1000, 1))).pass(END);
    assertThat(run.segmented()).isEqualTo(Map.of("1000@1000 - {channel=web, origin=ORD}", 1L));
    assertThat(run.fates()).isEqualTo(Map.of("features used", 1L, "predictions expired", 1L));
  }

  @Test
  void segments_withoutFeatures_areSettledAtTheHorizon() {
    Run run = new Run().arrive(partly(prediction(1000, 1)), label(1010, 0, "1")).pass(1099);
    assertThat(run.segmented()).isEmpty();
    run.pass(1100).arrive(features(1120, 1)).pass(END);
    assertThat(run.segmented()).isEqualTo(Map.of("1000@1100 1 since 1010 {channel=web}", 1L));
    assertThat(run.fates())
        .isEqualTo(Map.of("features used", 1L, "predictions used", 1L, "labels used", 1L));
  }

  @Test
  void earlyLoss_countsEachPredictionOnceAsItWasAtThatAge() {
    Run run =
        new Run()
            .arrive(
                partly(prediction(1000, 1)),
                features(1005, 1),
                label(1020, 0, "1"),
                label(1021, 0, "0"))
            .pass(END);
    assertThat(run.of(PairingChange.Kind.EARLY, true))
        .isEqualTo(Map.of("1020@1020 1 since 1020 {channel=web, origin=ORD}", 1L));
    Run unlabelled = new Run().arrive(prediction(1000, 1), label(1021, 0, "0")).pass(END);
    assertThat(unlabelled.of(PairingChange.Kind.EARLY, true))
        .isEqualTo(Map.of("1020@1020 - {}", 1L));
  }

  @Test
  void id_usedAgainAfterItsLife_isANewPrediction() {
    Run run =
        new Run()
            .arrive(prediction(1151, 2), prediction(1150, 3), label(1160, 0, "1"))
            .arrive(prediction(1000, 1))
            .pass(END);
    assertThat(run.cohort())
        .isEqualTo(
            Map.of(
                "1000@1000 -", 1L,
                "1151@1151 -", 1L,
                "1151@1160 -", -1L,
                "1151@1160 1 since 1160", 1L));
    assertThat(run.fates())
        .isEqualTo(
            Map.of(
                "predictions expired", 1L,
                "predictions duplicate", 1L,
                "predictions used", 1L,
                "labels used", 1L));
  }

  @Test
  void copies_beyondTheBound_areDuplicatesAndTheStateStaysSmall() {
    Run run = new Run().arrive(prediction(1000, 1));
    for (int i = 0; i < 200; i++) {
      run.arrive(prediction(1001 + i % 50, i + 2));
    }
    assertThat(run.stateBytes()).isLessThan(4000);
    run.pass(END);
    assertThat(run.fates())
        .isEqualTo(Map.of("predictions expired", 1L, "predictions duplicate", 200L));
    assertThat(run.duplicates().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(200);
  }

  @Test
  void everyOrderOfArrival_givesTheSameSums() {
    List<PairInput> records =
        List.of(
            features(1002, 1),
            partly(prediction(1000, 1)),
            partly(prediction(1003, 2)),
            label(1010, 0, "1"),
            label(1030, 1, "0"),
            retraction(1020),
            label(1030, 1, "0"));
    Run expected = new Run().arrive(records).pass(END);
    assertThat(expected.fates())
        .isEqualTo(
            Map.of(
                "features used", 1L,
                "predictions used", 1L,
                "predictions duplicate", 1L,
                "labels used", 3L,
                "labels duplicate", 1L));
    int orders = 0;
    for (List<PairInput> order : permutations(records)) {
      Run run = new Run().arrive(order).pass(END);
      assertThat(run.sums).as("sums of %s", order).isEqualTo(expected.sums);
      assertThat(run.fates()).as("fates of %s", order).isEqualTo(expected.fates());
      orders++;
    }
    assertThat(orders).isEqualTo(5040);
    Run together = new Run().arriveTogether(records).pass(END);
    assertThat(together.sums).isEqualTo(expected.sums);
    assertThat(together.fates()).isEqualTo(expected.fates());
  }

  /** Records arrive in any order that event time allows, and time passes as early as it may. */
  @Test
  void everyProgressOfTime_givesTheSameSumsAndLeavesThePastAlone() {
    SplittableRandom random = new SplittableRandom(20260101);
    for (int trial = 0; trial < 4_000; trial++) {
      List<PairInput> records = randomRecords(random);
      Run expected = new Run().arrive(records).pass(END);
      Run run = new Run();
      List<PairInput> left = new ArrayList<>(records);
      long time = Long.MIN_VALUE;
      while (!left.isEmpty()) {
        List<PairInput> next = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0 && !left.isEmpty(); i--) {
          next.add(left.remove(random.nextInt(left.size())));
        }
        run.arriveTogether(next);
        long reachable = left.stream().mapToLong(PairInput::time).min().orElse(time + 1) - 1;
        if (reachable > time && random.nextInt(3) > 0) {
          time = reachable;
          run.pass(time);
          assertThat(run.knownUntil(time))
              .as("trial %d, known until %d of %s", trial, time, records)
              .isEqualTo(expected.knownUntil(time));
        }
      }
      run.pass(END);
      assertThat(run.sums).as("trial %d: %s", trial, records).isEqualTo(expected.sums);
      assertThat(run.fates()).as("trial %d: %s", trial, records).isEqualTo(expected.fates());
      assertThat(run.dead)
          .as("dead letters of trial %d", trial)
          .containsExactlyInAnyOrderElementsOf(expected.dead);
      assertThat(run.state).isNull();
      assertThat(run.read())
          .as("in = sum of fates, trial %d", trial)
          .isEqualTo(run.fates().values().stream().mapToLong(Long::longValue).sum());
    }
  }

  @Test
  void state_ofATypicalWaitingPrediction_isSmall() {
    PairingSettings days =
        new PairingSettings(2_592_000_000L, 604_800_000L, 600_000, 86_400_000, true, false);
    Outcome outcome =
        new Outcome(
            "x", 1_700_000_000_000L, 0.25, 12.5, "1", Map.of(), -3.0, 30.0, 0.9, null, false);
    PairInput prediction =
        new PairInput(
            Input.PREDICTIONS,
            "flights-delay",
            "x",
            1_700_000_000_000L,
            42,
            false,
            days,
            "2024-01-17-lightgbm",
            Map.of("origin", "ORD", "carrier", "UA"),
            true,
            outcome,
            null,
            false,
            false);
    byte[] state = Pairing.accept(null, prediction).state();
    int key = "flights-delay\n550e8400-e29b-41d4-a716-446655440000".length() + 4;
    assertThat(state).isNotNull();
    assertThat(state.length + key).as("bytes of value and key").isLessThanOrEqualTo(200);
    PairInput given =
        new PairInput(
            Input.FEATURES,
            "flights-delay",
            "x",
            1_699_999_999_980L,
            43,
            false,
            days,
            "2024-01-17-lightgbm",
            prediction.segments(),
            true,
            null,
            null,
            false,
            false);
    byte[] both = Pairing.accept(null, List.of(given, prediction)).state();
    assertThat(both).isNotNull();
    assertThat(both.length + key)
        .as("bytes of value and key, features come")
        .isLessThanOrEqualTo(200);
  }

  @Test
  void input_encodedAndDecoded_isTheSame() throws IOException {
    List<PairInput> records =
        List.of(
            spoiled(features(1002, 1)),
            challenger(1003, 9, "v2"),
            partly(prediction(-5, 1)),
            late(label(1, 3, "1")),
            retraction(7));
    for (PairInput input : records) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      input.encode(new DataOutputStream(bytes));
      PairInput read =
          PairInput.decode(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      assertThat(read).isEqualTo(input);
    }
  }

  private static List<PairInput> randomRecords(SplittableRandom random) {
    List<PairInput> records = new ArrayList<>();
    int size = 1 + random.nextInt(9);
    for (int i = 0; i < size; i++) {
      long time = 1000 + (random.nextInt(4) == 0 ? random.nextInt(500) : random.nextInt(40));
      long hash = random.nextInt(4) - 2;
      records.add(
          switch (random.nextInt(9)) {
            case 7 -> {
              int version = random.nextInt(2);
              yield challenger(time, hash + 10 * (version + 1), "c" + version);
            }
            case 8 ->
                random.nextBoolean()
                    ? challenger(time, hash + 30, "v1")
                    : challenger(partly(prediction(time, hash + 40)), "c0");
            case 0 -> features(time, hash);
            case 1, 2 -> hash < 0 ? partly(prediction(time, hash)) : prediction(time, hash);
            case 3 -> hashed(retraction(time), hash);
            default ->
                hashed(label(time, random.nextInt(3), random.nextInt(2) == 0 ? "0" : "1"), hash);
          });
    }
    return placed(records);
  }

  /** Content follows from the hash, and every label has a place of its own. */
  private static List<PairInput> placed(List<PairInput> records) {
    List<PairInput> placed = new ArrayList<>();
    for (PairInput record : records) {
      PairInput.Label label = record.label();
      placed.add(
          label == null
              ? record
              : withLabel(
                  record,
                  new PairInput.Label(
                      record.contentHash() + "",
                      null,
                      label.revision(),
                      label.retract(),
                      "labels",
                      0,
                      placed.size(),
                      null,
                      9,
                      label.sha256())));
    }
    return placed;
  }

  private static PairInput features(long time, long hash) {
    return record(Input.FEATURES, time, hash, Map.of("origin", "ORD"), false, null, null);
  }

  private static PairInput prediction(long time, long hash) {
    Outcome outcome =
        new Outcome("id", time, hash / 10.0, null, null, Map.of(), null, null, null, null, false);
    return record(Input.PREDICTIONS, time, hash, Map.of(), true, outcome, null);
  }

  private static PairInput challenger(long time, long hash, String version) {
    return challenger(prediction(time, hash), version);
  }

  private static PairInput challenger(PairInput of, String version) {
    return new PairInput(
        of.input(),
        of.modelId(),
        of.predictionId(),
        of.time(),
        of.contentHash(),
        of.late(),
        of.settings(),
        version,
        of.segments(),
        of.segmentsComplete(),
        of.outcome(),
        of.label(),
        of.spoiled(),
        true);
  }

  private static PairInput partly(PairInput prediction) {
    return record(
        Input.PREDICTIONS,
        prediction.time(),
        prediction.contentHash(),
        Map.of("channel", "web"),
        false,
        prediction.outcome(),
        null);
  }

  private static PairInput label(long time, int revision, String labelClass) {
    return label(time, revision, labelClass, false);
  }

  private static PairInput retraction(long time) {
    return label(time, 0, null, true);
  }

  private static PairInput label(
      long time, int revision, @Nullable String labelClass, boolean retract) {
    return record(
        Input.LABELS,
        time,
        17,
        Map.of(),
        false,
        null,
        new PairInput.Label(
            labelClass, null, revision, retract, "labels", 0, time, null, 9, "ab".repeat(32)));
  }

  private static PairInput record(
      Input input,
      long time,
      long hash,
      Map<String, String> segments,
      boolean complete,
      @Nullable Outcome outcome,
      PairInput.@Nullable Label label) {
    return new PairInput(
        input,
        "m",
        "id",
        time,
        hash,
        false,
        WAITS,
        input == Input.PREDICTIONS ? "v1" : "",
        segments,
        complete,
        outcome,
        label,
        false,
        false);
  }

  private static PairInput withLabel(PairInput of, PairInput.Label label) {
    return new PairInput(
        of.input(),
        of.modelId(),
        of.predictionId(),
        of.time(),
        of.contentHash(),
        of.late(),
        of.settings(),
        of.version(),
        of.segments(),
        of.segmentsComplete(),
        of.outcome(),
        label,
        of.spoiled(),
        of.challenger());
  }

  private static PairInput hashed(PairInput of, long hash) {
    return new PairInput(
        of.input(),
        of.modelId(),
        of.predictionId(),
        of.time(),
        hash,
        of.late(),
        of.settings(),
        of.version(),
        of.segments(),
        of.segmentsComplete(),
        of.outcome(),
        of.label(),
        of.spoiled(),
        of.challenger());
  }

  private static PairInput late(PairInput of) {
    return new PairInput(
        of.input(),
        of.modelId(),
        of.predictionId(),
        of.time(),
        of.contentHash(),
        true,
        of.settings(),
        of.version(),
        of.segments(),
        of.segmentsComplete(),
        of.outcome(),
        of.label(),
        of.spoiled(),
        of.challenger());
  }

  private static PairInput spoiled(PairInput of) {
    return new PairInput(
        of.input(),
        of.modelId(),
        of.predictionId(),
        of.time(),
        of.contentHash(),
        of.late(),
        of.settings(),
        of.version(),
        of.segments(),
        of.segmentsComplete(),
        of.outcome(),
        of.label(),
        true,
        of.challenger());
  }

  private static PairInput with(PairInput of, PairingSettings settings) {
    return new PairInput(
        of.input(),
        of.modelId(),
        of.predictionId(),
        of.time(),
        of.contentHash(),
        of.late(),
        settings,
        of.version(),
        of.segments(),
        of.segmentsComplete(),
        of.outcome(),
        of.label(),
        of.spoiled(),
        of.challenger());
  }

  private static <T> List<List<T>> permutations(List<T> items) {
    if (items.isEmpty()) {
      return List.of(List.of());
    }
    List<List<T>> all = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      List<T> rest = new ArrayList<>(items);
      T first = rest.remove(i);
      for (List<T> tail : permutations(rest)) {
        List<T> whole = new ArrayList<>();
        whole.add(first);
        whole.addAll(tail);
        all.add(whole);
      }
    }
    return all;
  }

  /** Feeds records and time, and adds up what comes out. */
  private static final class Run {
    private byte @Nullable [] state;
    private long wakeUp;
    private long arrived;
    private final Map<String, Long> sums = new TreeMap<>();
    private final Map<String, Long> known = new TreeMap<>();
    private final Map<String, Long> tallies = new TreeMap<>();
    private final List<PairInput> dead = new ArrayList<>();

    Run arrive(PairInput... records) {
      return arrive(List.of(records));
    }

    Run arrive(List<PairInput> records) {
      for (PairInput record : records) {
        arrived++;
        take(Pairing.accept(state, record));
      }
      return this;
    }

    Run arriveTogether(List<PairInput> records) {
      arrived += records.size();
      take(Pairing.accept(state, records));
      return this;
    }

    Run pass(long time) {
      while (state != null && wakeUp <= time) {
        take(Pairing.advance(state, "m", "id", time));
        assertThat(state == null || wakeUp > time).as("time moves on").isTrue();
      }
      return this;
    }

    private void take(Pairing.Step step) {
      state = step.state();
      wakeUp = step.wakeUp();
      for (PairingChange change : step.changes()) {
        add(sums, name(change), change.sign());
      }
      for (Pairing.Tally tally : step.tallies()) {
        add(tallies, tally.input().id() + " " + tally.fate().id(), tally.records());
      }
      dead.addAll(step.deadLetters());
    }

    private static void add(Map<String, Long> map, String key, long value) {
      map.merge(key, value, Long::sum);
      if (map.get(key) == 0) {
        map.remove(key);
      }
    }

    private static String name(PairingChange change) {
      return change.kind()
          + " "
          + change.input().id()
          + " "
          + change.time()
          + "@"
          + change.knownTime()
          + "|"
          + change.overall()
          + "|"
          + change.segments()
          + "|"
          + change.outcome()
          + "|"
          + change.version()
          + "|"
          + change.champion();
    }

    long read() {
      return arrived;
    }

    int stateBytes() {
      return state == null ? 0 : state.length;
    }

    Map<String, Long> fates() {
      return tallies;
    }

    /** Sums of what was known up to a time. */
    Map<String, Long> knownUntil(long time) {
      Map<String, Long> past = new TreeMap<>();
      sums.forEach(
          (name, sum) -> {
            String number = name.substring(name.indexOf('@') + 1, name.indexOf('|'));
            if (Long.parseLong(number) <= time) {
              past.put(name, sum);
            }
          });
      return past;
    }

    Map<String, Long> duplicates() {
      Map<String, Long> all = new TreeMap<>();
      sums.forEach(
          (name, sum) -> {
            if (name.startsWith("DUPLICATE")) {
              String[] parts = name.split("[ @|]");
              add(all, parts[1] + " " + parts[2], sum);
            }
          });
      return all;
    }

    /** Pairs: version, score and label of both, and when this became known. */
    Map<String, Long> comparisons() {
      Map<String, Long> all = new TreeMap<>();
      sums.forEach(
          (name, sum) -> {
            if (name.startsWith("COMPARISON")) {
              String[] parts = name.split("\\|");
              String champion = parts[5].substring("Champion[version=".length());
              String against = champion.substring(0, champion.indexOf(','));
              String known = parts[0].substring(parts[0].indexOf('@'));
              add(
                  all,
                  parts[4] + said(parts[3]) + " against " + against + said(parts[5]) + " " + known,
                  sum);
            }
          });
      return all;
    }

    private static String said(String outcome) {
      int at = outcome.indexOf("score=") + 6;
      String score = outcome.substring(at, outcome.indexOf(',', at));
      return " " + score + " " + label(outcome).replaceAll(" since.*", "");
    }

    /** Changes of the cohort for all traffic: time, known time, label. */
    Map<String, Long> cohort() {
      return overall();
    }

    Map<String, Long> overall() {
      Map<String, Long> all = new TreeMap<>();
      of(PairingChange.Kind.COHORT, true)
          .forEach((name, sum) -> add(all, name.replaceAll(" (\\{.*}|null)$", ""), sum));
      return all;
    }

    Map<String, Long> segmented() {
      Map<String, Long> all = new TreeMap<>();
      of(PairingChange.Kind.COHORT, false)
          .forEach(
              (name, sum) -> {
                if (!name.endsWith(" null")) {
                  all.put(name, sum);
                }
              });
      of(PairingChange.Kind.COHORT, true)
          .forEach(
              (name, sum) -> {
                if (!name.endsWith(" null")) {
                  add(all, name, sum);
                }
              });
      return all;
    }

    Map<String, Long> of(PairingChange.Kind kind, boolean overall) {
      Map<String, Long> all = new TreeMap<>(Comparator.naturalOrder());
      sums.forEach(
          (name, sum) -> {
            String[] parts = name.split("\\|");
            if (name.startsWith(kind.name()) && parts[1].equals(Boolean.toString(overall))) {
              String when = parts[0].substring(parts[0].lastIndexOf(' ') + 1);
              add(all, when + " " + label(parts[3]) + " " + parts[2], sum);
            }
          });
      return all;
    }

    private static String label(String outcome) {
      int at = outcome.indexOf("Known[labelClass=");
      if (at < 0) {
        return "-";
      }
      String label = outcome.substring(at + 17);
      return label.substring(0, label.indexOf(','))
          + " since "
          + label.substring(label.indexOf("time=") + 5, label.indexOf(']'));
    }
  }
}
