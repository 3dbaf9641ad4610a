package dev.weir.cli;

import dev.weir.event.CanonicalJson;
import dev.weir.spec.Explanation;
import dev.weir.spec.KeyGuide;
import dev.weir.spec.LoadedJob;
import dev.weir.spec.ProblemPrinter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir explain}: every value of a job file with its origin, and what can be found. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Prints every value of a job file and where it comes from, then the judged series:",
      "their share of the false-alarm budget and the smallest change they find in time."
    },
    footer = {
      "",
      "Examples:",
      "  weir explain jobs/flights-delay/weir.yaml",
      "  weir explain jobs/flights-delay/weir.yaml monitors.drift.tolerance"
    })
final class ExplainCommand implements Runnable {
  /** How it is printed. */
  enum Format {
    /** For people. */
    HUMAN,
    /** One object a line. */
    JSON
  }

  @Parameters(index = "0", paramLabel = "FILE", description = "Job file.")
  private Path file = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "KEY",
      description = "Only this key: its value, what it is, its unit and its limits.")
  private @Nullable String key;

  @Option(
      names = "-o",
      defaultValue = "human",
      description = "human or json (one object a line). Default: ${DEFAULT-VALUE}.")
  private Format format = Format.HUMAN;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    KeyGuide guide = key == null ? null : guide(key);
    LoadedJob job = JobFolder.file(file);
    PrintWriter out = spec.commandLine().getOut();
    printValues(job.explanations(), out);
    if (guide != null) {
      printGuide(guide, out);
    } else {
      SeriesTable table = SeriesTable.of(job.spec());
      if (format == Format.JSON) {
        table.printJson(out);
      } else {
        out.println();
        table.print(out);
      }
      spec.commandLine().getErr().print(ProblemPrinter.HUMAN.print(job.warnings()));
    }
    out.flush();
  }

  private static KeyGuide guide(String key) {
    return KeyGuide.of(key)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE,
                    "no key '"
                        + Plain.text(key)
                        + "' in a job file"
                        + KeyGuide.closest(key)
                            .map(close -> "; did you mean '" + close + "'?")
                            .orElse("; 'weir explain FILE' shows all")));
  }

  private boolean isAsked(String name) {
    return key == null
        || name.equals(key)
        || (name.startsWith(key) && ".[".indexOf(name.charAt(key.length())) >= 0);
  }

  private void printValues(List<Explanation> all, PrintWriter out) {
    List<Explanation> asked = all.stream().filter(one -> isAsked(one.key())).toList();
    int keys = asked.stream().mapToInt(one -> one.key().length()).max().orElse(0);
    int values = Math.min(40, asked.stream().mapToInt(one -> one.value().length()).max().orElse(0));
    for (Explanation one : asked) {
      String origin = one.origin().name().toLowerCase(Locale.ROOT);
      if (format == Format.JSON) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", one.key());
        fields.put("value", one.value());
        fields.put("origin", origin);
        fields.put("reason", one.reason());
        out.println(CanonicalJson.write(fields));
      } else {
        String row = "%-" + Math.max(1, keys) + "s  %-" + Math.max(1, values) + "s  %-8s  %s";
        out.println(
            Plain.text(
                    String.format(Locale.ROOT, row, one.key(), one.value(), origin, one.reason()))
                .stripTrailing());
      }
    }
  }

  private void printGuide(KeyGuide guide, PrintWriter out) {
    if (format == Format.JSON) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("key", guide.key());
      fields.put("description", guide.description());
      fields.put("notes", guide.lines());
      out.println(CanonicalJson.write(fields));
      return;
    }
    out.println();
    out.println(guide.key() + ": " + guide.description());
    guide.lines().forEach(line -> out.println("  " + line));
  }
}
