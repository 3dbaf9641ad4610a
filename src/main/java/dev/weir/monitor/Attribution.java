package dev.weir.monitor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the mean scaled loss against the reference is due to. The four parts add up to
 * the total, and so do the contributions of the segments of one dimension and those of the bins, up
 * to the rounding of one division.
 *
 * @param total change of the mean scaled loss
 * @param mix due to other rows
 * @param rate due to other losses for the same rows
 * @param dataQuality due to rows with bad inputs
 * @param delay due to rows whose label came late
 * @param segments what each segment contributes, largest first; empty without segments
 * @param bins what each bin of the prediction contributes, largest first
 */
public record Attribution(
    double total,
    double mix,
    double rate,
    double dataQuality,
    double delay,
    List<Contribution> segments,
    List<Contribution> bins) {

  /**
   * What a group of rows contributes to the change.
   *
   * @param name segment, or {@code score} or {@code value} of a bin
   * @param low lower edge of a bin; null: open, or no bin
   * @param high upper edge of a bin, itself outside; null: open, or no bin
   * @param change of the mean scaled loss
   */
  public record Contribution(
      String name, @Nullable Double low, @Nullable Double high, double change) {}

  /** Share of the change up to which the model itself may be to blame. */
  private static final double DATA_TO_BLAME = 0.8;

  /**
   * Whether the loss rose and more than 80 % of it is due to other or bad rows: a new model would
   * not mend that ({@code statistics.md} 10).
   */
  public boolean dataToBlame() {
    return total > 0 && mix + dataQuality > DATA_TO_BLAME * total;
  }
}
