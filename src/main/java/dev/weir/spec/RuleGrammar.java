package dev.weir.spec;

import dev.weir.monitor.PlainRule.Comparison;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The grammar of plain rules: {@code METRIC (> >= < <=) NUMBER [for N windows]}. */
record RuleGrammar(String metric, Comparison comparison, double limit, int windows) {
  private static final Pattern FORM =
      Pattern.compile(
          "([a-z0-9_]+) (>=|<=|>|<) (-?[0-9]+(?:\\.[0-9]+)?)(?: for ([0-9]+) windows?)?");

  /** A rule as written; the schema has checked its form. */
  static RuleGrammar parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no rule: " + text);
    }
    String windows = matcher.group(4);
    return new RuleGrammar(
        matcher.group(1),
        comparison(matcher.group(2)),
        Double.parseDouble(matcher.group(3)),
        windows == null ? 1 : Integer.parseInt(windows));
  }

  private static Comparison comparison(String symbol) {
    for (Comparison comparison : Comparison.values()) {
      if (comparison.symbol().equals(symbol)) {
        return comparison;
      }
    }
    throw new IllegalArgumentException("no operator: " + symbol);
  }
}
