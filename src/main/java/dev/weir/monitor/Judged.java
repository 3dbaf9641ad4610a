package dev.weir.monitor;

import dev.weir.event.WeirId;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.Family;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A series that carries evidence: its share of the false-alarm budget and what it is tested
 * against.
 *
 * <p>The plan is made from the reference when it is first asked for, then shared. Safe for use by
 * several threads.
 */
public final class Judged {
  private final String monitor;
  private final String metric;
  private final @Nullable String feature;
  private final @Nullable String segment;
  private final Family family;
  private final double weight;
  private final double delta;
  private final Dispersion dispersion;
  private final String basis;
  private final JudgedMetric source;
  private volatile @Nullable EvidencePlan plan;

  Judged(
      String monitor,
      JudgedMetric source,
      @Nullable String segment,
      Family family,
      double weight,
      double delta,
      Dispersion dispersion,
      String basis) {
    this.monitor = monitor;
    this.metric = source.metric();
    this.feature = source.feature();
    this.segment = segment;
    this.family = family;
    this.weight = weight;
    this.delta = delta * weight;
    this.dispersion = dispersion;
    this.source = source;
    this.basis =
        WeirId.of(
            16,
            basis,
            monitor,
            metric,
            feature,
            segment,
            Double.toString(this.delta),
            Double.toString(source.tolerance()),
            dispersion.toString());
  }

  /** Id of the monitor. */
  public String monitor() {
    return monitor;
  }

  /** Id of the metric. */
  public String metric() {
    return metric;
  }

  /** Feature or column; null: not about one column. */
  public @Nullable String feature() {
    return feature;
  }

  /** Segment; null: all traffic. */
  public @Nullable String segment() {
    return segment;
  }

  /** Family that its weight comes from. */
  public Family family() {
    return family;
  }

  /** Share of the false-alarm budget, all versions together, in (0,1]. */
  public double weight() {
    return weight;
  }

  /** Chance that the bounds drawn from the reference are wrong. */
  public double delta() {
    return delta;
  }

  /** The change that nobody wants to hear about. */
  public double tolerance() {
    return source.tolerance();
  }

  /** What evidence and reference counts are divided by. */
  public Dispersion dispersion() {
    return dispersion;
  }

  /** Equal exactly as long as window, label rules, events and bounds are equal. */
  public String basis() {
    return basis;
  }

  /** Events, bounds and tilts. */
  public EvidencePlan plan() {
    EvidencePlan made = plan;
    if (made == null) {
      synchronized (this) {
        made = plan;
        if (made == null) {
          made = source.plan().make(delta, dispersion);
          plan = made;
        }
      }
    }
    return made;
  }

  /** What it is made of, for words about where it changed; empty: it has no cells. */
  public Optional<Cells> cells() {
    return source.cells().get();
  }

  /**
   * How far the value may truly go, tolerance included, in the unit of the metric; null: no such.
   *
   * @param season seasonal cell of the window, from 0
   */
  public @Nullable Double threshold(int season) {
    return source.threshold().of(this::plan, season);
  }
}
