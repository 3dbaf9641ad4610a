package dev.weir.flink.state;

import dev.weir.wire.OutputRecord;
import org.apache.flink.util.OutputTag;

/** The side outputs of operators. */
public final class Tags {
  /** Summaries of panes of what was read. */
  public static final OutputTag<Part> PARTS = new OutputTag<>("parts", Part.TYPE);

  /** Records that are written as they are: dead letters. */
  public static final OutputTag<OutputRecord> OUTPUTS = new OutputTag<>("outputs", OutputType.TYPE);

  /** Retraining triggers, which are sent until they can be read back. */
  public static final OutputTag<OutputRecord> TRIGGERS =
      new OutputTag<>("triggers", OutputType.TYPE);

  /** Changes of counts. */
  public static final OutputTag<CountChange> COUNTS = new OutputTag<>("counts", CountChange.TYPE);

  /** What goes before the decision without having been judged. */
  public static final OutputTag<Judgement> JUDGEMENTS =
      new OutputTag<>("judgements", Judgement.TYPE);

  private Tags() {}
}
