package dev.weir.baseline;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that shapes summaries: which columns there are and how they are counted. Two settings
 * that are equal give summaries that merge.
 *
 * @param modelId the model
 * @param tasks what it predicts
 * @param positiveClass label that the score is the probability of (binary)
 * @param features its inputs, sorted by name
 * @param hasScore whether predictions carry a score
 * @param hasValue whether predictions carry a value
 * @param hasPredictedClass whether a class decided by the producer is profiled
 * @param hasInterval whether predictions carry an interval
 * @param nominalCoverage promised share of the interval; null without one
 * @param losses judged losses, at most one per task, the first is also watched early
 * @param bins coarse bins of a numeric column
 * @param fineBins fine bins, a multiple of bins
 * @param topCategories categories kept by name
 * @param groups feature to group to categories
 * @param ranges declared lowest and highest value by feature
 * @param segments dimensions, each a list of 1 to 3 feature or tag names
 * @param maxSegments most values of one dimension that are told apart
 * @param entity whether rows are gated by entity
 * @param window where windows begin and end
 * @param labels how labels are waited for
 */
public record ProfileSettings(
    String modelId,
    Set<Task> tasks,
    String positiveClass,
    List<FeaturePlan> features,
    boolean hasScore,
    boolean hasValue,
    boolean hasPredictedClass,
    boolean hasInterval,
    @Nullable Double nominalCoverage,
    List<Loss> losses,
    int bins,
    int fineBins,
    int topCategories,
    Map<String, Map<String, List<String>>> groups,
    Map<String, Range> ranges,
    List<List<String>> segments,
    int maxSegments,
    boolean entity,
    WindowSettings window,
    LabelSettings labels) {

  /** A closed interval of allowed values. */
  public record Range(double lowest, double highest) {}
}
