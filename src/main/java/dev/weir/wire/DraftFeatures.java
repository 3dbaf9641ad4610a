package dev.weir.wire;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The features record that a draft holds and has checked; the next one that it will hold as well.
 */
final class DraftFeatures implements Event.Features {
  private final EventDraft draft;

  DraftFeatures(EventDraft draft) {
    this.draft = draft;
  }

  @Override
  public String predictionId() {
    return draft.text(EventField.PREDICTION_ID);
  }

  @Override
  public String modelId() {
    return draft.text(EventField.MODEL_ID);
  }

  @Override
  public long time() {
    return draft.whole(EventField.TIME);
  }

  @Override
  public FeatureValues features() {
    return draft.values();
  }

  @Override
  public @Nullable String modelVersion() {
    return draft.textOrNull(EventField.MODEL_VERSION);
  }

  @Override
  public Map<String, Long> availableTimes() {
    return draft.availableTimes();
  }

  @Override
  public @Nullable String entityId() {
    return draft.textOrNull(EventField.ENTITY_ID);
  }

  @Override
  public Map<String, String> tags() {
    return draft.tags();
  }

  @Override
  public @Nullable String traceParent() {
    return draft.textOrNull(EventField.TRACE_PARENT);
  }
}
