package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TagValuesTest {
  private static final long SEED = 20_260_101;

  /** Few names, so that they repeat, and more tags than are kept. */
  @Test
  void tagsAreThoseOfAMapThatLetsTheLargestNameGo() {
    SplittableRandom random = new SplittableRandom(SEED);
    TagValues tags = new TagValues();
    for (int record = 0; record < 5_000; record++) {
      tags.clear();
      assertThat(tags.map()).isEmpty();
      TreeMap<String, String> expected = new TreeMap<>();
      int names = random.nextInt(1, 60);
      for (int tag = random.nextInt(80); tag > 0; tag--) {
        String name = "n" + random.nextInt(names);
        String value = "v".repeat(random.nextInt(20) == 0 ? 70 : 2) + random.nextInt(3);
        expected.put(name, value);
        boolean fits = expected.size() <= Limits.TAGS;
        if (!fits) {
          expected.pollLastEntry();
        }
        assertThat(tags.add(name, value)).as("record %d", record).isEqualTo(fits);
        if (random.nextInt(40) == 0) {
          assertThat(tags.map()).as("in between, record %d", record).isEqualTo(expected);
        }
      }
      assertThat(tags.map()).as("record %d of seed %d", record, SEED).isEqualTo(expected);
    }
  }

  @Test
  void sameTags_giveTheSameMap_whichNobodyChanges() {
    TagValues tags = new TagValues();
    tags.add("region", "EU");
    Map<String, String> first = tags.map();
    tags.clear();
    tags.add("region", "US");
    assertThat(tags.map()).isEqualTo(Map.of("region", "US"));
    tags.clear();
    tags.add("region", "EU");
    assertThat(tags.map()).isSameAs(first);
    assertThatThrownBy(() -> first.put("region", "x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
