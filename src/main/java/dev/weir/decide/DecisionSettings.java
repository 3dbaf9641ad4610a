package dev.weir.decide;

import dev.weir.monitor.MonitorSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one model's findings become alerts and triggers.
 *
 * @param modelId the model
 * @param configHash configuration in force
 * @param budgetDays days per false alarm, over the whole model
 * @param weights family to share of the budget; empty: the defaults
 * @param versions versions that the job file lists; empty: those of the first window
 * @param maxVersions most versions that are told apart
 * @param delta chance that a bound drawn from the reference is wrong
 * @param windowDays length of a window in days; a calendar day counts 1
 * @param monitors settings of the monitors
 * @param resolveAfter windows without breach after which an alert resolves
 * @param alertLabels labels copied into every alert
 * @param runbook link with {@code {monitor}}; null: the shipped runbook
 * @param labelsAbsent what a missing label means, as written in the job file
 * @param targetUnit unit of the label, for sentences; null: none
 * @param policies retraining policies
 */
public record DecisionSettings(
    String modelId,
    String configHash,
    double budgetDays,
    Map<String, Double> weights,
    List<String> versions,
    int maxVersions,
    double delta,
    double windowDays,
    MonitorSettings monitors,
    int resolveAfter,
    Map<String, String> alertLabels,
    @Nullable String runbook,
    String labelsAbsent,
    @Nullable String targetUnit,
    List<RetrainingPolicy> policies) {}
