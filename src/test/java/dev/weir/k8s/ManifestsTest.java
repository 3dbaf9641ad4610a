package dev.weir.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything in {@code k8s/} is what a Kubernetes would accept: kinds, fields, types. */
class ManifestsTest {
  private static final Path BASE = Path.of("k8s/base");
  private static final Path EXAMPLE = Path.of("k8s/overlays/example");
  private static final Path DEFINITIONS = Path.of("../shared/k8s-crds");
  private static final String ARTIFACT =
      "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

  /** The objects of Kubernetes itself, with the class that knows their fields. */
  private static final Map<String, Class<?>> CORE =
      Map.of(
          "v1 Namespace", Namespace.class,
          "v1 ServiceAccount", ServiceAccount.class,
          "v1 ConfigMap", ConfigMap.class,
          "batch/v1 Job", Job.class,
          "rbac.authorization.k8s.io/v1 Role", Role.class,
          "rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class,
          "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class,
          "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class);

  /** Refuses fields that a class does not name; the classes themselves would keep them. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  static Stream<ObjectNode> custom() throws IOException {
    return all().filter(object -> !CORE.containsKey(type(object)));
  }

  static Stream<ObjectNode> core() throws IOException {
    return all().filter(object -> CORE.containsKey(type(object)));
  }

  private static Stream<ObjectNode> all() throws IOException {
    return Stream.concat(
        Kustomization.render(BASE).stream(), Kustomization.render(EXAMPLE).stream());
  }

  private static String type(ObjectNode object) {
    return object.get("apiVersion").asText() + " " + object.get("kind").asText();
  }

  /**
   * What is installed beside Kubernetes: the operators' definitions, or what their artifact has.
   */
  private static Map<String, CustomResourceSchema> definitions(TestReporter reporter)
      throws IOException {
    Map<String, CustomResourceSchema> schemas = new TreeMap<>();
    if (Files.isDirectory(DEFINITIONS)) {
      try (Stream<Path> files = Files.list(DEFINITIONS)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".yml")).toList()) {
          CustomResourceSchema schema =
              new CustomResourceSchema(Kustomization.documents(file).get(0));
          schemas.put(schema.kind(), schema);
        }
      }
      reporter.publishEntry("definitions", DEFINITIONS.toString());
    } else {
      schemas.put("FlinkDeployment", ofArtifact());
      reporter.publishEntry(
          "definitions",
          "flink-kubernetes-operator-api, with v2_2 added; PodMonitor and PrometheusRule"
              + " unchecked");
    }
    return schemas;
  }

  /** The newest definition on Maven Central; it does not know Flink 2. */
  private static CustomResourceSchema ofArtifact() throws IOException {
    try (InputStream in = ManifestsTest.class.getResourceAsStream(ARTIFACT)) {
      String text =
          new String(Objects.requireNonNull(in, ARTIFACT).readAllBytes(), StandardCharsets.UTF_8);
      return new CustomResourceSchema(Kustomization.documents(text).get(0))
          .allowing("/properties/spec/properties/flinkVersion", "v2_2");
    }
  }

  @ParameterizedTest
  @MethodSource("custom")
  void customResource_fitsItsDefinition(ObjectNode object, TestReporter reporter)
      throws IOException {
    CustomResourceSchema schema = definitions(reporter).get(object.get("kind").asText());
    assumeThat(schema).as("a definition of " + type(object)).isNotNull();
    assertThat(schema.problems(object)).isEmpty();
  }

  @Test
  void flinkDeployment_fitsTheDefinitionOfTheArtifactToo() throws IOException {
    assertThat(ofArtifact().problems(deployment())).isEmpty();
  }

  @Test
  void definition_refusesWhatItDoesNotKnow() throws IOException {
    CustomResourceSchema schema = ofArtifact();
    ObjectNode broken = deployment();
    ((ObjectNode) broken.at("/spec/job")).put("savepoints", true);
    ((ObjectNode) broken.at("/spec/job")).put("parallelism", "four");
    ((ObjectNode) broken.at("/spec/job")).put("upgradeMode", "hope");
    ((ObjectNode) broken.get("spec")).put("flinkVersion", "v9_9");
    assertThat(schema.problems(broken))
        .satisfiesExactlyInAnyOrder(
            one -> assertThat(one).contains("spec.job.savepoints: unknown field"),
            one -> assertThat(one).contains("spec.job.parallelism: expected integer"),
            one -> assertThat(one).contains("spec.job.upgradeMode: \"hope\" is not one of"),
            one -> assertThat(one).contains("spec.flinkVersion: \"v9_9\" is not one of"));
  }

  private static ObjectNode deployment() throws IOException {
    return Kustomization.render(EXAMPLE).stream()
        .filter(object -> object.get("kind").asText().equals("FlinkDeployment"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("core")
  void coreObject_hasOnlyKnownFields(ObjectNode object) {
    assertThatCode(() -> STRICT.treeToValue(object, CORE.get(type(object))))
        .as(type(object))
        .doesNotThrowAnyException();
  }

  @Test
  void podTemplates_haveOnlyKnownFields() throws IOException {
    JsonNode spec = deployment().get("spec");
    for (String place :
        List.of("/podTemplate", "/jobManager/podTemplate", "/taskManager/podTemplate")) {
      assertThat(STRICT.treeToValue(spec.at(place), Pod.class).getSpec()).as(place).isNotNull();
    }
  }

  @Test
  void strictReading_refusesAMistypedField() throws JsonProcessingException {
    JsonNode pod = STRICT.readTree("{\"spec\": {\"hostNetwrk\": true}}");
    assertThatThrownBy(() -> STRICT.treeToValue(pod, Pod.class))
        .isInstanceOf(UnrecognizedPropertyException.class)
        .hasMessageContaining("hostNetwrk");
  }

  @Test
  void rendering_isThatOfKustomize() throws Exception {
    Path output = Files.createTempFile("kustomize", ".yaml");
    try {
      boolean present;
      try {
        Process version =
            new ProcessBuilder("kubectl", "kustomize", "--help").redirectErrorStream(true).start();
        version.getInputStream().readAllBytes();
        present = version.waitFor() == 0;
      } catch (IOException absent) {
        present = false;
      }
      assumeThat(present).as("kubectl with kustomize, to compare the rendering with").isTrue();
      for (Path folder : List.of(BASE, EXAMPLE)) {
        Process render =
            new ProcessBuilder("kubectl", "kustomize", folder.toString())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(render.waitFor(60, TimeUnit.SECONDS)).as("kubectl kustomize ends").isTrue();
        assertThat(render.exitValue()).as("kubectl kustomize " + folder).isZero();
        assertThat(sorted(Kustomization.render(folder)))
            .as(folder.toString())
            .isEqualTo(sorted(Kustomization.documents(output)));
      }
    } finally {
      Files.delete(output);
    }
  }

  private static List<ObjectNode> sorted(List<ObjectNode> objects) {
    List<ObjectNode> sorted = new ArrayList<>(objects);
    sorted.sort(
        Comparator.comparing(object -> type(object) + object.at("/metadata/name").asText()));
    return sorted;
  }
}
