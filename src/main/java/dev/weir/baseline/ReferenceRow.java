package dev.weir.baseline;

import dev.weir.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * One row of the reference: what a model was given, what it said, what really happened.
 *
 * @param features its inputs; they are read before the next row is asked for
 * @param prediction what the model said; null: the reference has no predictions
 * @param label what happened; null: not known
 */
public record ReferenceRow(
    Event.Features features, Event.@Nullable Prediction prediction, Event.@Nullable Label label) {}
