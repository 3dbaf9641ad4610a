package dev.weir.spec;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.weir.decide.Condition;
import dev.weir.decide.PolicyFacts;
import dev.weir.decide.PolicyFacts.MonitorFacts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The language of a policy's {@code when}: CEL over the state of the monitors that are on.
 *
 * <p>Expressions are type-checked once; a condition that was compiled never throws and, having no
 * loops over data, always ends.
 */
final class PolicyLanguage {
  private static final CelOptions OPTIONS =
      CelOptions.current().enableTimestampEpoch(true).comprehensionMaxIterations(100).build();

  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

  private static final Map<String, CelType> OF_MONITOR = new LinkedHashMap<>();
  private static final Map<String, CelType> OTHERS = new LinkedHashMap<>();

  static {
    OF_MONITOR.put("alert", SimpleType.BOOL);
    OF_MONITOR.put("rule_alert", SimpleType.BOOL);
    OF_MONITOR.put("warning", SimpleType.BOOL);
    OF_MONITOR.put("judged", SimpleType.BOOL);
    OF_MONITOR.put("alerts", SimpleType.INT);
    OF_MONITOR.put("share", SimpleType.DOUBLE);
    OF_MONITOR.put("since_hours", SimpleType.DOUBLE);
    OTHERS.put("labels.completeness", SimpleType.DOUBLE);
    OTHERS.put("labels.rows", SimpleType.INT);
    OTHERS.put("model.version", SimpleType.STRING);
    OTHERS.put("model.age_days", SimpleType.DOUBLE);
    OTHERS.put("incident.age_hours", SimpleType.DOUBLE);
  }

  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*");
  private static final Pattern OVERLOAD =
      Pattern.compile("found no matching overload for '_?([^_']*)_?' applied to '(.*?)'.*");
  private static final Pattern NAME = Pattern.compile("[a-z_]+(\\.[a-z_]+)*");

  private final TreeSet<String> monitors;
  private final Map<String, CelType> variables = new LinkedHashMap<>();
  private final CelCompiler compiler;

  /** The language when only these monitors are on. */
  PolicyLanguage(Collection<String> monitors) {
    this.monitors = new TreeSet<>(monitors);
    for (String monitor : this.monitors) {
      OF_MONITOR.forEach((name, type) -> variables.put(monitor + "." + name, type));
    }
    variables.putAll(OTHERS);
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setResultType(SimpleType.BOOL);
    variables.forEach(builder::addVar);
    this.compiler = builder.build();
  }

  /**
   * What is wrong with an expression.
   *
   * @param line line inside the expression, from 1
   * @param column column inside that line, from 0
   * @param length characters of the offending name, at least 1
   * @param message what is wrong
   * @param notes what helps
   */
  record Fault(int line, int column, int length, String message, List<String> notes) {}

  /** An expression after checking: a condition, or faults. */
  record Checked(@Nullable Condition condition, List<Fault> faults) {}

  /** Checks and compiles an expression. */
  Checked check(String expression) {
    CelValidationResult result = compiler.compile(expression);
    if (result.hasError()) {
      return new Checked(
          null, result.getErrors().stream().map(issue -> fault(issue, expression)).toList());
    }
    try {
      return new Checked(compiled(expression, result.getAst()), List.of());
    } catch (CelValidationException | CelEvaluationException e) {
      Fault fault = new Fault(1, 0, 1, String.valueOf(e.getMessage()), List.of());
      return new Checked(null, List.of(fault));
    }
  }

  /** The names of all variables and their kinds. */
  Map<String, CelType> variables() {
    return variables;
  }

  private Condition compiled(String expression, CelAbstractSyntaxTree tree)
      throws CelEvaluationException {
    return new Expression(expression, List.copyOf(monitors), RUNTIME.createProgram(tree));
  }

  /** An expression that can be asked. Two of the same text over the same monitors are equal. */
  static final class Expression implements Condition {
    private final String text;
    private final List<String> monitors;
    private final CelRuntime.Program program;

    Expression(String text, List<String> monitors, CelRuntime.Program program) {
      this.text = text;
      this.monitors = monitors;
      this.program = program;
    }

