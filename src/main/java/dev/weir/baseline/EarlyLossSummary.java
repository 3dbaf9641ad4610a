package dev.weir.baseline;

import dev.weir.event.Outcome;
import dev.weir.stats.summary.LossSummary;
import dev.weir.stats.summary.Summary;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

/**
 * The first judged loss of predictions that just reached the early age: scaled, and 0 where no
 * label came within that age.
 *
 * <p>Guarantee: every prediction enters once, in the window in which it reaches that age, so
 * nothing is selected by when its label came.
 */
public final class EarlyLossSummary implements Summary<EarlyLossSummary> {
  private static final int VERSION = 1;

  private long labelled;
  private final LossSummary losses = new LossSummary();

  /**
   * Counts a prediction as it is at the early age.
   *
   * @param outcome with the label that is known by then, or without one
   */
  public void add(Outcome outcome, CohortLayout layout) {
    add(outcome, layout, 1);
  }

  /** Counts a prediction (sign 1), or takes back what was counted before (sign -1). */
  public void add(Outcome outcome, CohortLayout layout, int sign) {
    Loss loss = layout.losses().get(0);
    if (!layout.predicts(outcome, loss)) {
      return;
    }
    Outcome.Known label = outcome.label();
    labelled += label == null ? 0 : sign;
    losses.add(
        label == null
            ? 0
            : layout.loss(outcome, loss, label.labelClass(), label.labelValue()).orElse(0.0)
                / loss.max(),
        sign);
  }

  /** Predictions that reached the age. */
  public long n() {
    return losses.n();
  }

  /** Those that were labelled by then. */
  public long labelled() {
    return labelled;
  }

  /** Their losses. */
  public LossSummary losses() {
    return losses;
  }

  @Override
  public void merge(EarlyLossSummary other) {
    labelled += other.labelled;
    losses.merge(other.losses);
  }

  @Override
  public EarlyLossSummary empty() {
    return new EarlyLossSummary();
  }

  @Override
  public boolean isEmpty() {
    return losses.isEmpty();
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Bytes.writeLong(out, labelled);
    losses.encode(out);
  }

  /** Reads what {@link #encode} wrote. */
  public static EarlyLossSummary decode(DataInput in) throws IOException {
    Bytes.readVersion(in, VERSION);
    EarlyLossSummary summary = new EarlyLossSummary();
    summary.labelled = Bytes.readLong(in);
    summary.losses.merge(LossSummary.decode(in));
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EarlyLossSummary that
        && labelled == that.labelled
        && losses.equals(that.losses);
  }

  @Override
  public int hashCode() {
    return Objects.hash(labelled, losses);
  }
}
