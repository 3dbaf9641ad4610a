package dev.weir.monitor;

import dev.weir.baseline.Against;
import dev.weir.baseline.ProfileSettings;
import java.util.Map;
import java.util.Optional;

/**
 * What judging one model needs from its job file.
 *
 * @param profile what shapes summaries
 * @param monitors what is watched
 * @param weights family to share of the false-alarm budget; families left out keep the usual share
 * @param delta chance that a bound drawn from the reference is wrong, over all series
 * @param dispersion what evidence is divided by, at least 1; empty: measured on the reference
 * @param shrink rows of the whole reference that are mixed into a seasonal cell, in effect sizes
 *     only
 * @param against what windows of inputs and predictions are told apart from; no evidence is kept of
 *     what moves
 * @param configHash configuration in force
 */
public record JudgeSettings(
    ProfileSettings profile,
    MonitorSettings monitors,
    Map<String, Double> weights,
    double delta,
    Optional<Double> dispersion,
    long shrink,
    Against against,
    String configHash) {}
