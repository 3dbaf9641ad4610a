package dev.weir.testing;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.ReferenceProfiler;
import dev.weir.baseline.ReferenceRow;
import dev.weir.event.Control;
import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.KnownModels;
import dev.weir.flink.state.Model;
import dev.weir.spec.JobFiles;
import dev.weir.spec.JobSpec;
import dev.weir.wire.BaselineAvro;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A binary model of one feature and one segment dimension, {@code channel}, of which {@code web}
 * and {@code shop} are kept. Windows of an hour, horizon of three hours, corrections for two.
 */
public final class SmallModel {
  /** Its id. */
  public static final String ID = "small";

  /** An hour. */
  public static final long HOUR = 3_600_000;

  private final JobSpec spec;
  private final Baseline baseline;

  /** The model with these further keys in the {@code labels} and {@code window} blocks. */
  public SmallModel(Path folder, String labels, String window) throws Exception {
    this(folder, labels, window, "", "1h");
  }

  /** The model with these further keys in the two blocks, and these further lines. */
  public SmallModel(Path folder, String labels, String window, String more) throws Exception {
    this(folder, labels, window, more, "1h");
  }

  /** The model with windows of another size as well. */
  public SmallModel(Path folder, String labels, String window, String more, String size)
      throws Exception {
    Path reference = folder.resolve("reference.csv");
    List<String> lines = new ArrayList<>();
    lines.add("prediction_id,event_time,prediction_time,x,channel,score,label_time,label_class");
    for (int i = 0; i < 400; i++) {
      lines.add(
          "r%d,2026-01-01T%02d:00:00Z,2026-01-01T%02d:00:00Z,%d,%s,%s,2026-01-01T%02d:30:00Z,%d"
              .formatted(i, i % 20, i % 20, i, channel(i), 0.001 * i, i % 20, i % 3 == 0 ? 1 : 0));
    }
    Files.write(reference, lines);
    String job =
        """
        weir: 1
        model: small
        task: binary
        reference: reference.csv
        columns: {tags: [channel]}
        window: {size: %s%s}
        labels: {corrections_for: 2h, early_age: 30m%s}
        segments: [channel]
        """
                .formatted(
                    size, window, labels.contains("horizon") ? labels : ", horizon: 3h" + labels)
            + more;
    this.spec =
        JobFiles.load(
                job.getBytes(StandardCharsets.UTF_8), "weir.yaml", folder, TestingReference::open)
            .spec();
    this.baseline =
        new ReferenceProfiler(spec.profile()).profile(rows(), null, "00", null, spec.configHash());
  }

  private static String channel(int i) {
    return i % 2 == 0 ? "web" : "shop";
  }

  private static List<ReferenceRow> rows() {
    List<ReferenceRow> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      FeatureValues values = new FeatureValues();
      values.addDouble("x", i);
      long time = 1_767_225_600_000L + i % 20 * HOUR;
      String id = "r" + i;
      rows.add(
          new ReferenceRow(
              new KeptFeatures(
                  id, ID, time, values, null, Map.of(), null, Map.of("channel", channel(i)), null),
              prediction(id, time, 0.001 * i, null),
              label(id, time + HOUR / 2, i % 3 == 0 ? "1" : "0", 0, false)));
    }
    return rows;
  }

  /** What an operator starts with. */
  public KnownModels snapshot() {
    return KnownModels.of(List.of(jobFile(0, 0L), baseline(1, 0L)));
  }

  /** Its job file as published, and since when it says that it holds. */
  public ControlRecord jobFile(long order, @Nullable Long effectiveFrom) {
    return new ControlRecord(
        new Control.JobFile(
            ID, spec.configHash(), spec.source(), spec.resolved(), 1, effectiveFrom, "test", ""),
        order,
        0);
  }

  /** Its baseline as published, and since when it says that it holds. */
  public ControlRecord baseline(long order, @Nullable Long effectiveFrom) {
    return new ControlRecord(
        new Control.BaselineFile(ID, "00", BaselineAvro.write(baseline), effectiveFrom), order, 0);
  }

  /** Its withdrawal. */
  public static ControlRecord withdrawal(long order, long time) {
    return new ControlRecord(
        new Control.JobFile(ID, "", "", null, 1, null, "unknown", ""), order, time);
  }

  /** The model as operators see it. */
  public Model model() {
    return new Model(spec, baseline);
  }

  /** A prediction; without a channel it waits for its features. */
  public static Event.Prediction prediction(
      String id, long time, double score, @Nullable String channel) {
    return new Event.Prediction(
        id,
        ID,
        "v1",
        time,
        score,
        null,
        null,
        Map.of(),
        null,
        null,
        null,
        null,
        null,
        null,
        Event.Role.UNKNOWN,
        1,
        null,
        channel == null ? Map.of() : Map.of("channel", channel),
        null);
  }

  /** Features that tell the channel. */
  public static Event.Features features(String id, long time, String channel) {
    FeatureValues values = new FeatureValues();
    values.addDouble("x", 1);
    return new KeptFeatures(
        id, ID, time, values, null, Map.of(), null, Map.of("channel", channel), null);
  }

  /** A label. */
  public static Event.Label label(
      String id, long time, String labelClass, int revision, boolean retract) {
    return new Event.Label(
        id,
        ID,
        time,
        retract ? null : labelClass,
        null,
        revision,
        retract ? Event.Operation.RETRACT : Event.Operation.UPSERT,
        null,
        null,
        Map.of(),
        null);
  }

  /** The bytes of an event: equal events have equal bytes. */
  public static RawRecord raw(Event event, long offset) {
    String content = event.input().id() + event.predictionId() + event.time() + content(event);
    return new KeptRecord(
        event.input().id(),
        0,
        offset,
        RawRecord.NO_TIMESTAMP,
        null,
        content.getBytes(StandardCharsets.UTF_8),
        Map.of());
  }

  private static String content(Event event) {
    if (event instanceof Event.Label label) {
      return label.labelClass() + " " + label.revision() + label.operation();
    }
    if (event instanceof Event.Prediction prediction) {
      return prediction.score() + " " + prediction.tags();
    }
    return ((Event.Features) event).tags().toString();
  }
}
