package dev.weir.flink.operator;

import dev.weir.decide.TriggerSighting;
import dev.weir.flink.state.Judgement;
import dev.weir.wire.OutputRecord;
import dev.weir.wire.TriggerIdentity;
import org.apache.flink.api.common.functions.MapFunction;

/** Step 7: what lies on the trigger topic, for the decision of the model that it names. */
public final class SightTriggersFunction implements MapFunction<OutputRecord, Judgement> {
  private static final long serialVersionUID = 1;

  @Override
  public Judgement map(OutputRecord record) {
    TriggerIdentity identity = TriggerIdentity.of(record.value());
    if (identity == null) {
      return Judgement.sighting("", TriggerSighting.UNREADABLE);
    }
    TriggerSighting sighting =
        TriggerSighting.of(
            plain(identity.triggerId()),
            record.value(),
            identity.decidedAt(),
            identity.expiresAt());
    return Judgement.sighting(identity.modelId(), sighting);
  }

  /** An id as it may stand in an alert; those of ours stay as they are. */
  private static String plain(String triggerId) {
    return triggerId.isEmpty() ? "?" : triggerId.replaceAll("[^A-Za-z0-9._-]", "?");
  }
}
