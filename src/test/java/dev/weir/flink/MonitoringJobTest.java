package dev.weir.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.flink.kafka.KafkaEnds;
import dev.weir.flink.kafka.KafkaHistory;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.SchemaLocation;
import dev.weir.flink.state.KnownModels;
import dev.weir.wire.DecoderSettings;
import dev.weir.wire.TimeBounds;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dataflow over Kafka as Flink sees it, without running it. */
class MonitoringJobTest {
  @TempDir private static Path folder;

  private static KafkaEnds ends() {
    DecoderSettings decoder = new DecoderSettings(TimeBounds.OF_FILES, true, null);
    return new KafkaEnds(
        KafkaSettings.of("127.0.0.1:1"),
        decoder,
        SchemaLocation.NONE,
        Map.of(),
        KafkaHistory.UNKNOWN,
        folder);
  }

  private static StreamGraph graph() {
    StreamExecutionEnvironment env =
        Environments.local(Environments.streaming(folder, Duration.ofSeconds(20)), 2);
    MonitoringJob.define(env, new JobSettings("test", KnownModels.of(List.of()), true), ends());
    return env.getStreamGraph(false);
  }

  @Test
  void everyOperator_hasAUidOfTheOneList() {
    List<String> left = new ArrayList<>();
    Arrays.stream(OperatorId.values()).map(OperatorId::uid).forEach(left::add);
    List<String> unknown = new ArrayList<>();
    for (StreamNode node : graph().getStreamNodes()) {
      String uid = String.valueOf(node.getTransformationUID());
      // The committer of a sink is named after its writer.
      boolean committer = uid.startsWith("Sink Committer: ") && uid.endsWith("write");
      if (!committer && !left.remove(uid)) {
        unknown.add(node.getOperatorName() + ": " + uid);
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(left).as("uids that no operator has").isEmpty();
  }

  @Test
  void maxParallelism_isTheOneThatCannotChange() {
    for (JobVertex vertex : graph().getJobGraph().getVertices()) {
      assertThat(vertex.getMaxParallelism()).as(vertex.getName()).isEqualTo(720);
    }
  }

  @Test
  void outputs_areWrittenExactlyOnceUnderOneName() throws Exception {
    Object sink = value(ends().outputs(), "sink");
    assertThat(value(sink, "deliveryGuarantee")).isEqualTo(DeliveryGuarantee.EXACTLY_ONCE);
    assertThat(value(sink, "transactionalIdPrefix")).isEqualTo("weir-weir-outputs");
  }

  private static Object value(Object object, String name) throws Exception {
    Field field = object.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(object);
  }
}
