package dev.weir.monitor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One metric of one window, before evidence is folded and before anything is decided.
 *
 * <p>{@code verdict} is NO_BASELINE, NOT_ENOUGH_DATA, UNDEFINED or PROVISIONAL where the window
 * itself settles it, else NOT_JUDGED; {@code dev.weir.decide} turns NOT_JUDGED of a judged series
 * into OK, WARNING or ALERT. {@code value} is null exactly when {@link Verdict#withoutValue}.
 *
 * @param series what it is about
 * @param windowStart inclusive, epoch milliseconds
 * @param windowEnd exclusive, epoch milliseconds
 * @param tick event time at which this is known: the window's end, or the later time at which a
 *     cohort is reported; decisions are taken in the order of ticks
 * @param revision 0, then 1 more for each report of the same window that differs
 * @param value the metric, in {@code unit}
 * @param unit its unit
 * @param ciLow lower end of the 95 % interval
 * @param ciHigh upper end of the 95 % interval
 * @param threshold how far the value may truly go, tolerance included; null where not judged
 * @param nCurrent rows behind the value
 * @param nReference rows of the reference behind the comparison
 * @param verdict see above
 * @param completeness labelled share of the cohort
 * @param errorBound the most that bins and fixed point can have moved the value
 * @param withheld why a judged series gives no evidence here
 * @param blindTo what it cannot see
 * @param season seasonal cell compared with
 * @param baselineId baseline compared with
 * @param histogram on {@code psi} and {@code brier_reliability} only
 * @param counts what the evidence of a judged series needs from this window; null where no evidence
 *     is kept or nothing is to be folded
 * @param attribution on judged losses of final cohorts only: what the change of the loss is due to
 * @param configHash configuration in force
 */
public record Finding(
    Series series,
    long windowStart,
    long windowEnd,
    long tick,
    int revision,
    @Nullable Double value,
    Unit unit,
    @Nullable Double ciLow,
    @Nullable Double ciHigh,
    @Nullable Double threshold,
    long nCurrent,
    @Nullable Long nReference,
    Verdict verdict,
    @Nullable Double completeness,
    @Nullable Double errorBound,
    @Nullable Withheld withheld,
    List<String> blindTo,
    @Nullable String season,
    @Nullable String baselineId,
    @Nullable Histogram histogram,
    byte @Nullable [] counts,
    @Nullable Attribution attribution,
    String configHash) {

  /** The same, which cannot see this either. */
  public Finding blindTo(String what) {
    List<String> all = new ArrayList<>(blindTo);
    all.add(what);
    return with(verdict, withheld, all, counts, attribution);
  }

  /** The same of a window that is not whole: shown, without evidence, and opens no alert. */
  public Finding provisional() {
    Verdict shown = verdict == Verdict.NOT_JUDGED ? Verdict.PROVISIONAL : verdict;
    return with(shown, withheld);
  }

  /** The same without evidence. */
  public Finding withholding(Withheld why) {
    return with(verdict, counts == null || withheld != null ? withheld : why);
  }

  private Finding with(Verdict shown, @Nullable Withheld why) {
    return with(shown, why, blindTo, null, null);
  }

  private Finding with(
      Verdict shown,
      @Nullable Withheld why,
      List<String> notSeen,
      byte @Nullable [] evidence,
      @Nullable Attribution due) {
    return new Finding(
        series,
        windowStart,
        windowEnd,
        tick,
        revision,
        value,
        unit,
        ciLow,
        ciHigh,
        threshold,
        nCurrent,
        nReference,
        shown,
        completeness,
        errorBound,
        why,
        notSeen,
        season,
        baselineId,
        histogram,
        evidence,
        due,
        configHash);
  }
}
