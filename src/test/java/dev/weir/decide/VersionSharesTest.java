package dev.weir.decide;

import static dev.weir.decide.TestingModel.drift;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.monitor.Series;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VersionSharesTest {
  private final TestingModel.MapStore store = new TestingModel.MapStore();

  private double share(VersionShares shares, String version, String... together) {
    return shares.of(
        new Series("flights", version, "drift", "total_variation", "a", null),
        new TreeSet<>(List.of(together)));
  }

  @Test
  void versionsOfTheFirstWindow_shareNineTenths_laterOnesHalveTheRest() {
    VersionShares shares = new VersionShares(store, "e1", List.of(), 10);
    assertThat(share(shares, "v1", "v1", "v2")).isEqualTo(0.45);
    assertThat(share(shares, "v2", "v1", "v2")).isEqualTo(0.45);
    assertThat(share(shares, "v3", "v1", "v3")).isCloseTo(0.05, within(1e-15));
    assertThat(share(shares, "v4", "v4")).isCloseTo(0.025, within(1e-15));
    assertThat(share(shares, "v1", "v1")).isEqualTo(0.45);
  }

  @Test
  void listedVersions_shareNineTenths_whoeverComesFirst() {
    VersionShares shares = new VersionShares(store, "e1", List.of("v1", "v2"), 10);
    assertThat(share(shares, "v9", "v9")).isCloseTo(0.05, within(1e-15));
    assertThat(share(shares, "v1", "v1")).isEqualTo(0.45);
  }

  @Test
  void recordsWithoutVersion_haveNineTenths() {
    VersionShares shares = new VersionShares(store, "e1", List.of("v1", "v2"), 10);
    assertThat(share(shares, "*", "*")).isEqualTo(0.9);
  }

  @Test
  void shares_neverExceedTheWhole_andEndAtTheLimit() {
    VersionShares shares = new VersionShares(store, "e1", List.of(), 10);
    double sum = 0;
    for (int i = 0; i < 20; i++) {
      double share = share(shares, "v" + i, "v" + i);
      assertThat(share > 0).as("version %d", i).isEqualTo(i < 10);
      sum += share;
    }
    assertThat(sum).isLessThanOrEqualTo(1);
  }

  @Test
  void newConfiguration_sharesAnew() {
    share(new VersionShares(store, "e1", List.of(), 10), "v1", "v1");
    VersionShares anew = new VersionShares(store, "e2", List.of(), 10);
    assertThat(share(anew, "v2", "v2")).isEqualTo(0.9);
  }

  @Test
  void slots_areTheSameForAllVersions() {
    Series other = new Series("flights", "v2", "drift", "total_variation", "a", null);
    assertThat(VersionShares.slotOf(other)).isEqualTo(VersionShares.slotOf(drift("a")));
    assertThat(VersionShares.slotOf(drift("b"))).isNotEqualTo(VersionShares.slotOf(other));
  }
}
