package dev.weir.stats.summary;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * A kind of summary with records to feed it: record number i is the same in every run.
 *
 * @param withdraws whether a record that was added can be taken back
 */
record Shape<S extends Summary<S>>(
    String name, Supplier<S> empty, Feeder<S> feeder, Decoding<S> decoding, boolean withdraws) {

  /** Adds one record drawn from a generator, or takes it back. */
  interface Feeder<S> {
    void feed(S summary, SplittableRandom random, int sign);
  }

  /** Reads a summary of this shape. */
  interface Decoding<S> {
    S decode(DataInputStream in) throws IOException;
  }

  void feed(S summary, long record, int sign) {
    feeder.feed(summary, new SplittableRandom(record), sign);
  }

  S of(long... records) {
    S summary = empty.get();
    Arrays.stream(records).forEach(record -> feed(summary, record, 1));
    return summary;
  }

  static byte[] bytes(Summary<?> summary) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      summary.encode(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  S decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    S summary = decoding.decode(in);
    if (in.read() >= 0) {
      throw new IOException("Bytes are left over");
    }
    return summary;
  }

  @Override
  public String toString() {
    return name;
  }

  static List<Shape<?>> all() {
    return List.of(
        numeric("numeric", numericLayout(), false),
        numeric("numeric_withdrawable", numericLayout().withoutExtremes(), true),
        categorical("categorical", categoricalLayout(), false),
        categorical("categorical_withdrawable", categoricalLayout().withoutUnseenList(), true),
        embedding(),
        binary(),
        multiclass(),
        regression(),
        loss(),
        pairedLosses(),
        delay(),
        ordered(),
        decisions());
  }

  static NumericLayout numericLayout() {
    double[] reference =
        new SplittableRandom(1).doubles(500).map(u -> 40 * u * u - 3).sorted().toArray();
    return NumericLayout.of(reference, 8, 32);
  }

  static CategoricalLayout categoricalLayout() {
    return CategoricalLayout.of(Map.of("a", 50L, "b", 30L, "c", 10L, "d", 10L, "e", 1L), 3, 10, 4)
        .withGroups(Map.of("rare", List.of("d", "e")));
  }

  private static Shape<NumericSummary> numeric(
      String name, NumericLayout layout, boolean withdraws) {
    return new Shape<>(
        name,
        () -> new NumericSummary(layout),
        (summary, random, sign) -> {
          double draw = random.nextDouble();
          double value =
              switch (random.nextInt(12)) {
                case 0 -> Double.NaN;
                case 1 -> draw < 0.5 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
                case 2 -> (draw - 0.5) * 1e300;
                case 3 -> -0.0;
                default -> 50 * draw - 5;
              };
          if (draw < 0.05) {
            summary.addMissing(sign);
          } else if (withdraws) {
            summary.add(value, sign);
          } else if (draw > 0.97) {
            summary.addTypeError();
          } else {
            summary.add(value);
          }
        },
        in -> NumericSummary.decode(in, layout),
        withdraws);
  }

  private static Shape<CategoricalSummary> categorical(
      String name, CategoricalLayout layout, boolean withdraws) {
    return new Shape<>(
        name,
        () -> new CategoricalSummary(layout),
        (summary, random, sign) -> {
          String value = "abcdefghijklmnop".charAt(random.nextInt(16)) + "";
          String text = random.nextInt(20) == 0 ? value.repeat(300) : value;
          if (random.nextInt(20) == 0) {
            summary.addMissing(sign);
          } else if (withdraws) {
            summary.add(text, sign);
          } else {
            summary.add(text);
          }
        },
        in -> CategoricalSummary.decode(in, layout),
        withdraws);
  }

  private static Shape<EmbeddingSummary> embedding() {
    EmbeddingLayout layout =
        new EmbeddingLayout(new double[] {0, 1, 2}, new double[] {1, 2, 0}, 1.5, 16, 42);
    return new Shape<>(
        "embedding",
        () -> new EmbeddingSummary(layout),
        (summary, random, sign) ->
            summary.add(random.doubles(random.nextInt(10) == 0 ? 2 : 3).toArray()),
        in -> EmbeddingSummary.decode(in, layout),
        false);
  }

  private static Shape<BinaryOutcomeSummary> binary() {
    ScoreLayout layout =
        ScoreLayout.of(new SplittableRandom(2).doubles(300).map(u -> u * u).sorted().toArray());
    return new Shape<>(
        "binary_outcome",
        () -> new BinaryOutcomeSummary(layout),
        (summary, random, sign) -> {
          double score = random.nextInt(10) == 0 ? random.nextInt(2) : random.nextDouble();
          summary.add(score, random.nextDouble() < score, score >= 0.5, sign);
        },
        in -> BinaryOutcomeSummary.decode(in, layout),
        true);
  }

  private static Shape<MulticlassOutcomeSummary> multiclass() {
    MulticlassLayout layout = new MulticlassLayout(List.of("x", "y", "z"));
    return new Shape<>(
        "multiclass_outcome",
        () -> new MulticlassOutcomeSummary(layout),
        (summary, random, sign) -> {
          double first = random.nextDouble();
          double second = (1 - first) * random.nextDouble();
          double[] probabilities = {first, second, 1 - first - second};
          int decided = random.nextInt(4) - 1;
          int label = random.nextInt(4) - 1;
          if (random.nextInt(5) == 0) {
            summary.add(decided, label, sign);
          } else {
            summary.add(probabilities, decided, label, sign);
          }
        },
        in -> MulticlassOutcomeSummary.decode(in, layout),
        true);
  }

  private static Shape<RegressionOutcomeSummary> regression() {
    RegressionLayout layout = new RegressionLayout(10, 4, 0.9);
    return new Shape<>(
        "regression_outcome",
        () -> new RegressionOutcomeSummary(layout),
        (summary, random, sign) -> {
          double value = 20 * random.nextDouble();
          double label = random.nextInt(30) == 0 ? 1e40 : 20 * random.nextDouble();
          summary.add(value, label, sign);
          if (random.nextInt(4) != 0) {
            summary.addInterval(value - 5, value + 6, label, sign);
          }
        },
        in -> RegressionOutcomeSummary.decode(in, layout),
        true);
  }

  private static Shape<ScoreDecisions> decisions() {
    return new Shape<>(
        "score_decisions",
        ScoreDecisions::new,
        (summary, random, sign) -> summary.add(random.nextDouble(), random.nextBoolean(), sign),
        ScoreDecisions::decode,
        true);
  }

  private static Shape<LossSummary> loss() {
    return new Shape<>(
        "loss",
        LossSummary::new,
        (summary, random, sign) -> summary.add(1.1 * random.nextDouble(), sign),
        LossSummary::decode,
        true);
  }

  private static Shape<PairedLosses> pairedLosses() {
    return new Shape<>(
        "paired_losses",
        PairedLosses::new,
        (summary, random, sign) ->
            summary.add(1.1 * random.nextDouble(), 0.2 * random.nextInt(6), sign),
        PairedLosses::decode,
        true);
  }

  private static Shape<DelaySummary> delay() {
    return new Shape<>(
        "delay",
        () -> new DelaySummary(2),
        (summary, random, sign) -> {
          if (random.nextInt(5) == 0) {
            summary.addUnlabelled(sign);
          } else {
            summary.add(random.nextInt(2), random.nextLong(-5, 3_000_000_000L), sign);
          }
        },
        DelaySummary::decode,
        true);
  }

  private static Shape<OrderedOutcomes> ordered() {
    return new Shape<>(
        "ordered_outcomes",
        () -> new OrderedOutcomes(500),
        (summary, random, sign) ->
            summary.add(
                new OrderedOutcomes.Outcome(
                    1_700_000_000_000L + random.nextInt(50),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextInt(10) == 0,
                    random.nextLong(FixedPoint.ONE),
                    random.nextLong(FixedPoint.ONE)),
                sign),
        OrderedOutcomes::decode,
        true);
  }
}
