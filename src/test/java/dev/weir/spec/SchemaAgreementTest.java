package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.weir.event.CanonicalJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Our reading of the shipped schema says yes and no as another validator of JSON Schema does. */
class SchemaAgreementTest {
  private static final long SEED = 20260214;
  private static final int MUTATIONS = 1500;

  /** What is put in the place of values: some fit where they land, most do not. */
  private static final List<Object> STRANGERS =
      List.of(
          "text",
          "",
          "7d",
          "2 per 30d",
          "psi > 0.2",
          "binary",
          "2026-01-01",
          true,
          0L,
          1L,
          -1L,
          65L,
          0.5,
          1.0,
          2.5,
          1e7,
          List.of(),
          List.of("a", "a"),
          Map.of(),
          Map.of("x", 1L));

  private final Schema other = other();

  private static Schema other() {
    String schema = SchemaAgreementTest.read(Path.of("schemas/weir-job.schema.json"));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, Object> tree(String file) {
    Problems problems = new Problems(file, "");
    YamlNode node = Objects.requireNonNull(YamlReader.read(read(Path.of(file)), problems));
    assertThat(problems.sorted()).isEmpty();
    return Blocks.copy(YamlNode.plain(node));
  }

  private static List<Problem> ours(String json) {
    Problems problems = new Problems("x", json);
    JobSchema.shipped().check(Objects.requireNonNull(YamlReader.read(json, problems)), problems);
    return problems.sorted();
  }

  @Test
  void shippedFiles_areAcceptedByBoth() {
    for (String file : List.of("schemas/weir-job.example.yaml", "jobs/flights-delay/weir.yaml")) {
      String json = CanonicalJson.write(tree(file));
      assertThat(other.validate(json, InputFormat.JSON)).as(file).isEmpty();
      assertThat(ours(json)).as(file).isEmpty();
    }
  }

  @Test
  void mutations_areJudgedAlike() {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<String, Object> example = tree("schemas/weir-job.example.yaml");
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Object mutated = mutate(example, random);
      String json = CanonicalJson.write(mutated);
      boolean accepted = other.validate(json, InputFormat.JSON).isEmpty();
      refused += accepted ? 0 : 1;
      assertThat(ours(json).isEmpty())
          .as("seed %d, mutation %d: %s, ours: %s", SEED, i, json, ours(json))
          .isEqualTo(accepted);
    }
    assertThat(refused).as("mutations that matter").isGreaterThan(MUTATIONS / 3);
  }

  /** A copy in which one value somewhere below was replaced, one key removed or one renamed. */
  private static Object mutate(Object value, SplittableRandom random) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      List<Object> keys = new ArrayList<>(map.keySet());
      Object chosen = keys.get(random.nextInt(keys.size()));
      Map<Object, Object> copy = new LinkedHashMap<>(map);
      Object inner = Objects.requireNonNull(copy.remove(chosen));
      switch (random.nextInt(8)) {
        case 0 -> {}
        case 1 -> copy.put(chosen + "x", inner);
        default -> copy.put(chosen, mutate(inner, random));
      }
      return copy;
    }
    if (value instanceof List<?> list && !list.isEmpty() && random.nextInt(4) > 0) {
      List<Object> copy = new ArrayList<>(list);
      int place = random.nextInt(copy.size());
      copy.set(place, mutate(copy.get(place), random));
      return copy;
    }
    return STRANGERS.get(random.nextInt(STRANGERS.size()));
  }
}
