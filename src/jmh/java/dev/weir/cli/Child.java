package dev.weir.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process that answers a line with a line, and ends with its input. */
final class Child implements AutoCloseable {
  /** Keeps a process on one core, so that the others are for the broker; Linux has it. */
  static final List<String> ONE_CORE = List.of("/usr/bin/taskset", "--cpu-list", "0");

  private final Process process;
  private final BufferedReader out;
  private final Writer in;
  private final Path log;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.in = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Starts {@code main} with the flags of {@code weir run} and this class path. */
  static Child start(Class<?> main, Path log, String... arguments) throws IOException {
    return start(List.of(), main, log, arguments);
  }

  /** The same by a command that runs it. */
  static Child start(List<String> by, Class<?> main, Path log, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(by);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src", "main", "launch", "jvm.options").toAbsolutePath());
    command.addAll(List.of("-Xmx2g", "-XX:+UseParallelGC"));
    command.addAll(List.of(System.getProperty("weir.bench.flags", "").split(";")));
    command.removeIf(String::isEmpty);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new Child(process, log);
  }

  static boolean canHaveOneCore() {
    return Files.isExecutable(Path.of(ONE_CORE.get(0)));
  }

  /** Its number. */
  long pid() {
    return process.pid();
  }

  /** The next line that it says. */
  String read() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("a process of the benchmark ended early; see " + log);
    }
    return line;
  }

  /** Asks and waits for the answer. */
  String ask(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
    return read();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    in.close();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
