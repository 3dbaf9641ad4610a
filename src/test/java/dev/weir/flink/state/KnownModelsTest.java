package dev.weir.flink.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Control;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** How what is known at the start comes to the tasks of a real job. */
class KnownModelsTest {
  private static final long SEED = 5;

  /** Bytes of one baseline that cannot be deflated; it is not looked into here. */
  private static final int BASELINE = 300_000;

  @Test
  void manyModels_goWithTheJobOnce_andAreReadByItsTasks() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    KnownModels sent = KnownModels.of(records(20)).sentWith(env);

    assertThat(InstantiationUtil.serializeObject(sent)).hasSizeLessThan(1_000);
    assertThat(read(env, sent)).isEqualTo(sums(records(20)));
  }

  @Test
  void fewModels_goWithTheOperators() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    KnownModels sent = KnownModels.of(records(2)).sentWith(env);

    assertThat(env.getCachedFiles()).isEmpty();
    assertThat(read(env, sent)).isEqualTo(sums(records(2)));
  }

  @Test
  void equalRecords_areOneObjectInAProcess() {
    ControlRecord record = records(1).get(0);
    assertThat(ControlRecord.of(record.bytes().clone()))
        .isSameAs(ControlRecord.of(record.bytes().clone()));
  }

  private static List<ControlRecord> records(int models) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<ControlRecord> records = new ArrayList<>();
    for (int i = 0; i < models; i++) {
      byte[] encoded = new byte[BASELINE];
      random.nextBytes(encoded);
      records.add(
          new ControlRecord(new Control.BaselineFile("m" + i, "id" + i, encoded, null), i, 0));
    }
    return records;
  }

  private static List<String> sums(List<ControlRecord> records) {
    return records.stream().map(KnownModelsTest::sum).toList();
  }

  private static String sum(ControlRecord record) {
    Control.BaselineFile file = (Control.BaselineFile) record.control();
    return ModelBook.key(record) + ' ' + java.util.Arrays.hashCode(file.encoded());
  }

  private static List<String> read(StreamExecutionEnvironment env, KnownModels sent)
      throws Exception {
    List<String> all = new ArrayList<>();
    try (CloseableIterator<String> read =
        env.fromData("once").map(new Reader(sent)).executeAndCollect()) {
      read.forEachRemaining(line -> all.addAll(List.of(line.split("\n"))));
    }
    return all;
  }

  private static final class Reader extends RichMapFunction<String, String> {
    private static final long serialVersionUID = 1;

    private final KnownModels models;

    Reader(KnownModels models) {
      this.models = models;
    }

    @Override
    public String map(String any) {
      return String.join("\n", sums(models.read(getRuntimeContext().getDistributedCache())));
    }
  }
}
