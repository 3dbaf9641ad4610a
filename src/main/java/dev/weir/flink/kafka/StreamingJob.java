package dev.weir.flink.kafka;

import dev.weir.baseline.FeaturePlan;
import dev.weir.event.Event;
import dev.weir.flink.JobSettings;
import dev.weir.flink.MonitoringJob;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.KnownModels;
import dev.weir.flink.state.ModelBook;
import dev.weir.spec.JobSpec;
import dev.weir.wire.ColumnRoles;
import dev.weir.wire.DecoderSettings;
import dev.weir.wire.ForeignFormat;
import dev.weir.wire.TimeBounds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** The dataflow over Kafka, for the models whose job files are on the control topics. */
public final class StreamingJob {
  /** The {@code input.format} of one flat object for each record. */
  private static final String FLAT_JSON = "flat-json";

  private StreamingJob() {}

  /**
   * Defines the job in {@code env}. What the control topics hold now is known from the start, so
   * that no record of a known model is ever taken for one of an unknown model; what comes later
   * comes as a stream.
   *
   * <p>Without state it does not begin again where there was an earlier run of this deployment.
   *
   * @param keepPayloads whether dead letters carry the first bytes of a record
   * @param countsFolder where final counts go when the job is drained; null: nowhere
   * @return the models known from the start
   * @throws UnfitKafkaException if several models are to be told apart by records without a name
   */
  public static List<JobSpec> define(
      StreamExecutionEnvironment env,
      KafkaSettings kafka,
      SchemaLocation schemas,
      boolean keepPayloads,
      @Nullable Path countsFolder) {
    KafkaHistory history = new StartCheck(kafka).history(false);
    return define(env, kafka, schemas, keepPayloads, history, countsFolder);
  }

  /**
   * The same, where it is known what the broker tells.
   *
   * @param history what state must fit
   */
  public static List<JobSpec> define(
      StreamExecutionEnvironment env,
      KafkaSettings kafka,
      SchemaLocation schemas,
      boolean keepPayloads,
      KafkaHistory history,
      @Nullable Path countsFolder) {
    List<ControlRecord> control = new ControlLog(kafka).read();
    List<JobSpec> specs = ModelBook.specs(control);
    DecoderSettings decoder = decoder(kafka, specs, keepPayloads);
    KafkaEnds ends = new KafkaEnds(kafka, decoder, schemas, lateness(specs), history, countsFolder);
    JobSettings settings =
        new JobSettings(kafka.deployment(), KnownModels.of(control), keepPayloads);
    MonitoringJob.define(env, settings, ends);
    stopAsAWhole(env);
    return specs;
  }

  /**
   * Topics have no end, so no task finishes while others go on. Stopping with a savepoint looks
   * like that all the same where a reader hears of its end before its neighbour does, and Flink
   * then refuses the savepoint because of the state that all tasks share, and restarts the job.
   */
  private static void stopAsAWhole(StreamExecutionEnvironment env) {
    env.configure(
        new Configuration().set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, false));
  }

  /** The widest bounds that any model asks for. */
  private static TimeBounds times(List<JobSpec> specs) {
    Duration future = Duration.ofMinutes(5);
    Duration past = Duration.ofDays(90);
    for (JobSpec spec : specs) {
      future = longer(future, spec.limits().future());
      past = longer(past, spec.limits().past());
    }
    return TimeBounds.aroundAppendTime(future, past);
  }

  /** How records are read; those of at most one model may do without its name. */
  private static DecoderSettings decoder(
      KafkaSettings kafka, List<JobSpec> specs, boolean keepPayloads) {
    List<JobSpec> nameless =
        specs.stream()
            .filter(spec -> spec.inputFormat().equals(FLAT_JSON) || isForeign(spec))
            .toList();
    boolean mixed = specs.size() > 1 && nameless.stream().anyMatch(StreamingJob::isForeign);
    if (nameless.size() > 1 || mixed) {
      throw new UnfitKafkaException(kafka.bootstrapServers(), List.of(manyModels(specs, nameless)));
    }
    DecoderSettings.FlatJson flat = null;
    ForeignFormat foreign = null;
    for (JobSpec spec : nameless) {
      if (isForeign(spec)) {
        foreign = foreign(spec);
      } else {
        flat = new DecoderSettings.FlatJson(spec.modelId(), columnRoles(spec));
      }
    }
    return new DecoderSettings(times(specs), keepPayloads, flat, foreign);
  }

  private static String manyModels(List<JobSpec> specs, List<JobSpec> nameless) {
    return "has job files of the models "
        + specs.stream().map(JobSpec::modelId).collect(Collectors.joining(", "))
        + " for the deployment, and input.format of "
        + nameless.stream()
            .map(spec -> spec.modelId() + " is " + spec.inputFormat())
            .collect(Collectors.joining(", of "))
        + ": such records do not say their model, so a deployment reads flat-json for one model,"
        + " and what a model server writes only where there is no other; give the others a"
        + " --deployment and topics of their own";
  }

  private static boolean isForeign(JobSpec spec) {
    return ForeignFormat.Kind.of(spec.inputFormat()).isPresent();
  }

  private static ForeignFormat foreign(JobSpec spec) {
    return new ForeignFormat(
        ForeignFormat.Kind.of(spec.inputFormat()).orElseThrow(),
        spec.modelId(),
        spec.input().names(),
        spec.input().outputs());
  }

  /** What the columns of a model's files and flat records mean. */
  public static ColumnRoles columnRoles(JobSpec spec) {
    Map<String, FeaturePlan.Kind> kinds = new HashMap<>();
    spec.profile().features().forEach(plan -> kinds.put(plan.name(), plan.kind()));
    return new ColumnRoles(
        spec.columns().byRole(),
        spec.columns().classScores(),
        spec.columns().tags(),
        new HashSet<>(spec.ignoredColumns()),
        kinds,
        null);
  }

  /** How far watermarks stay behind: the largest lateness of any model. */
  public static Map<Event.Input, Duration> lateness(List<JobSpec> specs) {
    Map<Event.Input, Duration> lateness = new EnumMap<>(Event.Input.class);
    for (JobSpec spec : specs) {
      Duration window = spec.profile().window().lateness();
      lateness.merge(Event.Input.FEATURES, window, StreamingJob::longer);
      lateness.merge(Event.Input.PREDICTIONS, window, StreamingJob::longer);
      lateness.merge(Event.Input.LABELS, spec.profile().labels().lateness(), StreamingJob::longer);
    }
    return lateness;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
