package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CategoricalSummaryTest {
  private static final CategoricalLayout LAYOUT =
      CategoricalLayout.of(Map.of("DE", 5L, "FR", 9L, "IT", 5L, "ES", 1L), 2, 3, 2)
          .withGroups(Map.of("south", List.of("IT", "ES"), "all", List.of("FR", "DE", "IT")));

  private static CategoricalSummary of(String... values) {
    CategoricalSummary summary = new CategoricalSummary(LAYOUT);
    List.of(values).forEach(summary::add);
    return summary;
  }

  @Test
  void layout_ordersByCountThenName() {
    assertThat(LAYOUT.kept()).containsExactly("FR", "DE");
    assertThat(LAYOUT.known()).containsExactly("FR", "DE", "IT");
    assertThat(LAYOUT.cells()).containsExactly("FR", "DE", "__other__", "__unseen__");
    assertThat(LAYOUT.cell("DE")).isEqualTo(1);
    assertThat(LAYOUT.cell("IT")).isEqualTo(2);
    assertThat(LAYOUT.cell("ES")).as("beyond the cap of known ones").isEqualTo(3);
  }

  @Test
  void layout_withoutOthers_hasNoCellForThem() {
    CategoricalLayout all = CategoricalLayout.of(Map.of("a", 1L, "b", 1L));
    assertThat(all.cells()).containsExactly("a", "b", "__unseen__");
    assertThat(all.cell("c")).isEqualTo(2);
  }

  @Test
  void counts_standInTheOrderOfTheCells() {
    CategoricalSummary summary = of("FR", "FR", "IT", "ES", "XX", "DE", "FR");
    summary.addMissing();
    summary.addTypeError();
    assertThat(summary.counts()).containsExactly(3, 1, 1, 2);
    assertThat(summary.n()).isEqualTo(7);
    assertThat(summary.records()).isEqualTo(9);
    assertThat(summary.other()).isEqualTo(1);
    assertThat(summary.unseen()).isEqualTo(2);
    assertThat(summary.count("IT")).isEqualTo(1);
    assertThat(summary.groupCount("south")).isEqualTo(1);
    assertThat(summary.groupCount("all")).isEqualTo(5);
    assertThat(summary.unseenValues()).containsExactly(Map.entry("ES", 1L), Map.entry("XX", 1L));
  }

  @Test
  void distinct_isExactUntilTheListOfUnseenIsFull() {
    assertThat(of().distinct()).hasValue(0);
    assertThat(of("FR", "FR", "IT", "P", "Q").distinct()).hasValue(4);
    assertThat(of("P", "Q", "R").distinct()).isEmpty();
    assertThat(of("P", "Q", "R").unseenValues()).hasSize(2);
  }

  /** Two long values with a common beginning must not be counted as one. */
  @Test
  void longUnseenValues_areCutButToldApart() {
    CategoricalSummary summary = of("x".repeat(5000) + "1", "x".repeat(5000) + "2");
    assertThat(summary.unseenValues()).hasSize(2);
    assertThat(summary.unseenValues().keySet()).allMatch(value -> value.length() == 120);
  }

  /** Thousands of known categories, few of them in a window: the bytes follow the few. */
  @Test
  void bytes_followWhatWasSeen() {
    Map<String, Long> reference = new HashMap<>();
    for (int i = 0; i < 5000; i++) {
      reference.put("c" + i, 10_000L - i);
    }
    CategoricalSummary summary = new CategoricalSummary(CategoricalLayout.of(reference));
    summary.add("c0");
    summary.add("c77");
    summary.add("c4999");
    assertThat(Shape.bytes(summary).length).isLessThan(40);
    assertThat(summary.n()).isEqualTo(3);
    assertThat(summary.other()).isEqualTo(2);
    assertThat(summary.count("c4999")).isEqualTo(1);
    assertThat(summary.distinct()).hasValue(3);
  }

  @Test
  void withdrawing_needsALayoutWithoutAList() {
    assertThatThrownBy(() -> of("FR").add("FR", -1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void layout_decodesWhatItEncoded() throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(Layout.bytesOf(LAYOUT)));
    CategoricalLayout decoded = CategoricalLayout.decode(in);
    assertThat(decoded).isEqualTo(LAYOUT);
    assertThat(decoded.groupMembers("south")).containsExactly("ES", "IT");
    assertThat(decoded.withoutUnseenList()).isNotEqualTo(LAYOUT);
  }
}
