package dev.weir.wire;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The heads that features had, model by model, so that models whose records alternate do not make
 * each other forget.
 *
 * <p>Bound: about {@value #MOST_BYTES} bytes; beyond it everything is forgotten, and read again.
 */
final class FeatureHeadsByModel {
  private static final long MOST_BYTES = 32L << 20;

  private final Map<String, FeatureHeads> byModel = new HashMap<>();
  private @Nullable String recentModel;
  private FeatureHeads recent = new FeatureHeads();

  /** Bytes of all but the recent one. */
  private long otherBytes;

  /** The heads of this model; of what no model can be called they are not kept. */
  FeatureHeads of(String model) {
    if (otherBytes + recent.bytes() > MOST_BYTES) {
      byModel.clear();
      recentModel = null;
    }
    if (model.equals(recentModel)) {
      return recent;
    }
    if (!EventDraft.isModelId(model)) {
      return new FeatureHeads();
    }
    otherBytes = recentModel == null ? 0 : otherBytes + recent.bytes();
    FeatureHeads known = byModel.get(model);
    if (known == null) {
      known = new FeatureHeads();
      byModel.put(model, known);
    } else {
      otherBytes -= known.bytes();
    }
    recentModel = model;
    recent = known;
    return known;
  }
}
