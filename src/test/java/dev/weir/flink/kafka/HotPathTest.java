package dev.weir.flink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotPathTest {
  /** Rounds after which summaries have seen all there is, and grow no more. */
  private static final int ROUNDS = 60;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 7})
  void recordsThatAreOnlyCounted_allocateNothing(int models) throws Exception {
    try (HotPath path = new HotPath(folder, models)) {
      long first = allocated(path);
      for (int round = 0; round < ROUNDS; round++) {
        allocated(path);
      }
      assertThat(first / path.size()).as("bytes of a record of the first round").isGreaterThan(99);
      assertThat(allocated(path) / (double) path.size()).as("bytes of a record").isLessThan(1);
    }
  }

  private static long allocated(HotPath path) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < path.size(); i++) {
      path.count(i);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
