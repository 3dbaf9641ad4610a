package dev.weir.decide;

import dev.weir.monitor.Attribution;
import dev.weir.monitor.Attribution.Contribution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a change of a loss is due to, in words: annotations {@code attribution}, {@code
 * attribution_segments} and {@code attribution_bins}, in the unit of the scaled loss.
 */
final class AttributionWords {
  private AttributionWords() {}

  /** {@code 80 % of the rise is rate}: the largest part, for the summary; empty without a rise. */
  static String clause(Attribution attribution) {
    if (!(attribution.total() > 0)) {
      return "";
    }
    Map.Entry<String, Double> largest = null;
    for (Map.Entry<String, Double> part : parts(attribution).entrySet()) {
      if (largest == null || part.getValue() > largest.getValue()) {
        largest = part;
      }
    }
    return largest == null
        ? ""
        : percent(largest.getValue() / attribution.total()) + " of the rise is " + largest.getKey();
  }

  static Map<String, String> annotations(Attribution attribution) {
    TreeMap<String, String> annotations = new TreeMap<>();
    StringBuilder parts = new StringBuilder("scaled loss " + signed(attribution.total()) + ":");
    String separator = " ";
    for (Map.Entry<String, Double> part : parts(attribution).entrySet()) {
      parts.append(separator).append(part.getKey()).append(' ').append(signed(part.getValue()));
      separator = ", ";
    }
    annotations.put("attribution", parts.toString());
    if (!attribution.segments().isEmpty()) {
      annotations.put("attribution_segments", listed(attribution.segments()));
    }
    if (!attribution.bins().isEmpty()) {
      annotations.put("attribution_bins", listed(attribution.bins()));
    }
    return annotations;
  }

  private static Map<String, Double> parts(Attribution attribution) {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("mix", attribution.mix());
    parts.put("rate", attribution.rate());
    parts.put("data quality", attribution.dataQuality());
    parts.put("delay", attribution.delay());
    return parts;
  }

  private static String listed(List<Contribution> contributions) {
    return String.join(
        "; ",
        contributions.stream()
            .map(contribution -> name(contribution) + " " + signed(contribution.change()))
            .toList());
  }

  private static String name(Contribution contribution) {
    return ChangeLocation.between(contribution.name(), contribution.low(), contribution.high());
  }

  private static String signed(double change) {
    return (change > 0 ? "+" : "") + Wording.number(change);
  }

  private static String percent(double share) {
    return Wording.number(100 * share) + " %";
  }
}
