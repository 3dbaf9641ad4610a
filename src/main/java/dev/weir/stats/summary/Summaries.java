package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.IOException;
import java.util.List;

/**
 * The closed catalogue of summaries: a new one is one file and one line here.
 *
 * <p>Guarantee: a name and its bytes never change once released.
 */
public final class Summaries {
  private static final List<Kind<?, ?>> ALL =
      List.of(
          new Kind<>("numeric", NumericSummary.class, NumericSummary::decode),
          new Kind<>("categorical", CategoricalSummary.class, CategoricalSummary::decode),
          new Kind<>("embedding", EmbeddingSummary.class, EmbeddingSummary::decode),
          new Kind<>("binary_outcome", BinaryOutcomeSummary.class, BinaryOutcomeSummary::decode),
          new Kind<>(
              "multiclass_outcome",
              MulticlassOutcomeSummary.class,
              MulticlassOutcomeSummary::decode),
          new Kind<>(
              "regression_outcome",
              RegressionOutcomeSummary.class,
              RegressionOutcomeSummary::decode),
          Kind.withoutLayout("score_decisions", ScoreDecisions.class, ScoreDecisions::decode),
          Kind.withoutLayout("loss", LossSummary.class, LossSummary::decode),
          Kind.withoutLayout("paired_losses", PairedLosses.class, PairedLosses::decode),
          Kind.withoutLayout("delay", DelaySummary.class, DelaySummary::decode),
          Kind.withoutLayout("ordered_outcomes", OrderedOutcomes.class, OrderedOutcomes::decode));

  private Summaries() {}

  /** Every kind of summary. */
  public static List<Kind<?, ?>> all() {
    return ALL;
  }

  /**
   * One kind of summary.
   *
   * @param name unique, never changed once released
   * @param type the class
   * @param decoder reads what it wrote
   * @param <S> the class
   * @param <L> its layout
   */
  public record Kind<S extends Summary<S>, L>(String name, Class<S> type, Decoder<S, L> decoder) {

    private static <S extends Summary<S>> Kind<S, Layout> withoutLayout(
        String name, Class<S> type, PlainDecoder<S> decoder) {
      return new Kind<>(name, type, (in, layout) -> decoder.decode(in));
    }
  }

  /** Reads a summary of a known layout. */
  @FunctionalInterface
  public interface Decoder<S, L> {
    /** Reads the bytes; throws on foreign or damaged ones. */
    S decode(DataInput in, L layout) throws IOException;
  }

  /** Reads a summary that has no layout. */
  @FunctionalInterface
  private interface PlainDecoder<S> {
    S decode(DataInput in) throws IOException;
  }
}
