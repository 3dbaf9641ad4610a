package dev.weir.spec;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whether a condition can hold at all, where trying is enough: every truth value both ways,
 * every number below, at and above each number in the expression.
 *
 * <p>Says never only after all combinations were tried; where there are too many, it says nothing.
 */
final class PolicyReach {
  private static final int MOST_TRIES = 4096;
  private static final double FAR = 1e9;
  private static final double NEAR = 1e-6;
  private static final Pattern NUMBER = Pattern.compile("(?<![a-z_.0-9])[0-9]+(\\.[0-9]+)?");
  private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"|'([^']*)'");

  /** Keys that are plain rules of their own. */
  private static final Set<String> RULE_KEYS = Set.of("volume", "freshness", "expect_within");

  private final Map<String, List<Object>> candidates = new LinkedHashMap<>();
  private final PolicyLanguage.Expression condition;

  private PolicyReach(PolicyLanguage.Expression condition) {
    this.condition = condition;
  }

  /** Whether no state of the monitors lets the condition hold. */
  static boolean neverHolds(
      String text,
      PolicyLanguage.Expression condition,
      PolicyLanguage language,
      Map<String, Object> monitors) {
    PolicyReach reach = new PolicyReach(condition);
    Map<String, Object> values = new HashMap<>();
    long combinations = 1;
    for (Map.Entry<String, CelType> variable : language.variables().entrySet()) {
      List<Object> all = candidates(variable.getKey(), variable.getValue(), text, monitors);
      values.put(variable.getKey(), all.get(0));
      if (names(text, variable.getKey())) {
        reach.candidates.put(variable.getKey(), all);
        combinations = Math.min(combinations * all.size(), MOST_TRIES + 1L);
      }
    }
    return combinations <= MOST_TRIES
        && !reach.holdsSomewhere(new ArrayList<>(reach.candidates.keySet()), 0, values);
  }

  private boolean holdsSomewhere(List<String> names, int next, Map<String, Object> values) {
    if (next == names.size()) {
      return condition.holds(values);
    }
    for (Object value : candidates.getOrDefault(names.get(next), List.of())) {
      values.put(names.get(next), value);
      if (holdsSomewhere(names, next + 1, values)) {
        return true;
      }
    }
    return false;
  }

  private static boolean names(String text, String variable) {
    return Pattern.compile("(?<![a-z_.])" + Pattern.quote(variable) + "(?![a-z_])")
        .matcher(text)
        .find();
  }

  private static List<Object> candidates(
      String variable, CelType type, String text, Map<String, Object> monitors) {
    if (type.equals(SimpleType.BOOL)) {
      return canBeTrue(variable, monitors) ? List.of(false, true) : List.of(false);
    }
    if (type.equals(SimpleType.STRING)) {
      List<Object> texts = new ArrayList<>(List.of("v"));
      Matcher matcher = TEXT.matcher(text);
      while (matcher.find()) {
        texts.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
      }
      return texts;
    }
    boolean share = variable.endsWith(".share") || variable.equals("labels.completeness");
    TreeSet<Double> numbers = new TreeSet<>(List.of(0.0, 1.0, share ? 0.5 : FAR));
    boolean whole = type.equals(SimpleType.INT);
    Matcher matcher = NUMBER.matcher(text);
    while (matcher.find()) {
      double number = Double.parseDouble(matcher.group());
      double step = whole ? 1 : NEAR;
      numbers.addAll(List.of(number - step, number, number + step));
    }
    numbers.removeIf(number -> number < 0 || (share && number > 1));
    List<Object> all = new ArrayList<>();
    numbers.forEach(number -> all.add(whole ? (Object) (long) Math.rint(number) : number));
    return all.stream().distinct().toList();
  }

  /**
   * A monitor that is not judged by evidence never alerts by it, one without rules never by rules.
   */
  private static boolean canBeTrue(String variable, Map<String, Object> monitors) {
    int dot = variable.indexOf('.');
    Map<String, Object> block = Blocks.copy(monitors.get(variable.substring(0, dot)));
    boolean evidence = Boolean.TRUE.equals(block.get("evidence"));
    return switch (variable.substring(dot + 1)) {
      case "alert", "warning" -> evidence;
      case "rule_alert" -> hasRules(block);
      default -> evidence || hasRules(block);
    };
  }

  private static boolean hasRules(Map<String, Object> block) {
    return !Blocks.list(block.get("rules")).isEmpty()
        || block.keySet().stream().anyMatch(RULE_KEYS::contains)
        || Blocks.list(block.get("overrides")).stream()
            .anyMatch(override -> !Blocks.list(override.get("rules")).isEmpty());
  }
}
