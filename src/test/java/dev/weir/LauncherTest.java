package dev.weir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code weir}, run in a made-up checkout with a Java that only says what it is told.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  /** The programs that the launcher may use besides Java. */
  private static final List<String> TOOLS =
      List.of("dirname", "readlink", "sed", "head", "find", "flock", "mkdir", "touch", "cat");

  @TempDir Path folder;

  private Path checkout;
  private Path tools;
  private Path jdk;

  private record Run(int exit, String out, String err) {}

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = folder.resolve("a check out");
    Files.createDirectories(checkout.resolve("target"));
    Files.createDirectories(checkout.resolve("src/main/launch"));
    Files.copy(Path.of("weir"), checkout.resolve("weir"));
    write(checkout.resolve("src/main/launch/jvm.options"), "");
    write(checkout.resolve("pom.xml"), "");
    script(checkout.resolve("mvnw"), "echo \"mvnw $*\"; echo new > target/weir.jar");
    write(checkout.resolve("target/weir.jar"), "old");
    try (Stream<Path> files = Files.walk(checkout.resolve("src"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
      }
    }
    Files.setLastModifiedTime(checkout.resolve("pom.xml"), FileTime.from(LONG_AGO));
    tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS) {
      Path place = onPath(tool);
      if (place != null) {
        script(tools.resolve(tool), "exec " + place + " \"$@\"");
      }
    }
    jdk = jdk("jdk", "17.0.15");
  }

  @Test
  void start_throughALinkFromAnotherFolder_passesArgumentsAsTheyAre() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("else where"));
    Path link = Files.createSymbolicLink(elsewhere.resolve("weir"), checkout.resolve("weir"));

    Run run = run(link, elsewhere, "validate", "a file.yaml", "$HOME", "it's", "");

    assertThat(run.err).isEmpty();
    assertThat(run.exit).isZero();
    assertThat(run.out)
        .startsWith("in " + elsewhere + "\n")
        .contains("[@" + checkout + "/src/main/launch/jvm.options]")
        .endsWith(
            "[-jar][" + checkout + "/target/weir.jar][validate][a file.yaml][$HOME][it's][]\n");
  }

  @Test
  void start_withNothingChanged_doesNotBuild() throws Exception {
    run(checkout.resolve("weir"), folder, "validate");

    assertThat(checkout.resolve("target/weir.jar")).hasContent("old");
  }

  @Test
  void start_withANewerSource_buildsAndSaysSoOnce() throws Exception {
    write(checkout.resolve("src/main/New.java"), "");
    Files.setLastModifiedTime(checkout.resolve("target/weir.jar"), FileTime.from(LONG_AGO));

    Run first = run(checkout.resolve("weir"), folder, "validate");
    Run second = run(checkout.resolve("weir"), folder, "validate");

    assertThat(checkout.resolve("target/weir.jar")).hasContent("new");
    assertThat(first.err).contains("weir: building target/weir.jar").contains("mvnw -q");
    assertThat(first.out).as("standard output is data").doesNotContain("mvnw");
    assertThat(second.err).isEmpty();
  }

  @Test
  void start_whenTheBuildFails_saysWhatToRun() throws Exception {
    Files.delete(checkout.resolve("target/weir.jar"));
    script(checkout.resolve("mvnw"), "exit 1");

    Run run = run(checkout.resolve("weir"), folder, "validate");

    assertThat(run.exit).isEqualTo(1);
    assertThat(run.err).contains("the build failed").contains("./mvnw package in " + checkout);
    assertThat(run.out).isEmpty();
  }

  @Test
  void start_withoutJava_saysHowToGetIt() throws Exception {
    Files.delete(jdk.resolve("bin/java"));

    Run run = run(checkout.resolve("weir"), folder, "validate");

    assertThat(run.exit).isEqualTo(1);
    assertThat(run.err)
        .contains("weir: needs Java 17 or newer. No java was found in JAVA_HOME or on the PATH.")
        .contains("apt-get install openjdk-17-jdk-headless");
  }

  @Test
  void start_withAnOldJava_namesIt() throws Exception {
    jdk = jdk("old", "1.8.0_392");

    Run run = run(checkout.resolve("weir"), folder, "validate");

    assertThat(run.exit).isEqualTo(1);
    assertThat(run.err).contains(jdk.resolve("bin/java") + " is Java 8.");
  }

  @Test
  void start_withAnOldJavaInJavaHome_takesTheOneOnThePath() throws Exception {
    Files.createSymbolicLink(tools.resolve("java"), jdk.resolve("bin/java")); // as Debian does
    jdk = jdk("old", "1.8.0_392");

    Run run = run(checkout.resolve("weir"), folder, "validate");

    assertThat(run.err).isEmpty();
    assertThat(run.exit).isZero();
  }

  private Run run(Path script, Path workingFolder, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingFolder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", tools.toString());
    environment.put("JAVA_HOME", jdk.toString());
    int exit = builder.start().waitFor();
    return new Run(exit, Files.readString(out), Files.readString(err));
  }

  /** A Java that prints its folder and each argument in brackets. */
  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    script(
        home.resolve("bin/java"),
        "echo \"in $(pwd)\"; for argument in \"$@\"; do printf '[%s]' \"$argument\"; done; echo");
    script(home.resolve("bin/javac"), "");
    write(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static Path onPath(String tool) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(part -> Path.of(part, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private static void script(Path file, String body) throws IOException {
    write(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void write(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(UTF_8));
  }
}
