package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir cluster} where there is none: what it says, and that it touches nothing. */
class ClusterCommandTest {
  @TempDir private Path folder;

  private static void assertSays(Ran ran, ExitCode code, String... words) {
    assertThat(ran.code()).as(ran.err()).isEqualTo(code.number());
    assertThat(ran.err()).contains(words).doesNotContain("\tat ");
  }

  @Test
  void up_withoutFlink_namesTheFolderAndTheRemedy() {
    Ran ran =
        Ran.command(
            "cluster", "up", "--dir", folder.resolve("c"), "--flink-lib", folder.resolve("lib"));

    assertSays(ran, ExitCode.CONFIGURATION, "no Flink in " + folder.resolve("lib"), "mvnw");
    assertThat(folder.resolve("c")).doesNotExist();
  }

  @Test
  void up_whereSomethingElseLies_isRefused() throws IOException {
    Path library = Files.createDirectories(folder.resolve("lib"));
    Files.createFile(library.resolve("flink-core.jar"));
    Path mine = Files.writeString(folder.resolve("mine.txt"), "mine");

    Ran ran = Ran.command("cluster", "up", "--dir", folder, "--flink-lib", library);

    assertSays(ran, ExitCode.USAGE, folder + " holds something else");
    assertThat(mine).hasContent("mine");
  }

  @Test
  void up_withoutATaskManager_isRefused() {
    assertSays(
        Ran.command("cluster", "up", "--dir", folder.resolve("c"), "--task-managers", "0"),
        ExitCode.USAGE,
        "at least one TaskManager");
  }

  @Test
  void commandsThatNeedACluster_sayHowToStartOne() {
    String none = "no cluster runs in " + folder + "; 'weir cluster up --dir " + folder + "'";
    for (List<String> words :
        List.of(List.of("status"), List.of("mend"), List.of("submit", "--job", "jobs"))) {
      Object[] all =
          Stream.concat(
                  Stream.of("cluster", words.get(0), "--dir", folder.toString()),
                  words.stream().skip(1))
              .toArray();
      assertSays(Ran.command(all), ExitCode.NOT_REACHABLE, none);
    }
  }

  @Test
  void down_whereNothingRuns_isDone() {
    assertSays(Ran.command("cluster", "down", "--dir", folder), ExitCode.DONE, "Nothing runs in");
  }

  /** A pid that is now another's is not ours to end. */
  @Test
  void processWithTheSamePid_isLeftAlone() throws IOException {
    ClusterProcess process = new ClusterProcess(folder, "broker");
    Files.createDirectories(folder.resolve("processes"));
    Files.writeString(
        folder.resolve("processes/broker.pid"), String.valueOf(ProcessHandle.current().pid()));

    assertThat(process.running()).isEmpty();
    process.kill();
    assertThat(process.end()).isFalse();
  }
}
