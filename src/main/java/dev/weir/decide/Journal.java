package dev.weir.decide;

import dev.weir.decide.Output.AuditAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What comes out of one tick besides metrics, in the order in which it came about. */
final class Journal {
  static final String WEIR = "weir";

  private final ModelLedger ledger;
  private final String configHash;
  private final List<Output> outputs = new ArrayList<>();

  Journal(ModelLedger ledger, String configHash) {
    this.ledger = ledger;
    this.configHash = configHash;
  }

  void say(Output output) {
    outputs.add(output);
  }

  void note(long time, String actor, AuditAction action, String objectId, Map<String, ?> detail) {
    outputs.add(
        ledger.chain().append(ledger.modelId(), time, actor, action, objectId, detail, configHash));
  }

  List<Output> outputs() {
    return outputs;
  }
}
