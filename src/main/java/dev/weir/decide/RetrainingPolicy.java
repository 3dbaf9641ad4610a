package dev.weir.decide;

import java.time.Duration;
import java.util.Map;

/**
 * When to ask for retraining, and how often at most. Keys and defaults are those of the job file.
 *
 * @param name unique in the job file
 * @param expression the condition as written
 * @param condition the condition, compiled
 * @param cooldown least event time between two triggers
 * @param budget most triggers in {@code budgetPeriod}
 * @param budgetPeriod see budget
 * @param minLabels fewest final labels since the change began
 * @param minRareLabels of them, fewest of the rarest class
 * @param gain scaled loss that a new model must be able to prove
 * @param alpha error of that proof
 * @param trainingWindow suggested length of the training data
 * @param expiresAfter how long a trigger may be acted on
 * @param attempts most triggers for one cause
 * @param approval whether a person must approve
 * @param dryRun whether consumers must not train
 * @param parameters copied into the trigger
 */
public record RetrainingPolicy(
    String name,
    String expression,
    Condition condition,
    Duration cooldown,
    int budget,
    Duration budgetPeriod,
    long minLabels,
    long minRareLabels,
    double gain,
    double alpha,
    Duration trainingWindow,
    Duration expiresAfter,
    int attempts,
    boolean approval,
    boolean dryRun,
    Map<String, String> parameters) {}
