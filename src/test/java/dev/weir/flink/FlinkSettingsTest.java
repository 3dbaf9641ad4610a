package dev.weir.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.FallbackKey;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Every Flink configuration in this repository uses keys that the pinned Flink knows, and has the
 * values that the promises rest on; {@code src/main/launch/flink.yaml} says which.
 */
class FlinkSettingsTest {
  private static final Path REQUIRED = Path.of("src/main/launch/flink.yaml");

  /** Keys of programs beside Flink, which none of its options lists. */
  private static final List<String> FOREIGN =
      List.of("kubernetes.", "metrics.reporter.", "env.java.opts", "s3.", "fs.", "containerized.");

  /** Keys that name files and secrets of one's own, or that a deployment may leave to others. */
  private static final String OWN = "security.ssl.";

  @Test
  void keys_areKnownToThePinnedFlink() throws Exception {
    TreeSet<String> known = knownKeys();
    assertThat(known).hasSizeGreaterThan(400).contains("execution.checkpointing.interval");
    for (Map.Entry<String, Map<String, String>> configuration : configurations().entrySet()) {
      assertThat(configuration.getValue().keySet())
          .as("keys of %s that Flink does not know", configuration.getKey())
          .allMatch(key -> known.contains(key) || FOREIGN.stream().anyMatch(key::startsWith));
    }
  }

  @Test
  void everyConfiguration_hasTheRequiredValues() throws Exception {
    Map<String, String> required = yaml(Files.readString(REQUIRED)).get(0);
    assertThat(required).hasSizeGreaterThan(40);
    for (Map.Entry<String, Map<String, String>> configuration : configurations().entrySet()) {
      List<String> wrong = new ArrayList<>();
      required.forEach(
          (key, value) -> {
            String found = configuration.getValue().get(key);
            if (found == null ? !key.startsWith(OWN) : !fits(found, value)) {
              wrong.add(key + ": " + found + " instead of " + value);
            }
          });
      assertThat(wrong).as(configuration.getKey()).isEmpty();
    }
  }

  /** A value in angle brackets is anybody's own; an open door is nobody's. */
  private static boolean fits(String found, String required) {
    return required.startsWith("<")
        ? !found.equals("*") && !found.isBlank()
        : found.equals(required);
  }

  @Test
  void requiredValues_areThoseOfTheCommandLine() throws IOException {
    Map<String, String> required = yaml(Files.readString(REQUIRED)).get(0);
    Configuration local = Environments.streaming(Path.of("/checkpoints"), Duration.ofSeconds(20));
    Configuration given = Configuration.fromMap(required);
    List<String> differing = new ArrayList<>();
    for (Map.Entry<String, String> setting : local.toMap().entrySet()) {
      String key = setting.getKey();
      String value = required.get(key);
      if (value == null || !value.startsWith("<")) {
        String normal = value == null ? "missing" : normal(value);
        if (!normal(setting.getValue()).equals(normal)) {
          differing.add(key + ": " + setting.getValue() + " here, " + normal + " there");
        }
      }
    }
    assertThat(given.toMap()).isNotEmpty();
    assertThat(differing).as("settings of weir run that %s lacks", REQUIRED).isEmpty();
  }

  /** {@code 20 s}, {@code 20s} and {@code PT20S} are one duration. */
  private static String normal(String value) {
    String plain = value.replace("'", "");
    return plain.matches("\\d+ ?(ms|s|min|h)")
        ? org.apache.flink.util.TimeUtils.parseDuration(plain).toString()
        : plain.toLowerCase(java.util.Locale.ROOT);
  }

  /** The Flink configurations of this repository, by place. */
  private static Map<String, Map<String, String>> configurations() throws IOException {
    Map<String, Map<String, String>> configurations = new TreeMap<>();
    configurations.put(REQUIRED.toString(), yaml(Files.readString(REQUIRED)).get(0));
    Path deployments = Path.of("k8s");
    if (!Files.isDirectory(deployments)) {
      return configurations;
    }
    try (Stream<Path> files = Files.walk(deployments)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
        for (Object document : documents(Files.readString(file))) {
          if (document instanceof Map<?, ?> map
              && map.get("spec") instanceof Map<?, ?> spec
              && spec.get("flinkConfiguration") instanceof Map<?, ?> found) {
            configurations.put(file.toString(), texts(found));
          }
        }
      }
    }
    return configurations;
  }

  private static List<Map<String, String>> yaml(String text) {
    return documents(text).stream().map(document -> texts((Map<?, ?>) document)).toList();
  }

  private static List<Object> documents(String text) {
    List<Object> documents = new ArrayList<>();
    new Load(LoadSettings.builder().build()).loadAllFromString(text).forEach(documents::add);
    return documents;
  }

  private static Map<String, String> texts(Map<?, ?> found) {
    Map<String, String> texts = new LinkedHashMap<>();
    found.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
    return texts;
  }

  /** The keys of all options on the class path, with their older names. */
  private static TreeSet<String> knownKeys() throws Exception {
    TreeSet<String> keys = new TreeSet<>();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : classPath.split(File.pathSeparator)) {
      if (entry.matches(".*/flink-[^/]*\\.jar")) {
        for (String name : optionClasses(entry)) {
          for (Field field :
              Class.forName(name, false, FlinkSettingsTest.class.getClassLoader()).getFields()) {
            if (Modifier.isStatic(field.getModifiers())
                && ConfigOption.class.isAssignableFrom(field.getType())) {
              ConfigOption<?> option = (ConfigOption<?>) field.get(null);
              keys.add(option.key());
              for (FallbackKey older : option.fallbackKeys()) {
                keys.add(older.getKey());
              }
            }
          }
        }
      }
    }
    return keys;
  }

  private static List<String> optionClasses(String jar) throws IOException {
    try (JarFile file = new JarFile(jar)) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.matches("org/apache/flink/.*Options\\.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .toList();
    }
  }
}
