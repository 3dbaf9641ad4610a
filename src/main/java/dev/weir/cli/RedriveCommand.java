package dev.weir.cli;

import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.flink.kafka.KafkaSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir redrive}: sends the originals of dead letters again, mended if asked. */
@Command(
    name = "redrive",
    mixinStandardHelpOptions = true,
    description = {
      "Sends the originals of dead letters again: same topic, same key, header weir-redrive: 1.",
      "Dead letters are read as committed; each original is fetched from its topic by partition and"
          + " offset. One line per record: TOPIC PARTITION OFFSET REASON STATE, where STATE is"
          + " sent, would be sent, gone (the topic no longer has it) or no input (it lay in a topic"
          + " that is no input of this deployment).",
      "A record that is sent again is a new one: it is read, counted and judged as it comes. If its"
          + " time is older than what its partition has seen by more than the lateness, it ends as"
          + " late. Nothing remembers what was sent again: a second run sends it twice, and the"
          + " second copy ends as duplicate.",
      "With --from, only the records in that file are sent, with the values that stand there: JSON"
          + " Lines of {\"topic\": ..., \"partition\": ..., \"offset\": ..., \"value\": {...}}."
    },
    footer = {
      "",
      "Example:",
      "  weir redrive --reason UNKNOWN_MODEL --since 2026-03-01T00:00:00Z --dry-run"
          + " --bootstrap-servers localhost:9092"
    })
final class RedriveCommand implements Runnable {
  @Mixin private KafkaOptions kafkaOptions = new KafkaOptions();

  @Option(
      names = "--reason",
      split = ",",
      description = "Only dead letters with these reasons: ${COMPLETION-CANDIDATES}.")
  private Set<DeadLetter.Reason> reasons = EnumSet.noneOf(DeadLetter.Reason.class);

  @Option(
      names = "--model",
      description = "Only dead letters of this model, as far as it is known.")
  private @Nullable String model;

  @Option(
      names = "--input",
      split = ",",
      description = "Only records of these inputs: ${COMPLETION-CANDIDATES}.")
  private Set<Event.Input> inputs = EnumSet.noneOf(Event.Input.class);

  @Option(names = "--since", description = "Only records that came to their topic at this time on.")
  private @Nullable String since;

  @Option(
      names = "--until",
      description = "Only records that came to their topic before this time.")
  private @Nullable String until;

  @Option(names = "--from", description = "File with mended records; only these are sent.")
  private @Nullable Path from;

  @Option(names = "--dry-run", description = "Only say what would be sent.")
  private boolean dryRun;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    KafkaSettings kafka = kafkaOptions.settings();
    Redrive.Filter filter =
        new Redrive.Filter(
            reasons.isEmpty() ? EnumSet.allOf(DeadLetter.Reason.class) : reasons,
            model,
            inputs.isEmpty() ? EnumSet.allOf(Event.Input.class) : inputs,
            time("--since", since, Long.MIN_VALUE),
            time("--until", until, Long.MAX_VALUE));
    MendedRecords mended = from == null ? MendedRecords.NONE : MendedRecords.read(from);
    PrintWriter out = spec.commandLine().getOut();
    Redrive.Account account =
        new Redrive(kafka, filter, mended, dryRun).run(line -> out.println(Plain.text(line)));
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    err.println(account.inWords(dryRun));
    err.flush();
    mended.refuseUnknown(account.places());
    if (account.lost() > 0) {
      throw new CommandFailure(
          ExitCode.FOUND,
          account.lost()
              + " records could not be sent again: gone from their topic, or in no input topic");
    }
  }

  private static long time(String option, @Nullable String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          option + ": '" + Plain.text(text) + "' is no time such as 2026-03-01T00:00:00Z",
          e);
    }
  }
}
