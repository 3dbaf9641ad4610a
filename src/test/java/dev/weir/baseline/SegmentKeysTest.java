package dev.weir.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.FeatureValues;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SegmentKeysTest {
  private static final SegmentKeys KEYS =
      new SegmentKeys(
          List.of(List.of("origin"), List.of("region", "channel")),
          List.of(
              List.of(List.of("ORD"), List.of("1")),
              List.of(List.of("EU", "web"), List.of("US", "a=b"))));

  private static FeatureValues origin(String origin) {
    FeatureValues values = new FeatureValues();
    values.addText("origin", origin);
    return values;
  }

  @Test
  void aRowHasOneSegmentInEachDimension() {
    assertThat(KEYS.of(origin("ORD"), Map.of("region", "EU", "channel", "web")))
        .containsExactly("origin=ORD", "channel=web,region=EU");
    assertThat(KEYS.of(origin("ORD"), Map.of("region", "US", "channel", "a=b")))
        .containsExactly("origin=ORD", "channel=a%3Db,region=US");
  }

  @Test
  void newAndMissingValuesAreOther() {
    assertThat(KEYS.of(origin("XXX"), Map.of("region", "EU")))
        .containsExactly("origin=__other__", "channel=__other__,region=__other__");
    assertThat(KEYS.of(null, Map.of()))
        .containsExactly("origin=__other__", "channel=__other__,region=__other__");
  }

  @Test
  void numbersAreTheirCategory() {
    FeatureValues values = new FeatureValues();
    values.addDouble("origin", 1.0);
    assertThat(KEYS.of(values, Map.of()).get(0)).isEqualTo("origin=1");
  }

  @Test
  void combinationsThatAreTooLongOrThereTwice_changeNothing() {
    SegmentKeys keys =
        new SegmentKeys(
            List.of(List.of("region", "channel")),
            List.of(
                List.of(List.of("US", "web", "more"), List.of("EU", "web"), List.of("EU", "web"))));
    String other = "channel=__other__,region=__other__";
    assertThat(keys.of(null, Map.of("region", "EU", "channel", "web")))
        .containsExactly("channel=web,region=EU");
    assertThat(keys.of(null, Map.of("region", "EU"))).containsExactly(other);
    assertThat(keys.of(null, Map.of("region", "US", "channel", "web"))).containsExactly(other);
    assertThat(keys.all()).containsOnlyOnce("channel=web,region=EU", other);
  }

  @Test
  void allNamesAreKnownBeforehand() {
    assertThat(KEYS.all())
        .containsExactly(
            "origin=1",
            "origin=ORD",
            "origin=__other__",
            "channel=a%3Db,region=US",
            "channel=web,region=EU",
            "channel=__other__,region=__other__");
  }
}