    @Override
    public boolean holds(PolicyFacts facts) {
      return holds(values(facts));
    }

    /** Whether it holds for these values of the variables; not where it cannot be computed. */
    boolean holds(Map<String, ?> values) {
      try {
        return Boolean.TRUE.equals(program.eval(values));
      } catch (CelEvaluationException e) {
        // Such as a division by zero: what cannot be computed does not hold.
        return false;
      }
    }

    private Map<String, Object> values(PolicyFacts facts) {
      Map<String, Object> values = new HashMap<>();
      for (String monitor : monitors) {
        MonitorFacts state = facts.monitors().get(monitor);
        put(values, monitor, state == null ? NOTHING : state);
      }
      values.put("labels.completeness", facts.labelCompleteness());
      values.put("labels.rows", facts.labelRows());
      values.put("model.version", facts.modelVersion());
      values.put("model.age_days", facts.modelAgeDays());
      values.put("incident.age_hours", facts.incidentAgeHours());
      return values;
    }

    private static final MonitorFacts NOTHING =
        new MonitorFacts(false, false, false, false, 0, 0, 0);

    private static void put(Map<String, Object> values, String monitor, MonitorFacts state) {
      values.put(monitor + ".alert", state.alert());
      values.put(monitor + ".rule_alert", state.ruleAlert());
      values.put(monitor + ".warning", state.warning());
      values.put(monitor + ".judged", state.judged());
      values.put(monitor + ".alerts", (long) state.alerts());
      values.put(monitor + ".share", state.share());
      values.put(monitor + ".since_hours", state.sinceHours());
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Expression that
          && text.equals(that.text)
          && monitors.equals(that.monitors);
    }

    @Override
    public int hashCode() {
      return 31 * text.hashCode() + monitors.hashCode();
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private Fault fault(CelIssue issue, String expression) {
    int line = Math.max(1, issue.getSourceLocation().getLine());
    int column = Math.max(0, issue.getSourceLocation().getColumn());
    String problem = issue.getMessage().lines().findFirst().orElse("");
    List<String> lines = expression.lines().toList();
    String rest = line <= lines.size() ? tail(lines.get(line - 1), column) : "";
    Matcher undeclared = UNDECLARED.matcher(problem);
    if (undeclared.matches()) {
      return unknownName(line, column, rest, undeclared.group(1));
    }
    Matcher overload = OVERLOAD.matcher(problem);
    if (overload.matches()) {
      String types = overload.group(2).replace("(", "").replace(")", "");
      return new Fault(
          line,
          column,
          1,
          "'" + overload.group(1) + "' cannot be applied to " + types,
          types.contains("double") && types.contains("int")
              ? List.of("a number beside a double needs a decimal point: 180.0")
              : List.of());
    }
    return new Fault(line, column, 1, problem, List.of());
  }

  private Fault unknownName(int line, int column, String rest, String undeclared) {
    Matcher matcher = NAME.matcher(rest);
    String name = matcher.lookingAt() ? matcher.group() : undeclared;
    // The checker points at the dot of a selection; the name begins before it.
    String first = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    int length = Math.max(1, name.length());
    if (MetricCatalogue.monitors().contains(first) && !monitors.contains(first)) {
      return new Fault(
          line,
          column,
          length,
          "monitor '" + first + "' is off, so a policy cannot name it",
          List.of("on: " + String.join(", ", monitors)));
    }
    List<String> notes = new ArrayList<>();
    Optional<String> closest = Spelling.closest(name, variables.keySet());
    closest.ifPresent(known -> notes.add("did you mean '" + known + "'?"));
    List<String> same = variables.keySet().stream().filter(v -> v.startsWith(first + ".")).toList();
    notes.add(
        "known: " + String.join(", ", same.isEmpty() ? List.copyOf(variables.keySet()) : same));
    return new Fault(line, column, length, "unknown name '" + name + "'", notes);
  }

  private static String tail(String text, int from) {
    return text.substring(Math.min(from, text.length()));
  }
}
