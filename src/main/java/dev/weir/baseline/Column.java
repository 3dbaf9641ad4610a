package dev.weir.baseline;

import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.EmbeddingLayout;
import dev.weir.stats.summary.Layout;
import dev.weir.stats.summary.NumericLayout;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * One column that is summarised, and how: its layout is frozen from the reference.
 *
 * @param name name in the events, or of the prediction or label column
 * @param role whose column it is
 * @param calendar a function of the clock: quality is watched, drift is not
 * @param known whether the reference had it; if not, the layout is empty and nothing is compared
 * @param layout a {@link NumericLayout}, {@link CategoricalLayout} or {@link EmbeddingLayout}
 */
public record Column(String name, Role role, boolean calendar, boolean known, Layout layout) {
  /** The probability of the positive class. */
  public static final String SCORE = "score";

  /** The predicted number. */
  public static final String VALUE = "value";

  /** The class as decided by the producer. */
  public static final String PREDICTED_CLASS = "predicted_class";

  /** Upper minus lower end of the interval. */
  public static final String INTERVAL_WIDTH = "interval_width";

  /** The true class. */
  public static final String LABEL_CLASS = "label_class";

  /** The true number. */
  public static final String LABEL_VALUE = "label_value";

  /** Whose column it is. Constants are only ever added at the end: their position is written. */
  public enum Role {
    /** An input of the model. */
    FEATURE,
    /** What the model said. */
    PREDICTION,
    /** What really happened. */
    LABEL
  }

  /** How values are summarised. */
  public FeaturePlan.Kind kind() {
    if (layout instanceof NumericLayout) {
      return FeaturePlan.Kind.NUMERIC;
    }
    return layout instanceof EmbeddingLayout
        ? FeaturePlan.Kind.EMBEDDING
        : FeaturePlan.Kind.CATEGORICAL;
  }

  /** Whether values are numbers on bins. */
  public boolean numeric() {
    return kind() == FeaturePlan.Kind.NUMERIC;
  }

  /** Whether values are categories. */
  public boolean categorical() {
    return kind() == FeaturePlan.Kind.CATEGORICAL;
  }

  /** The same column with another layout. */
  public Column with(Layout other) {
    return new Column(name, role, calendar, known, other);
  }

  /** The same column, calendar or not as the job file says now. */
  Column with(boolean nowCalendar) {
    return new Column(name, role, nowCalendar, known, layout);
  }

  void encode(DataOutput out) throws IOException {
    out.writeUTF(name);
    out.writeByte(role.ordinal());
    out.writeBoolean(calendar);
    out.writeBoolean(known);
    out.writeByte(kind().ordinal());
    layout.encode(out);
  }

  static Column decode(DataInput in) throws IOException {
    String name = in.readUTF();
    Role role = role(in);
    boolean calendar = in.readBoolean();
    boolean known = in.readBoolean();
    int kind = in.readUnsignedByte();
    if (kind >= FeaturePlan.Kind.values().length) {
      throw new IOException("A column of unknown kind " + kind + ": bytes are damaged");
    }
    Layout layout =
        switch (FeaturePlan.Kind.values()[kind]) {
          case NUMERIC -> NumericLayout.decode(in);
          case CATEGORICAL -> CategoricalLayout.decode(in);
          case EMBEDDING -> EmbeddingLayout.decode(in);
        };
    return new Column(name, role, calendar, known, layout);
  }

  static Role role(DataInput in) throws IOException {
    int role = in.readUnsignedByte();
    if (role >= Role.values().length) {
      throw new IOException("A column of unknown role " + role + ": bytes are damaged");
    }
    return Role.values()[role];
  }
}
