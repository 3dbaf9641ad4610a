package dev.weir.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reports what is wrong with retraining policies: names, expressions, and those that never fire.
 */
final class PolicyCheck {
  private final Resolution resolution;
  private final JobDocument document;

  private PolicyCheck(Resolution resolution) {
    this.resolution = resolution;
    this.document = resolution.document();
  }

  /** Looks at every policy. */
  static void check(Resolution resolution) {
    List<Map<String, Object>> policies = Blocks.list(resolution.root().get("retraining"));
    if (policies.isEmpty()) {
      return; // saves loading the expression compiler
    }
    Map<String, Object> monitors = resolution.block("monitors");
    List<String> on = new ArrayList<>();
    monitors.forEach(
        (id, value) -> {
          if (value instanceof Map<?, ?>) {
            on.add(id);
          }
        });
    PolicyLanguage language = new PolicyLanguage(on);
    PolicyCheck check = new PolicyCheck(resolution);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < policies.size(); i++) {
      String path = "retraining[" + i + "]";
      check.checkName(path + ".name", names);
      check.checkCondition(path + ".when", language);
      check.warnDryRun(path, policies.get(i));
    }
  }

  private void checkName(String path, Set<String> names) {
    Optional<String> name = document.text(path);
    if (name.isPresent() && !names.add(name.get())) {
      resolution.error(path, "E204", "a second policy is called '" + name.get() + "'");
    }
  }

  private void warnDryRun(String path, Map<String, Object> policy) {
    if (Boolean.TRUE.equals(policy.get("dry_run")) && document.has(path + ".name")) {
      String key = document.has(path + ".dry_run") ? ".dry_run" : ".name";
      resolution.warning(
          path + key,
          "W407",
          "triggers of '" + policy.get("name") + "' are marked dry_run: nobody trains",
          "once you trust the policy: dry_run: false");
    }
  }

  private void checkCondition(String path, PolicyLanguage language) {
    Optional<String> expression = document.text(path);
    if (expression.isEmpty()) {
      return;
    }
    PolicyLanguage.Checked checked = language.check(expression.get());
    for (PolicyLanguage.Fault fault : checked.faults()) {
      resolution
          .problems()
          .error(position(path, fault), "E305", path + ": " + fault.message(), fault.notes());
    }
    if (checked.condition() instanceof PolicyLanguage.Expression condition
        && PolicyReach.neverHolds(
            expression.get(), condition, language, resolution.block("monitors"))) {
      resolution.error(
          path,
          "E309",
          path + " can never hold",
          "a monitor that is only shown or has evidence: false never has .alert, one without rules"
              + " never .rule_alert; a share is at most 1");
    }
  }

  /** Where a fault stands in the file; exact if the expression is on one line or in a | block. */
  private Position position(String path, PolicyLanguage.Fault fault) {
    Position start = document.at(path);
    if (!(document.node(path).orElse(null) instanceof YamlNode.Scalar scalar)) {
      return start;
    }
    String first = resolution.problems().line(start.line());
    String head = first.substring(Math.min(first.length(), start.column() - 1));
    boolean literal = head.startsWith("|") || head.startsWith(">");
    if (literal) {
      int number = start.line() + fault.line();
      String line = resolution.problems().line(start.line() + 1);
      int indent = line.length() - line.stripLeading().length();
      return head.startsWith("|")
          ? new Position(number, indent + fault.column() + 1, fault.length())
          : start;
    }
    boolean oneLine = fault.line() == 1 && head.length() > fault.column();
    return oneLine
        ? start.shifted(fault.column() + (scalar.quoted() ? 1 : 0), fault.length())
        : start;
  }
}
