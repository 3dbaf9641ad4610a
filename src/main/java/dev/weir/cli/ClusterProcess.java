package dev.weir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One process of a cluster on this machine.
 *
 * <p>Guarantee: known by its pid and by its own mark on the command line, so that a process that
 * got the same pid later is never taken for it, and never ended.
 *
 * @param folder folder of the cluster, absolute
 * @param name what it is called there
 */
record ClusterProcess(Path folder, String name) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Where it writes to. */
  Path log() {
    return folder.resolve("log").resolve(name + ".log");
  }

  private Path pidFile() {
    return folder.resolve("processes").resolve(name + ".pid");
  }

  private String mark() {
    return "-Dweir.process=" + folder.resolve("processes").resolve(name);
  }

  /**
   * Starts a Java process with this name, which outlives this one.
   *
   * @param classPath what it may load; goes through the environment, as command lines are short
   * @param options options of the JVM
   * @param main main class and its arguments
   */
  ProcessHandle start(String classPath, List<String> options, List<String> main)
      throws IOException {
    Files.createDirectories(log().getParent());
    Files.createDirectories(pidFile().getParent());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(mark());
    command.addAll(options);
    command.addAll(main);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put("CLASSPATH", classPath);
    Process process = builder.start();
    process.getOutputStream().close();
    Files.writeString(pidFile(), String.valueOf(process.pid()));
    return process.toHandle();
  }

  /** The process, if it is alive. */
  Optional<ProcessHandle> running() {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(pidFile()).strip()))
          .filter(process -> process.info().commandLine().orElse("").contains(mark() + " "));
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.NOT_REACHABLE, pidFile() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Asks it to end, and ends it if it does not listen. Whether there was one. */
  boolean end() throws IOException {
    Optional<ProcessHandle> process = running();
    process.ifPresent(
        handle -> {
          handle.destroy();
          if (!ended(handle)) {
            handle.destroyForcibly();
            ended(handle);
          }
        });
    Files.deleteIfExists(pidFile());
    return process.isPresent();
  }

  /** Ends it at once, as a machine without power would. */
  void kill() {
    running()
        .ifPresent(
            process -> {
              process.destroyForcibly();
              ended(process);
            });
  }

  private static boolean ended(ProcessHandle process) {
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
