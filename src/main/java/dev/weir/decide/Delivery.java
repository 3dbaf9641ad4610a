package dev.weir.decide;

import dev.weir.event.Event;

/**
 * What came of one input of a model by the end of a window.
 *
 * @param input the input
 * @param rows records that a window counted; labels: of a cohort that is final
 * @param setAside records that could not be used
 */
public record Delivery(Event.Input input, long rows, long setAside) {}
