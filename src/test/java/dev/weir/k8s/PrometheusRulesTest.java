package dev.weir.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weir.flink.metric.JobMetric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rules and dashboard: they name metrics that the job registers, are valid PromQL, and fire when
 * they should. The metrics of Flink itself are held to a real job by {@code MetricsIT}.
 */
class PrometheusRulesTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Path RULES = Path.of("k8s/base/prometheus-rules.yaml");
  private static final Path DASHBOARD = Path.of("k8s/base/dashboards/weir.json");
  private static final Path CASES = Path.of("src/test/resources/prometheus/weir-rules.test.yaml");
  private static final Pattern OURS = Pattern.compile("\\w*operator_weir_\\w+");

  @TempDir private Path folder;
  private JsonNode groups = YAML.createArrayNode();
  private List<String> panels = List.of();

  @BeforeEach
  void read() throws IOException {
    groups = Kustomization.documents(RULES).get(0).at("/spec/groups");
    List<String> expressions = new ArrayList<>();
    for (JsonNode panel : YAML.readTree(DASHBOARD.toFile()).get("panels")) {
      panel.get("targets").forEach(target -> expressions.add(target.get("expr").asText()));
    }
    panels = expressions;
  }

  private Stream<JsonNode> rules() {
    List<JsonNode> rules = new ArrayList<>();
    groups.forEach(group -> group.get("rules").forEach(rules::add));
    return rules.stream();
  }

  @Test
  void expressions_nameOnlyMetricsThatTheJobRegisters() {
    Set<String> named = new TreeSet<>();
    Stream.concat(rules().map(rule -> rule.get("expr").asText()), panels.stream())
        .forEach(
            expression -> {
              for (Matcher metric = OURS.matcher(expression); metric.find(); ) {
                named.add(metric.group());
              }
            });
    assertThat(named)
        .isNotEmpty()
        .isSubsetOf(Arrays.stream(JobMetric.values()).map(JobMetric::prometheusName).toList());
  }

  @Test
  void everyRule_saysWhatToDo() throws IOException {
    Set<String> sections = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("src/docs/operations.md"))) {
      if (line.startsWith("#")) {
        String title = line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT);
        sections.add(title.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'));
      }
    }
    rules()
        .forEach(
            rule -> {
              String name = rule.get("alert").asText();
              String runbook = rule.at("/annotations/runbook").asText();
              assertThat(runbook).as(name).startsWith("src/docs/operations.md#");
              assertThat(sections).as(name).contains(runbook.substring(runbook.indexOf('#') + 1));
              assertThat(rule.at("/annotations/summary").asText()).as(name).isNotBlank();
              assertThat(rule.at("/labels/severity").asText()).as(name).isIn("warning", "critical");
            });
  }

  @Test
  void rules_areValidPromql() throws Exception {
    write(groups);
    promtool(0, "check", "rules", "weir-rules.yaml");
  }

  @Test
  void panels_areValidPromql() throws Exception {
    ObjectNode group = YAML.createObjectNode().put("name", "panels");
    ArrayNode rules = group.putArray("rules");
    for (int i = 0; i < panels.size(); i++) {
      rules.addObject().put("record", "panel:" + i).put("expr", panels.get(i));
    }
    write(YAML.createArrayNode().add(group));
    promtool(0, "check", "rules", "weir-rules.yaml");
  }

  @Test
  void rules_fireWhenTheyShouldAndNotOtherwise() throws Exception {
    write(groups);
    Files.copy(CASES, folder.resolve("cases.yaml"));
    String cases = Files.readString(CASES);
    rules()
        .forEach(
            rule ->
                assertThat(cases.split("alertname: " + rule.get("alert").asText() + "\\b"))
                    .as("a case in which it is silent and one in which it fires")
                    .hasSize(3));
    promtool(0, "test", "rules", "cases.yaml");
  }

  @Test
  void rulesThatNeverFire_failTheCases() throws Exception {
    JsonNode deaf = groups.deepCopy();
    ((ObjectNode) deaf.at("/0/rules/3")).put("expr", "vector(0) > 1");
    write(deaf);
    Files.copy(CASES, folder.resolve("cases.yaml"));
    promtool(1, "test", "rules", "cases.yaml");
  }

  @Test
  void dashboard_isOneThatGrafanaCanRead() throws IOException {
    JsonNode dashboard = YAML.readTree(DASHBOARD.toFile());
    assertThat(dashboard.get("uid").asText()).isEqualTo("weir-job");
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertThat(ids.add(panel.get("id").asInt())).as("id of %s", panel.get("title")).isTrue();
      assertThat(panel.get("title").asText()).isNotBlank();
      assertThat(panel.get("description").asText()).as(panel.get("title").asText()).isNotBlank();
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
      assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
    }
    assertThat(dashboard.at("/templating/list/0/name").asText()).isEqualTo("datasource");
  }

  private void write(JsonNode ruleGroups) throws IOException {
    ObjectNode file = YAML.createObjectNode();
    file.set("groups", ruleGroups);
    YAML.writeValue(folder.resolve("weir-rules.yaml").toFile(), file);
  }

  /** Runs promtool, which only a run of CI must have. */
  private void promtool(int status, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException absent) {
      assertThat(System.getenv("CI")).as("promtool is missing: %s", absent).isNotEqualTo("true");
      assumeThat(false).as("promtool, of the Debian package prometheus").isTrue();
      return;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("promtool ends").isTrue();
    assertThat(process.exitValue())
        .as(command.stream().collect(Collectors.joining(" ")) + "\n" + output)
        .isEqualTo(status);
  }
}
