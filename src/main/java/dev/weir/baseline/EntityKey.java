package dev.weir.baseline;

import dev.weir.event.Event;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says whom a record is about. Records that do not say it are all about one entity, so that they
 * count once: nothing is known of their independence.
 *
 * @param tag the tag that names the entity; null: its own field does
 */
public record EntityKey(@Nullable String tag) {
  /** The entity of a features record; empty if it does not say. */
  public String of(Event.Features event) {
    return of(event.entityId(), event.tags());
  }

  /** The entity of a prediction; empty if it does not say. */
  public String of(Event.Prediction event) {
    return of(event.entityId(), event.tags());
  }

  private String of(@Nullable String field, Map<String, String> tags) {
    String entity = tag == null ? field : tags.get(tag);
    return entity == null ? "" : entity;
  }
}
