package dev.weir.flink.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Control;
import dev.weir.testing.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several job files holds when. */
class ModelBookTest {
  private static final long HOUR = SmallModel.HOUR;

  @TempDir private static Path folder;
  private static SmallModel first;
  private static SmallModel second;

  @BeforeAll
  static void load() throws Exception {
    first = new SmallModel(folder, "", "");
    second = new SmallModel(folder, "", "", "limits: {max_segments: 7}\n");
  }

  private static ModelBook book(ControlRecord... records) {
    return new ModelBook(List.of(records));
  }

  private static int segments(ModelBook book, long time) {
    Model model = book.at(SmallModel.ID, time);
    return model == null ? -1 : model.spec().profile().maxSegments();
  }

  @Test
  void firstJobFile_alsoHoldsForWhatWasBefore() {
    assertThat(segments(book(first.jobFile(3, null)), -HOUR)).isEqualTo(50);
    ModelBook dated = book(first.jobFile(3, HOUR + 1));
    assertThat(segments(dated, HOUR)).isEqualTo(-1);
    assertThat(segments(dated, HOUR + 1)).isEqualTo(50);
  }

  @Test
  void laterJobFile_beginsWithTheNextWindow() {
    ModelBook book = book(first.jobFile(0, null), second.jobFile(1, HOUR + 1));
    assertThat(segments(book, 2 * HOUR - 1)).isEqualTo(50);
    assertThat(segments(book, 2 * HOUR)).isEqualTo(7);
    assertThat(book.holdsUntil(SmallModel.ID, HOUR, 2 * HOUR)).isTrue();
    assertThat(book.holdsUntil(SmallModel.ID, HOUR, 2 * HOUR + 1)).isFalse();
  }

  /** A topic that was compacted shows only the newest; state remembers the others. */
  @Test
  void order_decides_notWhatIsHeardFirst() {
    ControlRecord old = first.jobFile(4, HOUR);
    ControlRecord now = second.jobFile(9, 2 * HOUR);
    assertThat(segments(book(now, old), 3 * HOUR)).isEqualTo(7);
    assertThat(segments(book(now, old), HOUR)).isEqualTo(50);
    ControlRecord always = first.jobFile(4, null);
    assertThat(segments(book(now, always), 3 * HOUR)).isEqualTo(7);
  }

  @Test
  void withdrawnModel_isHeldForWhatWasBefore_andNoLongerThere() {
    ModelBook book = book(first.jobFile(0, null), SmallModel.withdrawal(1, HOUR + 1));
    assertThat(segments(book, HOUR)).isEqualTo(50);
    assertThat(segments(book, HOUR + 1)).isEqualTo(-1);
    assertThat(book.heldAt(SmallModel.ID, 9 * HOUR)).isSameAs(book.at(SmallModel.ID, HOUR));
    assertThat(book.heldAt("nobody", 9 * HOUR)).isNull();
  }

  @Test
  void onlyTheLastRecords_areRemembered_whetherHeardOrRestored() {
    List<ControlRecord> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(i == 15 ? second.jobFile(i, i * HOUR) : first.jobFile(i, i == 0 ? null : i * HOUR));
    }
    ModelBook heard = book(all.toArray(new ControlRecord[0]));
    ModelBook restored = book(all.subList(12, 20).toArray(new ControlRecord[0]));
    for (long hour = 0; hour < 24; hour++) {
      assertThat(segments(heard, hour * HOUR))
          .as("hour %d", hour)
          .isEqualTo(segments(restored, hour * HOUR));
    }
    assertThat(segments(heard, 15 * HOUR)).isEqualTo(7);
  }

  @Test
  void whatCannotBeUsed_isToldBeforeItIsHeard() {
    Control broken = new Control.JobFile("small", "0", "", "{}", 1, null, "user:eve", "");
    assertThat(ModelBook.defect(broken)).isNotNull();
    assertThat(ModelBook.defect(new Control.BaselineFile("small", "0", new byte[] {1}, null)))
        .contains("baseline");
    assertThat(ModelBook.defect(first.jobFile(0, null).control())).isNull();
    assertThat(ModelBook.defect(first.baseline(0, null).control())).isNull();
    assertThat(ModelBook.defect(SmallModel.withdrawal(0, 0).control())).isNull();
  }
}
