package dev.weir.wire;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How records are decoded.
 *
 * @param times event times that are believed
 * @param keepPayload whether dead letters carry the first bytes of the value
 * @param flatJson how flat JSON objects are read; null: JSON has the field names of the schemas
 * @param foreign what a model server writes; null: records are in our formats
 */
public record DecoderSettings(
    TimeBounds times,
    boolean keepPayload,
    @Nullable FlatJson flatJson,
    @Nullable ForeignFormat foreign)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Settings for records in our formats. */
  public DecoderSettings(TimeBounds times, boolean keepPayload, @Nullable FlatJson flatJson) {
    this(times, keepPayload, flatJson, null);
  }

  /** 5 minutes ahead, 90 days behind, payloads kept, JSON as in the schemas. */
  public static final DecoderSettings DEFAULT =
      new DecoderSettings(
          TimeBounds.aroundAppendTime(Duration.ofMinutes(5), Duration.ofDays(90)), true, null);

  /** One flat object per record, of one model. */
  public record FlatJson(String modelId, ColumnRoles roles) implements Serializable {
    private static final long serialVersionUID = 1;
  }
}
