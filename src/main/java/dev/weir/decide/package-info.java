/**
 * Findings become incidents, alerts and retraining triggers, under one false-alarm budget.
 *
 * <p>May import: {@code monitor}, {@code event}, {@code stats.inference}.
 */
@NullMarked
package dev.weir.decide;

import org.jspecify.annotations.NullMarked;
