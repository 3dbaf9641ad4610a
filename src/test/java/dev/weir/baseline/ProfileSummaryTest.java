package dev.weir.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileSummaryTest {
  private static final ProfileSettings SETTINGS =
      Rows.settings(Set.of(Task.BINARY), LabelSettings.Absent.CENSORED);

  private static ProfileLayout layout() {
    List<ReferenceRow> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(
          new ReferenceRow(
              Rows.features("r" + i, 0, i % 3 == 0 ? "a" : "b", (double) i),
              Rows.prediction("r" + i, 0, i / 100.0),
              null));
    }
    return new ReferenceProfiler(SETTINGS)
        .profile(rows, null, "00", null, "cafe")
        .profileLayout(SETTINGS);
  }

  private static ColumnSummary column(ProfileSummary summary, String name) {
    return summary.column(summary.layout().indexOf(name, Column.Role.FEATURE));
  }

  @Test
  void everyKindOfValueIsCountedWhereItBelongs() {
    ProfileSummary summary = new ProfileSummary(layout());
    List<Consumer<FeatureValues>> values =
        List.of(
            v -> v.addDouble("x", 1.5),
            v -> v.addLong("x", 2),
            v -> v.addBoolean("x", true),
            v -> v.addText("x", "three"),
            v -> v.addVector("x", new float[] {1}),
            v -> v.addWrongType("x"),
            v -> v.addMissing("x"),
            v -> v.addDouble("x", Double.NaN),
            v -> v.addDouble("x", Double.POSITIVE_INFINITY),
            v -> v.addDouble("x", Double.NEGATIVE_INFINITY),
            v -> v.addDouble("x", -0.5),
            v -> v.addDouble("x", 99.5),
            v -> {});
    for (Consumer<FeatureValues> value : values) {
      FeatureValues row = new FeatureValues();
      value.accept(row);
      summary.addFeatures(Rows.features("p", 0, row));
    }
    ColumnSummary x = column(summary, "x");
    assertThat(x.records()).isEqualTo(13);
    assertThat(x.n()).isEqualTo(5);
    assertThat(x.typeErrors()).isEqualTo(3);
    assertThat(x.missing()).as("null, and not mentioned").isEqualTo(2);
    assertThat(x.numbers().nan()).isEqualTo(1);
    assertThat(x.numbers().plusInfinity()).isEqualTo(1);
    assertThat(x.numbers().minusInfinity()).isEqualTo(1);
    assertThat(x.numbers().under()).isEqualTo(1);
    assertThat(x.numbers().over()).isEqualTo(1);
    assertThat(column(summary, "c").missing()).isEqualTo(13);
  }

  @Test
  void categoriesAreTextsNumbersAndBooleans() {
    ProfileSummary summary = new ProfileSummary(layout());
    List<Consumer<FeatureValues>> values =
        List.of(
            v -> v.addText("c", "a"),
            v -> v.addText("c", "new"),
            v -> v.addLong("c", 7),
            v -> v.addDouble("c", 7.0),
            v -> v.addBoolean("c", true),
            v -> v.addDouble("c", Double.NaN),
            v -> v.addVector("c", new float[] {1}));
    for (Consumer<FeatureValues> value : values) {
      FeatureValues row = new FeatureValues();
      value.accept(row);
      summary.addFeatures(Rows.features("p", 0, row));
    }
    ColumnSummary c = column(summary, "c");
    assertThat(c.n()).isEqualTo(5);
    assertThat(c.typeErrors()).isEqualTo(2);
    assertThat(c.categories().count("a")).isEqualTo(1);
    assertThat(c.categories().unseenValues())
        .containsExactlyInAnyOrderEntriesOf(Map.of("new", 1L, "7", 2L, "true", 1L));
  }

  @Test
  void ofAFeatureMentionedTwiceTheFirstCounts() {
    FeatureValues row = new FeatureValues();
    row.addDouble("x", 1);
    row.addText("x", "again");
    ProfileSummary summary = new ProfileSummary(layout());
    summary.addFeatures(Rows.features("p", 0, row));
    assertThat(column(summary, "x").records()).isEqualTo(1);
    assertThat(column(summary, "x").n()).isEqualTo(1);
  }

  @Test
  void featuresOfTheProducerAreFoundWhateverTheirOrder() {
    ProfileSummary summary = new ProfileSummary(layout());
    for (List<String> names :
        List.of(List.of("x", "c", "y"), List.of("c", "x"), List.of("y", "z", "x", "c"))) {
      FeatureValues row = new FeatureValues();
      for (String name : names) {
        if (name.equals("c")) {
          row.addText("c", "a");
        } else {
          row.addDouble(name, 5);
        }
      }
      summary.addFeatures(Rows.features("p", 0, row));
    }
    assertThat(column(summary, "x").n()).isEqualTo(3);
    assertThat(column(summary, "c").n()).isEqualTo(3);
    assertThat(summary.unknownFeatures()).isEqualTo(Map.of("y", 2L, "z", 1L));
  }

  @Test
  void agesAreCountedAndLeaksApart() {
    FeatureValues row = new FeatureValues();
    row.addDouble("x", 1);
    ProfileSummary summary = new ProfileSummary(layout());
    for (long available : new long[] {90_000, 100_000, 100_001}) {
      summary.addFeatures(row, Map.of("x", available, "unheard", 5L), 100_000);
    }
    int x = summary.layout().indexOf("x", Column.Role.FEATURE);
    assertThat(summary.leaks(x)).isEqualTo(1);
    assertThat(summary.freshness(x).orElseThrow().labelled()).isEqualTo(2);
    assertThat(summary.freshness(x).orElseThrow().within(11)).isEqualTo(2);
    assertThat(summary.freshness(0)).isEmpty();
  }

  @Test
  void aSampledPredictionStandsForSeveral() {
    ProfileSummary summary = new ProfileSummary(layout());
    summary.addPrediction(Rows.prediction("p", 0, 0.5, null, null, null, 0.25));
    summary.addPrediction(Rows.prediction("q", 0, null, null, null, null, 1));
    assertThat(summary.volume()).isCloseTo(5, within(1e-6));
    assertThat(summary.predictionRows()).isEqualTo(2);
    ColumnSummary score = summary.column(summary.layout().indexOf("score", Column.Role.PREDICTION));
    assertThat(score.n()).isEqualTo(1);
    assertThat(score.missing()).isEqualTo(1);
    assertThat(summary.decisions().orElseThrow().positive(512))
        .as("one half decides yes")
        .isEqualTo(1);
  }

  @Test
  void inputsAloneAreVolumeToo() {
    ProfileSummary summary = new ProfileSummary(layout());
    summary.addFeatures(Rows.features("p", 0, "a", 1.0));
    assertThat(summary.volume()).isEqualTo(1);
  }

  @Test
  void anySplitAndOrderGivesTheSameBytes() throws IOException {
    ProfileLayout layout = layout();
    Random random = new Random(7);
    List<Consumer<ProfileSummary>> steps = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Event.Features features =
          Rows.features(
              "p" + i,
              1000L * i,
              random.nextInt(5) == 0 ? null : "c" + random.nextInt(200),
              random.nextInt(5) == 0 ? null : random.nextGaussian() * 40);
      Event.Prediction prediction =
          Rows.prediction("p" + i, 0, random.nextDouble(), null, null, null, 0.1);
      Map<String, Long> available = Map.of("x", features.time() - random.nextInt(9000) + 500);
      steps.add(s -> s.addFeatures(features.features(), available, features.time()));
      steps.add(s -> s.addPrediction(prediction));
      steps.add(s -> s.addDuplicates(1, 2));
    }
    ProfileSummary whole = new ProfileSummary(layout);
    steps.forEach(step -> step.accept(whole));
    for (int trial = 0; trial < 5; trial++) {
      Collections.shuffle(steps, random);
      List<ProfileSummary> parts = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        parts.add(whole.empty());
      }
      steps.forEach(step -> step.accept(parts.get(random.nextInt(7))));
      ProfileSummary merged = whole.empty();
      ProfileSummary mergedAsBytes = whole.empty();
      Collections.shuffle(parts, random);
      for (ProfileSummary part : parts) {
        byte[] bytes = Bytes.of(part::encode);
        merged.merge(
            ProfileSummary.decode(new DataInputStream(new ByteArrayInputStream(bytes)), layout));
        mergedAsBytes.mergeEncoded(Bytes.reader(bytes));
      }
      assertThat(Bytes.of(merged::encode)).isEqualTo(Bytes.of(whole::encode));
      assertThat(Bytes.of(mergedAsBytes::encode)).isEqualTo(Bytes.of(whole::encode));
    }
    assertThat(whole.featureDuplicates()).isEqualTo(300);
    assertThat(whole.predictionDuplicates()).isEqualTo(600);
    assertThat(whole.copy()).isEqualTo(whole);
    assertThat(whole.isEmpty()).isFalse();
    assertThat(whole.empty().isEmpty()).isTrue();
  }

  /** What a row holds is worked out for rows like it, which are then counted together. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 200})
  void whatARowHoldsDoesNotDependOnTheRowsBefore(int rowsAlike) {
    ProfileLayout layout = layout();
    Random random = new Random(8);
    ProfileSummary together = new ProfileSummary(layout);
    ProfileSummary apart = new ProfileSummary(layout);
    FeatureValues row = new FeatureValues();
    int[] shape = {};
    for (int i = 0; i < 4_000; i++) {
      if (random.nextInt(rowsAlike) == 0) {
        shape = random.ints(random.nextInt(5), 0, 4).toArray();
      }
      row.clear();
      for (int name : shape) {
        switch (name) {
          case 0 -> row.addText("c", random.nextInt(9) == 0 ? "other" : "a");
          case 1 -> row.addText("x", "no number");
          case 2 -> row.addDouble("unknown" + random.nextInt(3), 1);
          default -> {
            switch (random.nextInt(20)) {
              case 0 -> row.addMissing("x");
              case 1 -> row.addLong("x", random.nextInt(100));
              case 2 -> row.addBoolean("x", true);
              default -> row.addDouble("x", random.nextInt(100));
            }
          }
        }
      }
      Event.Features event = Rows.features("p" + i, 0, row);
      together.addFeatures(event);
      ProfileSummary alone = new ProfileSummary(layout);
      alone.addFeatures(event);
      apart.merge(alone);
      if (random.nextInt(100) == 0) {
        assertThat(column(together, "x").records()).isEqualTo(i + 1);
      }
    }
    assertThat(together).isEqualTo(apart);
    assertThat(column(together, "x").n()).isBetween(1L, 3_999L);
    assertThat(column(together, "x").typeErrors()).isPositive();
    assertThat(column(together, "c").missing()).isBetween(1L, 3_999L);
  }

  @Test
  void bytesOfAnotherLayoutAreRefused() {
    ProfileSummary summary = new ProfileSummary(layout());
    byte[] bytes = Bytes.of(summary::encode);
    assertThatThrownBy(() -> ProfileSummary.decode(Bytes.reader(bytes), ProfileLayout.of(SETTINGS)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another layout");
    assertThatThrownBy(
            () ->
                ProfileSummary.decode(
                    Bytes.reader(java.util.Arrays.copyOf(bytes, bytes.length - 1)),
                    summary.layout()))
        .isInstanceOf(IOException.class);
  }
}
