package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.monitor.Monitors;
import dev.weir.stats.divergence.Divergence;
import dev.weir.stats.divergence.Divergences;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a job file may name is what is published: the shipped schema says no more and no less. */
class MetricCatalogueTest {
  private static JsonNode schema;

  @BeforeAll
  static void read() throws IOException {
    schema = new ObjectMapper().readTree(Path.of("schemas/weir-job.schema.json").toFile());
  }

  private static List<String> symbols(JsonNode node) {
    List<String> symbols = new ArrayList<>();
    node.path("enum").forEach(symbol -> symbols.add(symbol.asText()));
    return symbols;
  }

  private static JsonNode block(String monitor) {
    return schema.at("/properties/monitors/properties/" + monitor + "/properties");
  }

  @Test
  void schema_knowsEveryMetricThatIsPublished() {
    List<String> published =
        Monitors.metrics().values().stream().flatMap(List::stream).distinct().toList();
    assertThat(symbols(schema.at("/$defs/metric_id")))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  void schema_knowsEveryMonitor() {
    List<String> blocks = new ArrayList<>();
    schema.at("/properties/monitors/properties").fieldNames().forEachRemaining(blocks::add);
    assertThat(blocks).isEqualTo(List.copyOf(Monitors.metrics().keySet()));
  }

  @Test
  void schema_knowsEveryDistanceAndDetector() {
    List<String> distances = Divergences.all().stream().map(Divergence::id).toList();
    assertThat(symbols(block("drift").at("/metrics/items"))).isEqualTo(distances);
    List<String> detectors = symbols(block("concept_drift").at("/detectors/items"));
    assertThat(Stream.concat(detectors.stream(), Stream.of("regime_age")).toList())
        .as("the age comes with bocpd")
        .isEqualTo(MetricCatalogue.of("concept_drift"));
  }
}
