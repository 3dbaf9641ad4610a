package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the two jars, and under which licences. */
class ArtifactsIT {
  private static final Path TARGET = Path.of("target");

  /** The class file version of Java 17. */
  private static final int JAVA_17 = 61;

  /** On a cluster these are there already, or must not be there. */
  private static final List<String> NOT_ON_A_CLUSTER =
      List.of(
          "org/apache/flink/api/",
          "org/apache/flink/core/",
          "org/apache/flink/runtime/",
          "org/apache/flink/streaming/runtime/",
          "org/rocksdb/",
          "org/slf4j/",
          "org/apache/logging/",
          "kafka/",
          "scala/",
          "picocli/",
          "de/siegmar/",
          "io/javalin/",
          "org/eclipse/jetty/",
          "tools/jackson/",
          "dev/weir/cli/",
          "dev/weir/dashboard/");

  @Test
  void jobJar_leavesOutWhatAClusterHas() throws IOException {
    assertThat(classes("weir-job.jar"))
        .noneMatch(name -> NOT_ON_A_CLUSTER.stream().anyMatch(name::startsWith));
  }

  @Test
  void jobJar_leavesLoggingToTheCluster() throws IOException {
    assertThat(entries("weir-job.jar")).doesNotContain("log4j2.properties");
  }

  @Test
  void jobJar_bringsTheConnectorAndTheDecoders() throws IOException {
    assertThat(classes("weir-job.jar"))
        .contains(
            "org/apache/flink/connector/kafka/sink/KafkaSink.class",
            "org/apache/flink/connector/base/DeliveryGuarantee.class",
            "org/apache/kafka/clients/consumer/KafkaConsumer.class",
            "org/apache/avro/Schema.class",
            "com/fasterxml/jackson/core/JsonFactory.class",
            "dev/weir/event/Event.class");
  }

  @ParameterizedTest
  @ValueSource(strings = {"weir-job.jar", "weir.jar"})
  void jar_startsItsMainClass(String jar) throws IOException {
    try (JarFile file = new JarFile(TARGET.resolve(jar).toFile())) {
      Attributes attributes = file.getManifest().getMainAttributes();
      String main = attributes.getValue(Attributes.Name.MAIN_CLASS);
      assertThat(file.getEntry(main.replace('.', '/') + ".class")).as(main).isNotNull();
      assertThat(file.isMultiRelease()).as("libraries with classes per Java version").isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"weir-job.jar", "weir.jar"})
  void jar_bringsEverySchema(String jar) throws IOException {
    try (Stream<Path> schemas = Files.list(Path.of("schemas"))) {
      List<String> names = schemas.map(path -> "schemas/" + path.getFileName()).toList();
      assertThat(entries(jar)).containsAll(names);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"weir-job.jar", "weir.jar"})
  void jar_isNotSigned(String jar) throws IOException {
    assertThat(entries(jar))
        .as("a signature that no longer fits stops Java from reading the jar")
        .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"weir-job.jar", "weir.jar"})
  void jar_runsOnJava17(String jar) throws IOException {
    List<String> tooNew = new ArrayList<>();
    try (JarFile file = new JarFile(TARGET.resolve(jar).toFile())) {
      for (ZipEntry entry : file.stream().filter(ArtifactsIT::isPlainClass).toList()) {
        if (classFileVersion(file, entry) > JAVA_17) {
          tooNew.add(entry.getName());
        }
      }
    }
    assertThat(tooNew).isEmpty();
  }

  @Test
  void libraries_haveLicencesThatApacheProjectsMayShip() throws IOException {
    List<String> refused = new ArrayList<>();
    JsonNode bill = new ObjectMapper().readTree(TARGET.resolve("weir-sbom.json").toFile());
    assertThat(bill.get("components").size()).as("libraries in the bill of materials").isPositive();
    for (JsonNode library : bill.get("components")) {
      List<String> licences = licences(library);
      // A library under several licences may be used under any one of them.
      if (licences.isEmpty() || licences.stream().allMatch(ArtifactsIT::binds)) {
        refused.add(library.get("name").asText() + " " + licences);
      }
    }
    assertThat(refused).as("libraries without a licence, or under the GPL or its kin").isEmpty();
  }

  private static boolean binds(String licence) {
    return licence.matches("(?i).*\\b[AL]?GPL\\b.*|.*GNU .*General Public.*");
  }

  private static List<String> licences(JsonNode library) {
    List<String> names = new ArrayList<>();
    for (JsonNode choice : library.path("licenses")) {
      JsonNode licence = choice.path("license");
      names.add(
          choice.path("expression").asText("")
              + licence.path("id").asText("")
              + licence.path("name").asText(""));
    }
    return names;
  }

  private static boolean isPlainClass(ZipEntry entry) {
    return entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/versions/");
  }

  private static int classFileVersion(JarFile file, ZipEntry entry) {
    try (DataInputStream in = new DataInputStream(file.getInputStream(entry))) {
      in.skipNBytes(6);
      return in.readUnsignedShort();
    } catch (IOException e) {
      throw new UncheckedIOException(entry.getName(), e);
    }
  }

  private static List<String> classes(String jar) throws IOException {
    return entries(jar).stream().filter(name -> name.endsWith(".class")).toList();
  }

  private static List<String> entries(String jar) throws IOException {
    try (JarFile file = new JarFile(TARGET.resolve(jar).toFile())) {
      return file.stream().map(ZipEntry::getName).toList();
    }
  }
}
