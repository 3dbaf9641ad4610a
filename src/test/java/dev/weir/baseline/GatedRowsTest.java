package dev.weir.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.testing.KeptFeatures;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GatedRowsTest {
  private static final long HOUR = 3_600_000;
  private static final int MANY = 1_000_000;
  private static final ProfileSettings SETTINGS =
      Rows.settings(Set.of(Task.BINARY), LabelSettings.Absent.CENSORED, new Loss("brier", 1));
  private static final EntityKey ENTITY = new EntityKey(null);

  private static Event.Features features(String id, String entity, long time, FeatureValues row) {
    return new KeptFeatures(id, "m", time, row, null, Map.of(), entity, Map.of(), null);
  }

  private static FeatureValues row(Random random) {
    FeatureValues values = new FeatureValues();
    switch (random.nextInt(12)) {
      case 0 -> values.addMissing("x");
      case 1 -> values.addText("x", "no number");
      case 2 -> values.addDouble("x", Double.NaN);
      case 3 -> values.addDouble("x", Double.NEGATIVE_INFINITY);
      case 4 -> values.addDouble("x", -1e9);
      case 5 -> values.addDouble("x", 1e9);
      default -> values.addDouble("x", random.nextGaussian());
    }
    if (random.nextInt(10) > 0) {
      values.addText("c", random.nextInt(20) == 0 ? "new" : "c" + random.nextInt(6));
    }
    return values;
  }

  private static List<Event.Features> rows(int number, int entities, long seed) {
    Random random = new Random(seed);
    List<Event.Features> rows = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      rows.add(features("p" + i, "e" + random.nextInt(entities), i, row(random)));
    }
    return rows;
  }

  private static ProfileLayout layout() {
    Random random = new Random(1);
    List<ReferenceRow> reference = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      FeatureValues values = new FeatureValues();
      values.addDouble("x", random.nextGaussian());
      values.addText("c", "c" + random.nextInt(6));
      reference.add(new ReferenceRow(Rows.features("r" + i, i, values), null, null));
    }
    return new ReferenceProfiler(SETTINGS)
        .profile(reference, null, "00", null, "cafe")
        .profileLayout(SETTINGS);
  }

  private static GatedRows gated(ProfileLayout layout, List<Event.Features> rows) {
    GatedRows gated = new GatedRows(layout, MANY);
    rows.forEach(row -> gated.add(row, ENTITY.of(row)));
    return gated;
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertSameCounts(ProfileSummary one, ProfileSummary other) {
    assertThat(one.featureRows()).isEqualTo(other.featureRows());
    for (int i = 0; i < one.layout().features(); i++) {
      ColumnSummary mine = one.column(i);
      ColumnSummary theirs = other.column(i);
      assertThat(mine.records()).isEqualTo(theirs.records());
      assertThat(mine.missing()).isEqualTo(theirs.missing());
      assertThat(mine.typeErrors()).isEqualTo(theirs.typeErrors());
      if (mine.column().numeric()) {
        assertThat(mine.numbers().fineCounts()).isEqualTo(theirs.numbers().fineCounts());
        assertThat(mine.numbers().under()).isEqualTo(theirs.numbers().under());
        assertThat(mine.numbers().over()).isEqualTo(theirs.numbers().over());
        assertThat(mine.numbers().nan()).isEqualTo(theirs.numbers().nan());
        assertThat(mine.numbers().minusInfinity()).isEqualTo(theirs.numbers().minusInfinity());
      } else {
        assertThat(mine.categories().knownCounts()).isEqualTo(theirs.categories().knownCounts());
        assertThat(mine.categories().unseen()).isEqualTo(theirs.categories().unseen());
      }
    }
  }

  @Test
  void theRowWithTheSmallestHash_standsForItsEntity() {
    ProfileLayout layout = layout();
    List<Event.Features> rows = rows(3000, 200, 2);
    Map<String, Event.Features> standing = new TreeMap<>();
    for (Event.Features row : rows) {
      standing.merge(
          String.valueOf(row.entityId()),
          row,
          (one, other) ->
              sha256(one.predictionId()).compareTo(sha256(other.predictionId())) < 0 ? one : other);
    }
    ProfileSummary expected = new ProfileSummary(layout);
    standing.values().forEach(expected::addFeatures);
    assertThat(expected.featureRows()).isEqualTo(200);
    assertSameCounts(gated(layout, rows).profile(), expected);
  }

  @Test
  void predictions_areGatedLikeInputs() {
    ProfileLayout layout = layout();
    GatedRows gated = new GatedRows(layout, MANY);
    ProfileSummary expected = new ProfileSummary(layout);
    for (int i = 0; i < 100; i++) {
      Event.Prediction prediction = Rows.prediction("p" + i, i, i / 100.0);
      gated.add(prediction, "e" + i);
      expected.addPrediction(prediction);
    }
    int score = layout.indexOf(Column.SCORE, Column.Role.PREDICTION);
    assertThat(gated.profile().column(score).numbers().fineCounts())
        .isEqualTo(expected.column(score).numbers().fineCounts());
    // Nobody knows whom these are about, so they count once.
    GatedRows unknown = new GatedRows(layout, MANY);
    for (int i = 0; i < 100; i++) {
      Event.Prediction prediction = Rows.prediction("p" + i, i, i / 100.0);
      unknown.add(prediction, ENTITY.of(prediction));
    }
    assertThat(unknown.profile().predictionRows()).isEqualTo(1);
  }

  @Test
  void orderAndMerges_changeNoByte() throws Exception {
    ProfileLayout layout = layout();
    List<Event.Features> rows = rows(2000, 300, 3);
    byte[] expected = Bytes.of(gated(layout, rows)::encode);
    Random random = new Random(4);
    for (int run = 0; run < 20; run++) {
      List<Event.Features> shuffled = new ArrayList<>(rows);
      // Some are delivered twice.
      shuffled.addAll(rows.subList(0, 200));
      Collections.shuffle(shuffled, random);
      GatedRows sum = new GatedRows(layout, MANY);
      for (int from = 0; from < shuffled.size(); ) {
        int to = Math.min(shuffled.size(), from + 1 + random.nextInt(400));
        GatedRows part = gated(layout, shuffled.subList(from, to));
        sum.merge(GatedRows.decode(Bytes.reader(Bytes.of(part::encode)), layout, MANY));
        from = to;
      }
      assertThat(Arrays.equals(Bytes.of(sum::encode), expected)).as("run %d", run).isTrue();
    }
  }

  @Test
  void tooManyEntities_leaveNothingButThatThereWere_inAnyOrder() throws Exception {
    ProfileLayout layout = layout();
    List<Event.Features> rows = rows(2000, 300, 5);
    GatedRows enough = new GatedRows(layout, 300);
    GatedRows tooMany = new GatedRows(layout, 299);
    rows.forEach(row -> enough.add(row, ENTITY.of(row)));
    rows.forEach(row -> tooMany.add(row, ENTITY.of(row)));
    assertThat(enough.overflowed()).isFalse();
    assertThat(enough.size()).isEqualTo(300);
    assertThat(tooMany.overflowed()).isTrue();
    assertThat(tooMany.size()).isZero();
    GatedRows first = new GatedRows(layout, 299);
    GatedRows second = new GatedRows(layout, 299);
    rows.subList(0, 300).forEach(row -> first.add(row, ENTITY.of(row)));
    rows.subList(300, 2000).forEach(row -> second.add(row, ENTITY.of(row)));
    second.merge(first);
    assertThat(second).isEqualTo(tooMany);
    assertThat(GatedRows.decode(Bytes.reader(Bytes.of(second::encode)), layout, 299))
        .isEqualTo(tooMany);
  }

  @Test
  void theReference_isGatedByWindow() {
    ProfileSettings settings = SETTINGS;
    List<ReferenceRow> rows = new ArrayList<>();
    Random random = new Random(6);
    for (int i = 0; i < 600; i++) {
      FeatureValues values = new FeatureValues();
      values.addDouble("x", random.nextGaussian());
      values.addText("c", "c" + random.nextInt(6));
      // Twenty entities in each of ten hours, three rows each.
      rows.add(
          new ReferenceRow(features("p" + i, "e" + i % 20, i / 60 * HOUR + i, values), null, null));
    }
    Baseline baseline =
        new ReferenceProfiler(settings, SeasonCalendar.NONE, ENTITY, RandomFeatures.DEFAULT)
            .profile(rows, null, "00", null, "cafe");
    assertThat(baseline.gates()).isTrue();
    assertThat(baseline.gated("x", Column.Role.FEATURE, null, 0).orElseThrow().summary().records())
        .isEqualTo(200);
    assertThat(baseline.reference("x", Column.Role.FEATURE, null).orElseThrow().summary().records())
        .isEqualTo(600);
    Collections.shuffle(rows, random);
    assertThat(
            new ReferenceProfiler(settings, SeasonCalendar.NONE, ENTITY, RandomFeatures.DEFAULT)
                .profile(rows, null, "00", null, "cafe")
                .id())
        .isEqualTo(baseline.id());
  }
}
