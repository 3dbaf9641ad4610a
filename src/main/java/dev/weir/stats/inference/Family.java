package dev.weir.stats.inference;

/** The families of series that share a model's false-alarm budget, with their usual shares. */
public enum Family {
  /** Harm: judged losses and early loss. */
  PERFORMANCE(0.30),
  /** Drift of features. */
  DRIFT(0.25),
  /** Drift of predictions and of labels. */
  PREDICTION_DRIFT(0.10),
  /** Calibration. */
  CALIBRATION(0.10),
  /** Coverage of prediction intervals. */
  COVERAGE(0.10),
  /** Data quality rates. */
  QUALITY(0.10),
  /** Delay of labels. */
  LABELS(0.05);

  private final double share;

  Family(double share) {
    this.share = share;
  }

  /** Share of the budget if every family is present; all shares sum to 1. */
  public double share() {
    return share;
  }
}
