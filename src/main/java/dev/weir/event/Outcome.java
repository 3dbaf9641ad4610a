package dev.weir.event;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prediction and, once it is known, what really happened: the smallest thing that every statistic
 * of a cohort can be computed from. Inputs and segments are kept elsewhere.
 *
 * <p>Immutable. A cohort counts an outcome by adding it, and changes its mind by withdrawing
 * exactly what it added: a label that arrives withdraws the unlabelled outcome and adds the
 * labelled one.
 *
 * @param predictionId join key; ties in time are broken by it
 * @param time time of the prediction, which decides its cohort; milliseconds since 1970 UTC
 * @param score probability of the positive class in [0,1]
 * @param value predicted number, finite, in the unit of the label
 * @param predictedClass class as decided by the producer
 * @param classScores probability by class; empty where there are none
 * @param lower lower end of the interval
 * @param upper upper end of the interval
 * @param nominalCoverage promised share of the interval; null: the model's
 * @param label what really happened; null: not known
 * @param spoiled whether an input of the prediction is known to be missing, of a wrong type, out of
 *     range or unseen
 */
public record Outcome(
    String predictionId,
    long time,
    @Nullable Double score,
    @Nullable Double value,
    @Nullable String predictedClass,
    Map<String, Double> classScores,
    @Nullable Double lower,
    @Nullable Double upper,
    @Nullable Double nominalCoverage,
    @Nullable Known label,
    boolean spoiled) {

  /**
   * What really happened.
   *
   * @param labelClass true class
   * @param labelValue true number, finite
   * @param time when it became known, milliseconds since 1970 UTC
   */
  public record Known(@Nullable String labelClass, @Nullable Double labelValue, long time) {
    /** What a label says. */
    public static Known of(Event.Label label) {
      return new Known(label.labelClass(), label.labelValue(), label.time());
    }
  }

  /** A copy of {@code classScores} is kept. */
  public Outcome {
    classScores = Map.copyOf(classScores);
  }

  /** The outcome of a prediction of which nothing is known yet. */
  public static Outcome of(Event.Prediction prediction) {
    return new Outcome(
        prediction.predictionId(),
        prediction.time(),
        prediction.score(),
        prediction.value(),
        prediction.predictedClass(),
        prediction.classScores(),
        prediction.lower(),
        prediction.upper(),
        prediction.nominalCoverage(),
        null,
        false);
  }

  /** The same with this word about its inputs. */
  public Outcome withSpoiled(boolean bad) {
    return bad == spoiled
        ? this
        : new Outcome(
            predictionId,
            time,
            score,
            value,
            predictedClass,
            classScores,
            lower,
            upper,
            nominalCoverage,
            label,
            bad);
  }

  /** The same prediction with this label; null: without one. */
  public Outcome with(@Nullable Known known) {
    return new Outcome(
        predictionId,
        time,
        score,
        value,
        predictedClass,
        classScores,
        lower,
        upper,
        nominalCoverage,
        known,
        spoiled);
  }

  /** Whether it is known what happened. */
  public boolean labelled() {
    return label != null;
  }
}
