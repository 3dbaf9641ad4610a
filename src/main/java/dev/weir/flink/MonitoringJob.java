package dev.weir.flink;

import dev.weir.event.Event;
import dev.weir.event.PairInput;
import dev.weir.flink.operator.CohortFunction;
import dev.weir.flink.operator.ConfirmTriggersFunction;
import dev.weir.flink.operator.ControlOperator;
import dev.weir.flink.operator.CountOperator;
import dev.weir.flink.operator.DecideFunction;
import dev.weir.flink.operator.JudgeFunction;
import dev.weir.flink.operator.PairOperator;
import dev.weir.flink.operator.ProfileOperator;
import dev.weir.flink.operator.SightTriggersFunction;
import dev.weir.flink.operator.WindowFunction;
import dev.weir.flink.state.Arrival;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.CountChange;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.KnownModels;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.OutputType;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.Report;
import dev.weir.flink.state.Tags;
import dev.weir.flink.state.Travel;
import dev.weir.wire.OutputRecord;
import dev.weir.wire.OutputRecords;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The dataflow, from top to bottom. What it reads and where it writes is up to its ends; everything
 * between them is here.
 */
public final class MonitoringJob {
  private final StreamExecutionEnvironment env;
  private final JobSettings settings;
  private final Ends ends;
  private final SingleOutputStreamOperator<ControlRecord> control;
  private final KnownModels atStart;
  private final BroadcastStream<ControlRecord> models;

  private MonitoringJob(StreamExecutionEnvironment env, JobSettings settings, Ends ends) {
    this.env = env;
    this.settings = settings;
    this.ends = ends;
    this.atStart = settings.models().sentWith(env);
    this.control =
        ends.control(env)
            .transform(
                OperatorId.HEAR_CONTROL.label(),
                ControlRecord.TYPE,
                ControlOperator.factory(atStart))
            .uid(OperatorId.HEAR_CONTROL.uid())
            .setParallelism(1);
    this.models = control.broadcast(ModelBook.BROADCAST);
  }

  /** Defines the dataflow in {@code env}; nothing runs yet. */
  public static void define(StreamExecutionEnvironment env, JobSettings settings, Ends ends) {
    new MonitoringJob(env, settings, ends).define();
  }

  private void define() {
    // 1. Read features, predictions and labels; bad and late records are set aside and counted.
    // 2. Profile where they are read: only summaries of panes, and what pairing needs, go on.
    SingleOutputStreamOperator<PairInput> features = profile(Event.Input.FEATURES);
    SingleOutputStreamOperator<PairInput> predictions = profile(Event.Input.PREDICTIONS);
    SingleOutputStreamOperator<PairInput> labels = profile(Event.Input.LABELS);

    // 3. Pair each prediction with its features and label, and gather the outcomes.
    SingleOutputStreamOperator<Part> outcomes =
        features
            .union(predictions, labels)
            .keyBy(PairInput::key, Types.STRING)
            .connect(control.broadcast())
            .transform(
                OperatorId.PAIR.label(),
                Part.TYPE,
                new PairOperator(atStart, settings.deployment()))
            .uid(OperatorId.PAIR.uid());

    // 4. Merge panes into windows, and outcomes into cohorts.
    SingleOutputStreamOperator<Report> windows =
        outcomes
            .getSideOutput(Tags.PARTS)
            .union(features.getSideOutput(Tags.PARTS), predictions.getSideOutput(Tags.PARTS))
            .keyBy(Part::key, Types.STRING)
            .connect(models)
            .process(new WindowFunction(atStart), Report.TYPE)
            .name(OperatorId.WINDOW.label())
            .uid(OperatorId.WINDOW.uid());
    SingleOutputStreamOperator<Report> cohorts =
        outcomes
            .keyBy(Part::key, Types.STRING)
            .connect(models)
            .process(new CohortFunction(atStart), Report.TYPE)
            .name(OperatorId.COHORT.label())
            .uid(OperatorId.COHORT.uid());

    // 5. Judge each of them against the baseline.
    DataStream<Judgement> judgements =
        windows
            .union(cohorts)
            .keyBy(Report::key, Types.STRING)
            .connect(models)
            .process(new JudgeFunction(atStart), Judgement.TYPE)
            .name(OperatorId.JUDGE.label())
            .uid(OperatorId.JUDGE.uid());

    Optional<DataStream<OutputRecord>> readBack = ends.readBack(env);
    DataStream<Judgement> known =
        readBack.map(this::sighted).map(judgements::union).orElse(judgements);

    // 6. Decide: evidence, alerts, triggers, audit, one model at a time in the order of event time.
    SingleOutputStreamOperator<OutputRecord> decisions =
        known
            .union(
                control.getSideOutput(Tags.JUDGEMENTS),
                features.getSideOutput(Tags.JUDGEMENTS),
                predictions.getSideOutput(Tags.JUDGEMENTS),
                labels.getSideOutput(Tags.JUDGEMENTS),
                outcomes.getSideOutput(Tags.JUDGEMENTS),
                windows.getSideOutput(Tags.JUDGEMENTS),
                cohorts.getSideOutput(Tags.JUDGEMENTS))
            .keyBy(Judgement::modelId, Types.STRING)
            .connect(models)
            .process(
                new DecideFunction(atStart, settings.deployment(), readBack.isPresent()),
                OutputType.TYPE)
            .name(OperatorId.DECIDE.label())
            .uid(OperatorId.DECIDE.uid());

    // 7. Write metrics, alerts, triggers, audit and dead letters; count what became of records.
    write(
        confirmed(decisions, readBack)
            .union(
                control.getSideOutput(Tags.OUTPUTS),
                features.getSideOutput(Tags.OUTPUTS),
                predictions.getSideOutput(Tags.OUTPUTS),
                labels.getSideOutput(Tags.OUTPUTS),
                outcomes.getSideOutput(Tags.OUTPUTS)));
    count(
        features
            .getSideOutput(Tags.COUNTS)
            .union(
                predictions.getSideOutput(Tags.COUNTS),
                labels.getSideOutput(Tags.COUNTS),
                outcomes.getSideOutput(Tags.COUNTS)));
  }

