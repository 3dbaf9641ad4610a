package dev.weir.decide;

import dev.weir.event.Control;
import dev.weir.monitor.Finding;
import java.util.List;

/**
 * All that one model learns at one event time. Order inside the lists means nothing.
 *
 * @param time event time, epoch milliseconds; ticks come in ascending order
 * @param ended whether the model's job file was withdrawn by then: findings are only shown
 * @param findings findings whose tick this is
 * @param labels cohorts that became final, or were corrected
 * @param controls control records of this model that take effect after the tick before and not
 *     after this one; a late one comes with the next tick
 * @param notices about Weir's own input and limits
 * @param deliveries what came of each input, in parts
 */
public record Tick(
    long time,
    boolean ended,
    List<Finding> findings,
    List<LabelCount> labels,
    List<Control> controls,
    List<SystemNotice> notices,
    List<Delivery> deliveries) {}
