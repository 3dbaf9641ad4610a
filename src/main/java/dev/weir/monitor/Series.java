package dev.weir.monitor;

import dev.weir.event.WeirId;
import org.jspecify.annotations.Nullable;

/**
 * What one metric is about: the key of a time series.
 *
 * @param modelVersion version, or {@code *} where versions cannot be told apart
 * @param monitor id of the monitor
 * @param metric id of the metric
 * @param feature feature or one of {@code score value predicted_class label_class label_value
 *     interval_width}; null: not about one column
 * @param segment canonical name; null: all traffic
 */
public record Series(
    String modelId,
    String modelVersion,
    String monitor,
    String metric,
    @Nullable String feature,
    @Nullable String segment) {

  /** 16 hex digits that name this series for ever. */
  public String id() {
    return WeirId.of(16, modelId, modelVersion, monitor, metric, feature, segment);
  }
}