  /** Reads one input and profiles it in the tasks that read it. */
  private SingleOutputStreamOperator<PairInput> profile(Event.Input input) {
    SingleOutputStreamOperator<Arrival> arrivals = ends.read(env, input);
    OperatorId id = OperatorId.profiling(input);
    return arrivals
        .transform(
            id.label(),
            Travel.PAIR_INPUT,
            ProfileOperator.factory(input, atStart, settings.deployment(), settings.keepPayloads()))
        .uid(id.uid())
        .setParallelism(arrivals.getParallelism());
  }

  /** All decisions; triggers are sent until they can be read back, where they can be. */
  private DataStream<OutputRecord> confirmed(
      SingleOutputStreamOperator<OutputRecord> decisions,
      Optional<DataStream<OutputRecord>> readBack) {
    DataStream<OutputRecord> triggers = decisions.getSideOutput(Tags.TRIGGERS);
    return readBack
        .map(
            seen ->
                (DataStream<OutputRecord>)
                    triggers
                        .keyBy(OutputRecords::modelOfTrigger, Types.STRING)
                        .connect(seen.keyBy(OutputRecords::modelOfTrigger, Types.STRING))
                        .process(new ConfirmTriggersFunction(), OutputType.TYPE)
                        .name(OperatorId.CONFIRM_TRIGGERS.label())
                        .uid(OperatorId.CONFIRM_TRIGGERS.uid()))
        .orElse(triggers)
        .union(decisions);
  }

  /** What lies on the trigger topic, for the decision that wrote it, or did not. */
  private DataStream<Judgement> sighted(DataStream<OutputRecord> readBack) {
    return readBack
        .map(new SightTriggersFunction())
        .returns(Judgement.TYPE)
        .name(OperatorId.SIGHT_TRIGGERS.label())
        .uid(OperatorId.SIGHT_TRIGGERS.uid())
        .setParallelism(1);
  }

  private void write(DataStream<OutputRecord> outputs) {
    outputs.sinkTo(ends.outputs()).name(OperatorId.WRITE.label()).uid(OperatorId.WRITE.uid());
  }

  private void count(DataStream<CountChange> changes) {
    DataStream<OutputRecord> totals =
        changes
            .keyBy(change -> change.input().id(), Types.STRING)
            .transform(OperatorId.COUNT.label(), OutputType.TYPE, new CountOperator())
            .uid(OperatorId.COUNT.uid())
            .setParallelism(1);
    ends.counts()
        .ifPresent(
            sink ->
                totals
                    .sinkTo(sink)
                    .name(OperatorId.WRITE_COUNTS.label())
                    .uid(OperatorId.WRITE_COUNTS.uid())
                    .setParallelism(1));
  }
}
