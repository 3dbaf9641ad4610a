package dev.weir.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.flink.Environments;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.state.rocksdb.RocksDBNativeMetricOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.junit.jupiter.api.Test;

/**
 * What no schema says: pods are restricted, images are named by digest, memory asked for is memory
 * given, nothing is allowed to everybody, and Flink is set as the promises need.
 */
class ManifestPolicyTest {
  private static final Path EXAMPLE = Path.of("k8s/overlays/example");

  /** What an overlay must give. */
  private static final String OPEN = "SET-IN-OVERLAY";

  /** Options of Flink's own classes; those of the operator and of reporters are not among them. */
  private static final List<Class<?>> OPTIONS =
      List.of(
          BlobServerOptions.class,
          CheckpointingOptions.class,
          ClusterOptions.class,
          CoreOptions.class,
          ExecutionOptions.class,
          HeartbeatManagerOptions.class,
          HighAvailabilityOptions.class,
          JobManagerOptions.class,
          NettyShuffleEnvironmentOptions.class,
          PipelineOptions.class,
          RestOptions.class,
          RestartStrategyOptions.class,
          RocksDBNativeMetricOptions.class,
          RocksDBOptions.class,
          StateBackendOptions.class,
          TaskManagerOptions.class,
          WebOptions.class);

  /** Keys of which no class is on our path: taken from the documentation. */
  private static final Set<String> DOCUMENTED =
      Set.of(
          "kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age",
          "kubernetes.operator.cluster.health-check.enabled",
          "kubernetes.operator.cluster.health-check.checkpoint-progress.enabled",
          "kubernetes.operator.pod-template.merge-arrays-by-name",
          "kubernetes.operator.savepoint.history.max.count",
          "kubernetes.jobmanager.memory.limit-factor",
          "kubernetes.jobmanager.cpu.limit-factor",
          "kubernetes.taskmanager.memory.limit-factor",
          "kubernetes.taskmanager.cpu.limit-factor",
          "metrics.reporter.prom.factory.class",
          "metrics.reporter.prom.port");

  /** A pod as it would run: labels and spec. */
  private record PodOf(String name, Map<String, String> labels, ObjectNode spec) {
    Stream<JsonNode> containers() {
      List<JsonNode> containers = new ArrayList<>();
      spec.path("initContainers").forEach(containers::add);
      spec.path("containers").forEach(containers::add);
      return containers.stream();
    }
  }

  private static List<ObjectNode> objects(String kind) throws IOException {
    return Kustomization.render(EXAMPLE).stream()
        .filter(object -> object.get("kind").asText().equals(kind))
        .toList();
  }

  private static ObjectNode deployment() throws IOException {
    return objects("FlinkDeployment").get(0);
  }

  private static List<PodOf> pods() throws IOException {
    List<PodOf> pods = new ArrayList<>();
    for (ObjectNode job : objects("Job")) {
      JsonNode template = job.at("/spec/template");
      Map<String, String> labels = labels(template.at("/metadata/labels"));
      pods.add(
          new PodOf(job.at("/metadata/name").asText(), labels, (ObjectNode) template.get("spec")));
    }
    ObjectNode flink = deployment();
    for (String component : List.of("jobManager", "taskManager")) {
      ObjectNode spec = (ObjectNode) flink.at("/spec/podTemplate/spec").deepCopy();
      ObjectNode more = (ObjectNode) flink.at("/spec/" + component + "/podTemplate/spec");
      ObjectNode container = (ObjectNode) spec.at("/containers/0");
      JsonNode added = more.at("/containers/0");
      assertThat(added.get("name")).isEqualTo(container.get("name"));
      for (String probe : List.of("startupProbe", "livenessProbe")) {
        container.set(probe, added.get(probe));
      }
      added.path("volumeMounts").forEach(container.withArray("volumeMounts")::add);
      more.path("volumes").forEach(spec.withArray("volumes")::add);
      container.set("image", flink.at("/spec/image"));
      Map<String, String> labels =
          Map.of("app", "weir", "component", component.toLowerCase(java.util.Locale.ROOT));
      pods.add(new PodOf(component, labels, spec));
    }
    return pods;
  }

