package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.Column;
import dev.weir.baseline.ColumnSummary;
import dev.weir.baseline.ProfileSummary;
import dev.weir.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Columns that the reference has and that no row of a window brings: a field that was dropped, or
 * has another name now. Nothing can be said of them, and nothing else would say so of predictions.
 *
 * <p>Guarantee: chance makes none. A column is looked at only where so many rows came that the
 * reference leads to expect {@value #EXPECTED} values of it; with records that are independent it
 * is then never absent.
 *
 * @param input features or predictions
 * @param names the columns, in the order of the layout; empty: all are there
 * @param strangers what rows bring that the reference does not have, most frequent first; only of
 *     features
 * @param rows deliveries of the window
 */
public record MissingColumns(
    Event.Input input, List<String> names, List<String> strangers, long rows) {
  private static final int EXPECTED = 100;
  private static final int LISTED = 5;

  /** What is missing of each input of which enough rows came to tell. */
  public static List<MissingColumns> of(ProfileSummary window, Baseline baseline) {
    List<MissingColumns> found = new ArrayList<>();
    List<String> strangers = List.copyOf(window.unknownFeatures().keySet());
    add(Column.Role.FEATURE, Event.Input.FEATURES, strangers, window, baseline, found);
    add(Column.Role.PREDICTION, Event.Input.PREDICTIONS, List.of(), window, baseline, found);
    return found;
  }

  private static void add(
      Column.Role role,
      Event.Input input,
      List<String> strangers,
      ProfileSummary window,
      Baseline baseline,
      List<MissingColumns> found) {
    long rows = input == Event.Input.FEATURES ? window.featureRows() : window.predictionRows();
    List<String> names = new ArrayList<>();
    boolean canTell = false;
    List<Column> columns = window.layout().columns();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (column.role() == role && rows * share(column, baseline) >= EXPECTED) {
        canTell = true;
        ColumnSummary now = window.column(i);
        if (now.missing() == now.records()) {
          names.add(column.name());
        }
      }
    }
    if (canTell) {
      found.add(new MissingColumns(input, names, strangers, rows));
    }
  }

  /** Share of the rows of the reference that bring the column. */
  private static double share(Column column, Baseline baseline) {
    return baseline
        .reference(column.name(), column.role(), null)
        .map(Baseline.Reference::summary)
        .filter(reference -> reference.records() > 0)
        .map(reference -> 1 - (double) reference.missing() / reference.records())
        .orElse(0.0);
  }

  /** One sentence: which columns, in how many rows, and what came in their place. */
  public String sentence() {
    return String.format(
            Locale.ROOT,
            "none of %,d rows of %s has %s, which the reference has",
            rows,
            input.id(),
            listed(names))
        + (strangers.isEmpty() ? "" : "; they have " + listed(strangers) + ", which it has not");
  }

  private static String listed(List<String> names) {
    int more = names.size() - LISTED;
    return String.join(", ", names.subList(0, Math.min(LISTED, names.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
