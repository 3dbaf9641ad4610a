package dev.weir.monitor;

import dev.weir.stats.sequential.AdaptiveConformal;
import dev.weir.stats.sequential.Adwin;
import dev.weir.stats.sequential.BayesianOnlineChangePoint;
import dev.weir.stats.sequential.DriftDetectionMethod;
import dev.weir.stats.sequential.DynamicallyTunedConformal;
import dev.weir.stats.sequential.PageHinkley;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What order-dependent detectors and the comparison with a champion carry from cohort to cohort of
 * one model version.
 *
 * <p>Guarantee: equal cohorts in equal order give equal bytes. Cohorts come in the order of their
 * windows, each once, when it is final. A new configuration or baseline starts anew.
 */
public final class OrderedState {
  private static final int FORMAT = 3;
  private static final double DEFAULT_NOMINAL = 0.9;
  private static final long WARM_UP = 30;

  private final AdaptiveConformal conformal;
  private final DynamicallyTunedConformal tuned;
  private final Adwin adwin;
  private final PageHinkley pageHinkley;
  private final DriftDetectionMethod ddm;
  private final BayesianOnlineChangePoint bocpd;
  private final ComparisonState comparison;
  private final RegimeClock regime;

  private OrderedState(
      AdaptiveConformal conformal,
      DynamicallyTunedConformal tuned,
      Adwin adwin,
      PageHinkley pageHinkley,
      DriftDetectionMethod ddm,
      BayesianOnlineChangePoint bocpd,
      ComparisonState comparison,
      RegimeClock regime) {
    this.conformal = conformal;
    this.tuned = tuned;
    this.adwin = adwin;
    this.pageHinkley = pageHinkley;
    this.ddm = ddm;
    this.bocpd = bocpd;
    this.comparison = comparison;
    this.regime = regime;
  }

  /** Detectors that have seen nothing, with the parameters of the job file. */
  public static OrderedState of(MonitorSettings settings) {
    double target =
        1 - settings.coverage().map(MonitorSettings.Coverage::nominal).orElse(DEFAULT_NOMINAL);
    AdaptiveConformal conformal =
        new AdaptiveConformal(
            target,
            settings
                .coverage()
                .map(MonitorSettings.Coverage::aciGamma)
                .orElse(AdaptiveConformal.STEP));
    DynamicallyTunedConformal tuned = new DynamicallyTunedConformal(target);
    MonitorSettings.ConceptDrift drift = settings.conceptDrift().orElse(null);
    if (drift == null) {
      return new OrderedState(
          conformal,
          tuned,
          new Adwin(),
          new PageHinkley(),
          new DriftDetectionMethod(),
          new BayesianOnlineChangePoint(),
          new ComparisonState(),
          new RegimeClock());
    }
    BayesianOnlineChangePoint.Prior usual = BayesianOnlineChangePoint.Prior.STANDARD;
    return new OrderedState(
        conformal,
        tuned,
        new Adwin(drift.adwinDelta()),
        new PageHinkley(drift.pageHinkleyDelta(), drift.pageHinkleyThreshold(), WARM_UP),
        new DriftDetectionMethod(drift.ddmWarning(), drift.ddmDrift()),
        new BayesianOnlineChangePoint(
            new BayesianOnlineChangePoint.Prior(
                drift.bocpdHazard(), usual.mu(), usual.kappa(), usual.alpha(), usual.beta())),
        new ComparisonState(),
        new RegimeClock());
  }

  AdaptiveConformal conformal() {
    return conformal;
  }

  DynamicallyTunedConformal tuned() {
    return tuned;
  }

  Adwin adwin() {
    return adwin;
  }

  PageHinkley pageHinkley() {
    return pageHinkley;
  }

  DriftDetectionMethod ddm() {
    return ddm;
  }

  BayesianOnlineChangePoint bocpd() {
    return bocpd;
  }

  ComparisonState comparison() {
    return comparison;
  }

  RegimeClock regime() {
    return regime;
  }

  /** Writes the state: first byte the format. */
  public void encode(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    conformal.encode(out);
    tuned.encode(out);
    adwin.encode(out);
    pageHinkley.encode(out);
    ddm.encode(out);
    bocpd.encode(out);
    comparison.encode(out);
    regime.encode(out);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IOException if the format is unknown or the bytes are damaged
   */
  public static OrderedState decode(DataInput in) throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException("Format " + format + " of detectors is not known, only " + FORMAT);
    }
    return new OrderedState(
        AdaptiveConformal.decode(in),
        DynamicallyTunedConformal.decode(in),
        Adwin.decode(in),
        PageHinkley.decode(in),
        DriftDetectionMethod.decode(in),
        BayesianOnlineChangePoint.decode(in),
        ComparisonState.decode(in),
        RegimeClock.decode(in));
  }
}