  private static Map<String, String> labels(JsonNode node) {
    Map<String, String> labels = new TreeMap<>();
    node.properties().forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
    return labels;
  }

  @Test
  void pods_areRestricted() throws IOException {
    for (PodOf pod : pods()) {
      JsonNode context = pod.spec().get("securityContext");
      assertThat(context.get("runAsNonRoot").asBoolean()).as(pod.name()).isTrue();
      assertThat(context.get("runAsUser").asInt()).as(pod.name()).isEqualTo(9999);
      assertThat(context.at("/seccompProfile/type").asText())
          .as(pod.name())
          .isEqualTo("RuntimeDefault");
      for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
        assertThat(pod.spec().has(host)).as(pod.name() + " " + host).isFalse();
      }
      pod.containers()
          .map(container -> container.get("securityContext"))
          .forEach(
              container -> {
                assertThat(container.get("allowPrivilegeEscalation").asBoolean(true)).isFalse();
                assertThat(container.get("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(container.has("privileged")).isFalse();
                assertThat(container.has("runAsUser")).isFalse();
                assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                assertThat(container.at("/capabilities/add").isMissingNode()).isTrue();
              });
    }
  }

  @Test
  void volumes_areBoundedAndNoneIsOfTheHost() throws IOException {
    for (PodOf pod : pods()) {
      for (JsonNode volume : pod.spec().get("volumes")) {
        Set<String> kinds = new TreeSet<>();
        volume.fieldNames().forEachRemaining(kinds::add);
        kinds.remove("name");
        assertThat(kinds).as(pod.name() + " " + volume).hasSize(1);
        assertThat(kinds).isSubsetOf("emptyDir", "secret", "configMap");
        if (kinds.contains("emptyDir")) {
          assertThat(volume.at("/emptyDir/sizeLimit").isTextual()).as(volume.toString()).isTrue();
        }
      }
      Set<String> mounted = new TreeSet<>();
      pod.containers()
          .forEach(
              one ->
                  one.get("volumeMounts").forEach(at -> mounted.add(at.get("mountPath").asText())));
      assertThat(mounted).as(pod.name()).contains("/tmp");
    }
  }

  @Test
  void images_areNamedByDigest() throws IOException {
    for (PodOf pod : pods()) {
      pod.containers()
          .forEach(
              container ->
                  assertThat(container.get("image").asText())
                      .as("%s, %s", pod.name(), container.get("name"))
                      .matches("[a-z0-9./:-]+@sha256:[0-9a-f]{64}"));
    }
  }

  /** No digest of Flink's image is known here, so there is no default that could be a tag. */
  @Test
  void dockerfile_takesABaseByDigestAndEndsWithoutRoot() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("k8s/Dockerfile"));
    assertThat(lines).contains("ARG FLINK").noneMatch(line -> line.startsWith("ARG FLINK="));
    assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
        .containsExactly("FROM ${FLINK} AS flink", "FROM flink AS job", "FROM flink AS tools");
    assertThat(String.join("\n", lines)).contains("*@sha256:" + "?".repeat(64) + ") ;;");
    assertThat(lines.stream().filter(line -> line.startsWith("USER ")))
        .containsExactly("USER 9999:9999", "USER 9999:9999");
  }

  @Test
  void memory_isGivenAsAskedFor() throws IOException {
    for (ObjectNode job : objects("Job")) {
      for (String kind : List.of("initContainers", "containers")) {
        for (JsonNode container : job.at("/spec/template/spec/" + kind)) {
          JsonNode resources = container.get("resources");
          assertThat(resources.at("/requests/memory")).isEqualTo(resources.at("/limits/memory"));
          assertThat(resources.at("/limits/cpu").isTextual()).isTrue();
          assertThat(resources.at("/limits/ephemeral-storage").isTextual()).isTrue();
        }
      }
    }
    for (String component : List.of("jobManager", "taskManager")) {
      JsonNode resource = deployment().at("/spec/" + component + "/resource");
      assertThat(resource.get("memory").asText()).as(component).matches("\\d+m");
      assertThat(resource.get("ephemeralStorage").asText()).as(component).matches("\\d+Gi");
      String prefix = "kubernetes." + component.toLowerCase(java.util.Locale.ROOT);
      assertThat(settings()).containsEntry(prefix + ".memory.limit-factor", "1.0");
      assertThat(settings()).containsEntry(prefix + ".cpu.limit-factor", "1.0");
    }
  }

  @Test
  void flinkPods_areProbed() throws IOException {
    for (PodOf pod : pods()) {
      if (pod.labels().containsKey("component")) {
        JsonNode container = pod.spec().at("/containers/0");
        assertThat(container.has("startupProbe")).as(pod.name()).isTrue();
        assertThat(container.has("livenessProbe")).as(pod.name()).isTrue();
      }
    }
  }

  @Test
  void roles_allowNothingToEverybody() throws IOException {
    List<ObjectNode> roles = objects("Role");
    assertThat(roles).isNotEmpty();
    assertThat(objects("ClusterRole")).isEmpty();
    for (ObjectNode role : roles) {
      for (JsonNode rule : role.get("rules")) {
        for (String part : List.of("apiGroups", "resources", "verbs")) {
          for (JsonNode value : rule.get(part)) {
            assertThat(value.asText()).as("%s of %s", part, rule).doesNotContain("*");
            assertThat(value.asText()).isNotIn("secrets", "pods/exec", "bind", "escalate");
          }
        }
      }
    }
  }

  @Test
  void tokens_areMountedOnlyWhereKubernetesIsSpokenTo() throws IOException {
    for (ObjectNode account : objects("ServiceAccount")) {
      assertThat(account.get("automountServiceAccountToken").asBoolean(true)).isFalse();
    }
    for (PodOf pod : pods()) {
      assertThat(pod.spec().get("automountServiceAccountToken").asBoolean())
          .as(pod.name())
          .isEqualTo(pod.labels().containsKey("component"));
    }
  }

  @Test
  void network_isClosedButForWhatIsNamed() throws IOException {
    List<ObjectNode> policies = objects("NetworkPolicy");
    ObjectNode deny =
        policies.stream()
            .filter(policy -> policy.at("/metadata/name").asText().equals("default-deny"))
            .findFirst()
            .orElseThrow();
    assertThat(deny.at("/spec/podSelector").isEmpty()).isTrue();
    assertThat(deny.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
    assertThat(deny.at("/spec").has("ingress") || deny.at("/spec").has("egress")).isFalse();
    for (PodOf pod : pods()) {
      assertThat(policies.stream().filter(policy -> policy != deny && selects(policy, pod)))
          .as("policies of " + pod.name())
          .isNotEmpty();
    }
    for (ObjectNode policy : policies) {
      for (JsonNode rule : policy.at("/spec/ingress")) {
        assertThat(rule.path("from").size()).as("whom " + policy + " lets in").isPositive();
        assertThat(rule.path("ports").size()).isPositive();
      }
      for (JsonNode rule : policy.at("/spec/egress")) {
        assertThat(rule.path("ports").size()).as("ports of " + policy).isPositive();
      }
    }
  }

  private static boolean selects(ObjectNode policy, PodOf pod) {
    JsonNode selector = policy.at("/spec/podSelector");
    for (Map.Entry<String, String> wanted : labels(selector.path("matchLabels")).entrySet()) {
      if (!wanted.getValue().equals(pod.labels().get(wanted.getKey()))) {
        return false;
      }
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      String value = pod.labels().get(expression.get("key").asText());
      boolean in = false;
      for (JsonNode one : expression.get("values")) {
        in |= one.asText().equals(value);
      }
      if (!in) {
        return false;
      }
    }
    return true;
  }

  @Test
  void fixedPorts_areThoseOfTheNetworkPolicies() throws IOException {
    Set<String> ports = new TreeSet<>();
    for (ObjectNode policy : objects("NetworkPolicy")) {
      if (policy.at("/metadata/name").asText().equals("flink-among-itself")) {
        policy.at("/spec/ingress/0/ports").forEach(port -> ports.add(port.get("port").asText()));
      }
    }
    Map<String, String> settings = settings();
    assertThat(ports)
        .containsExactlyInAnyOrder(
            settings.get("taskmanager.data.port"),
            settings.get("taskmanager.rpc.port"),
            settings.get("jobmanager.rpc.port"),
            settings.get("blob.server.port"),
            settings.get("rest.port"));
  }

  @Test
  void everyFlinkComponent_hasADisruptionBudget() throws IOException {
    Set<String> components = new TreeSet<>();
    for (ObjectNode budget : objects("PodDisruptionBudget")) {
      components.add(budget.at("/spec/selector/matchLabels/component").asText());
    }
    assertThat(components).containsExactly("jobmanager", "taskmanager");
    assertThat(deployment().at("/spec/jobManager/replicas").asInt())
        .as("one may go only where another waits")
        .isEqualTo(2);
  }

  @Test
  void overlay_leavesNothingOpen() throws IOException {
    for (ObjectNode object : Kustomization.render(EXAMPLE)) {
      assertThat(object.toString()).doesNotContain(OPEN);
    }
  }

  @Test
  void secrets_areFilesAndNotHere() throws IOException {
    assertThat(objects("Secret")).isEmpty();
    for (ObjectNode object : Kustomization.render(EXAMPLE)) {
      assertThat(object.toString()).doesNotContain("secretKeyRef", "BEGIN PRIVATE");
    }
    assertThat(settings().keySet())
        .noneMatch(key -> key.matches(".*(password|secret|access-key|token).*"));
  }

  @Test
  void everyJvm_getsTheOptionsOfTheLauncher() throws IOException {
    List<String> options = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("src/main/launch/jvm.options"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        options.add(line.strip());
      }
    }
    assertThat(List.of(settings().get("env.java.opts.all").split(" "))).containsAll(options);
  }

  @Test
  void settings_areThoseThatThePromisesRestOn() throws IOException {
    Map<String, String> given = settings();
    Configuration promised = Environments.streaming(Path.of("/anywhere"), Duration.ofSeconds(20));
    promised.removeConfig(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
    Configuration manifest = Configuration.fromMap(given);
    Set<String> checked = new TreeSet<>();
    for (ConfigOption<?> option : options()) {
      if (promised.contains(option)) {
        checked.add(option.key());
        assertThat((Object) manifest.get(option)).as(option.key()).isEqualTo(promised.get(option));
      }
    }
    assertThat(checked).isEqualTo(new TreeSet<>(promised.keySet()));
    assertThat(deployment().at("/spec/job/upgradeMode").asText()).isEqualTo("savepoint");
    assertThat(deployment().at("/spec/job/allowNonRestoredState").asBoolean(true)).isFalse();
    assertThat(deployment().at("/spec/flinkVersion").asText()).isEqualTo("v2_2");
    assertThat(given)
        .containsEntry("high-availability.type", "kubernetes")
        .containsEntry("web.submit.enable", "false")
        .containsEntry("web.cancel.enable", "false")
        .containsEntry("web.rescale.enable", "false");
  }

  @Test
  void settings_areKnownToFlink() throws IOException {
    Set<String> known = new TreeSet<>(DOCUMENTED);
    options().forEach(option -> known.add(option.key()));
    assertThat(settings().keySet()).isSubsetOf(known);
    Configuration manifest = Configuration.fromMap(settings());
    for (ConfigOption<?> option : options()) {
      // Throws where the text is no value of the option.
      assertThat((Object) manifest.getOptional(option)).as(option.key()).isNotNull();
    }
  }

  private static List<ConfigOption<?>> options() {
    List<ConfigOption<?>> options = new ArrayList<>();
    for (Class<?> holder : OPTIONS) {
      for (Field field : holder.getFields()) {
        if (field.getType() == ConfigOption.class) {
          try {
            options.add((ConfigOption<?>) field.get(null));
          } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
          }
        }
      }
    }
    return options;
  }

  private static Map<String, String> settings() throws IOException {
    return labels(deployment().at("/spec/flinkConfiguration"));
  }
}
