package dev.weir.wire;

import dev.weir.event.DeadLetter.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Why a record or a row cannot be used.
 *
 * @param reason as in dead letters
 * @param field field or column at fault
 * @param detail one sentence
 */
public record Problem(Reason reason, @Nullable String field, String detail) {}
