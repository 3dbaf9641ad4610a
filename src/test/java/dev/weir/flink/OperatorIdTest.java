package dev.weir.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OperatorIdTest {
  /** State is found again by these: whoever changes one of them loses it. Only ever add. */
  @Test
  void uids_areThoseThatSavepointsHold() {
    assertThat(Arrays.stream(OperatorId.values()).map(OperatorId::uid))
        .contains(
            "read-features",
            "read-predictions",
            "read-labels",
            "read-control",
            "release-control",
            "hear-control",
            "profile-features",
            "profile-predictions",
            "accept-labels",
            "window",
            "pair",
            "cohort",
            "judge",
            "decide",
            "count",
            "read-back",
            "release-read-back",
            "confirm-triggers",
            "write",
            "write-counts",
            "hold-deployment",
            "sight-triggers")
        .doesNotHaveDuplicates();
  }
}
