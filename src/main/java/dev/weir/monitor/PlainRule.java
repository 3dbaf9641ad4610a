package dev.weir.monitor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user's threshold: {@code METRIC (> >= < <=) NUMBER [for N windows]}. Outside every guarantee.
 *
 * @param metric metric id
 * @param comparison the operator
 * @param limit in the unit of the metric
 * @param windows consecutive windows in which it must hold, at least 1
 * @param features only these; empty: all
 * @param segments whether it applies inside segments too
 * @param severity of its alerts; null: the monitor's
 */
public record PlainRule(
    String metric,
    Comparison comparison,
    double limit,
    int windows,
    List<String> features,
    boolean segments,
    @Nullable Severity severity) {

  /** The operators. */
  public enum Comparison {
    /** Above. */
    GREATER(">"),
    /** Above or equal. */
    GREATER_OR_EQUAL(">="),
    /** Below. */
    LESS("<"),
    /** Below or equal. */
    LESS_OR_EQUAL("<=");

    private final String symbol;

    Comparison(String symbol) {
      this.symbol = symbol;
    }

    /** As written in a job file. */
    public String symbol() {
      return symbol;
    }

    /** Whether {@code value} breaches {@code limit}. */
    public boolean holds(double value, double limit) {
      return switch (this) {
        case GREATER -> value > limit;
        case GREATER_OR_EQUAL -> value >= limit;
        case LESS -> value < limit;
        case LESS_OR_EQUAL -> value <= limit;
      };
    }
  }
}
