package dev.weir.cli;

import dev.weir.decide.Output;
import dev.weir.event.CanonicalJson;
import dev.weir.flink.FolderSink;
import dev.weir.flink.kafka.Topic;
import dev.weir.monitor.Series;
import dev.weir.wire.OutputReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees of the quick start: steps as they begin, one moving line while the stream
 * plays, alerts and triggers as they come, an account at the end.
 *
 * <p>Without a terminal the moving line becomes a plain line now and then. Words carry the meaning.
 */
final class DemoView {
  private static final int ALERTS_SHOWN = 12;
  private static final long PLAIN_LINE_MILLIS = 5_000;
  private static final int BAR = 24;
  private static final int COLUMNS = Math.max(40, Integer.getInteger("weir.columns", 80));

  private final PrintStream out = System.err;
  private final boolean moving;
  private final long began = System.nanoTime();
  private final Map<Topic, List<byte[]>> outputs = new EnumMap<>(Topic.class);
  private final Map<String, Output.Alert> open = new TreeMap<>();
  private final List<Output.Alert> fired = new ArrayList<>();
  private final List<Output.RetrainingTrigger> triggers = new ArrayList<>();
  private long metrics;
  private String window = "";
  private @Nullable Worst worst;
  private long plainLine;
  private @Nullable Long firstTime;
  private @Nullable Long lastTime;
  private long records;
  private int hidden;

  private DemoView(boolean moving) {
    this.moving = moving;
    for (Topic topic : Topic.values()) {
      outputs.put(topic, new ArrayList<>());
    }
  }

  /**
   * A view for the terminal that the launcher found; plain lines where there is none, or none is
   * wanted.
   */
  @SuppressWarnings("SystemConsoleNull") // jdk.console=java.base, in jvm.options, keeps this true
  static DemoView of(boolean headless) {
    boolean dumb = "dumb".equals(System.getenv("TERM"));
    return new DemoView(!headless && !dumb && Boolean.getBoolean("weir.terminal"));
  }

  /** A step begins. */
  void step(String sentence) {
    line(String.format(Locale.ROOT, "[%5.1f s] %s", seconds(), sentence));
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  private void line(String text) {
    if (moving) {
      out.print("\r\u001b[2K");
    }
    out.println(Plain.text(text));
  }

  /** The stream begins with this event time. */
  synchronized void begins(long eventTime) {
    firstTime = eventTime;
  }

  /** So much of the stream is played. */
  synchronized void progress(long sent, long eventTime) {
    if (sent == 0) {
      return;
    }
    records = sent;
    lastTime = eventTime;
    String seen =
        String.format(
            Locale.ROOT,
            "judged to %s: %s open, %s%s",
            day(window),
            Plain.count(open.size(), "alert"),
            Plain.count(triggers.size(), "trigger"),
            worst == null ? "" : "; worst: " + worst.text());
    long now = System.nanoTime() / 1_000_000;
    if (moving) {
      String line = bar(eventTime) + " " + Plain.text(seen);
      // A line that wraps could not be taken back.
      out.print("\r\u001b[2K" + line.substring(0, Math.min(line.length(), COLUMNS - 1)));
      out.flush();
    } else if (now - plainLine >= PLAIN_LINE_MILLIS) {
      plainLine = now;
      String day = CanonicalJson.time(eventTime).substring(0, 10);
      step(String.format(Locale.ROOT, "stream at %s, %,d records sent; %s", day, sent, seen));
    }
  }

  private static String day(String time) {
    return time.isEmpty() ? "-" : time.substring(0, 10);
  }

  /** End of the latest window that was judged, epoch milliseconds; 0 before the first. */
  synchronized long judgedTo() {
    return window.isEmpty() ? 0 : Instant.parse(window).toEpochMilli();
  }

  /** Four months of 2001 as a bar. */
  private static String bar(long eventTime) {
    long from = 983_404_800_000L;
    long to = 993_945_600_000L;
    double share = Math.min(1, Math.max(0, (double) (eventTime - from) / (to - from)));
    int full = (int) Math.round(share * BAR);
    return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
  }

  /** A committed record of an output topic. */
  synchronized void output(Topic topic, byte[] value) {
    List<byte[]> known = outputs.get(topic);
    if (known != null) {
      known.add(value);
    }
    try {
      switch (topic) {
        case METRICS -> metric(value);
        case ALERTS -> alert(OutputReader.alert(value));
        case RETRAINING_TRIGGERS -> trigger(OutputReader.trigger(value));
        default -> {
          // Audit and dead letters are counted at the end.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("an output of Weir cannot be read back", e);
    }
  }

  /** The series of the latest window that is nearest to an alarm, or furthest beyond it. */
  private record Worst(Series series, double logE, double logEThreshold) {
    String text() {
      String what = series.feature() == null ? series.metric() : series.feature();
      String where = series.segment() == null ? "" : " in " + series.segment();
      return String.format(
          Locale.ROOT,
          "%s (%s)%s %.1f of %.1f nats",
          what,
          series.monitor(),
          where,
          logE,
          logEThreshold);
    }
  }

  private void metric(byte[] value) throws IOException {
    if (metrics == 0) {
      step("The first metrics are here");
    }
    metrics++;
    String line = new String(value, StandardCharsets.UTF_8);
    String end = OutputFiles.value(line, "window_end");
    if (end.compareTo(window) > 0) {
      window = end;
      worst = null;
    }
    if (end.equals(window) && !line.contains("\"log_e\":null")) {
      compare(OutputReader.metric(value));
    }
  }

  private void compare(Output.Metric metric) {
    Double logE = metric.logE();
    Double logEThreshold = metric.logEThreshold();
    if (logE != null
        && logEThreshold != null
        && (worst == null || logE - logEThreshold > worst.logE() - worst.logEThreshold())) {
      worst = new Worst(metric.finding().series(), logE, logEThreshold);
    }
  }

  private void alert(Output.Alert alert) {
    if (alert.status() == Output.Status.RESOLVED) {
      open.remove(alert.fingerprint());
      return;
    }
    if (alert.status() != Output.Status.FIRING) {
      return;
    }
    open.put(alert.fingerprint(), alert);
    if (alert.sequence() > 0) {
      return;
    }
    fired.add(alert);
    if (fired.size() <= ALERTS_SHOWN) {
      String day = CanonicalJson.time(alert.startsAt()).substring(0, 10);
      line("  " + day + "  ALERT " + alert.severity() + "  " + alert.summary());
    } else if (hidden++ == 0) {
      line("  more alerts follow; they are counted, and alerts.jsonl has all");
    }
  }

  private void trigger(Output.RetrainingTrigger trigger) {
    triggers.add(trigger);
    String day = CanonicalJson.time(trigger.decidedAt()).substring(0, 10);
    String kind = trigger.dryRun() ? "TRIGGER (dry run)" : "TRIGGER";
    line("  " + day + "  " + kind + "  " + trigger.policy() + ": " + trigger.summary());
  }

  /** Leaves what was read in a folder, unsorted, as the tasks of a replay do. */
  synchronized void keep(Path folder) throws IOException {
    for (Map.Entry<Topic, List<byte[]>> topic : outputs.entrySet()) {
      if (topic.getValue().isEmpty()) {
        continue;
      }
      Path file = folder.resolve(topic.getKey().suffix() + ".0" + FolderSink.SUFFIX);
      try (OutputStream to = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
        for (byte[] value : topic.getValue()) {
          to.write(value);
          to.write('\n');
        }
      }
    }
  }

  /** Between which event times there were records. */
  synchronized Replay.Span span() {
    return new Replay.Span(firstTime, lastTime);
  }

  /** What was seen, and what to try next. */
  synchronized void account(Path folder, boolean kept) {
    line("");
    line(
        String.format(
            Locale.ROOT,
            "You saw %,d records of a real model become %,d metrics, %s and %s in %.0f s.",
            records,
            metrics,
            Plain.count(fired.size(), "alert"),
            Plain.count(triggers.size(), "trigger"),
            seconds()));
    Map<String, Integer> byMonitor = new TreeMap<>();
    fired.forEach(alert -> byMonitor.merge(alert.monitor(), 1, Integer::sum));
    byMonitor.forEach(
        (monitor, count) -> line("  " + monitor + ": " + Plain.count(count, "alert")));
    triggers.forEach(
        trigger ->
            line(
                "  trigger "
                    + trigger.triggerId()
                    + " ("
                    + trigger.reason()
                    + "): "
                    + trigger.summary()));
    if (kept) {
      line("The records are in " + folder + ": metrics, alerts, triggers, audit as JSON Lines.");
    }
    line("");
    line("Try next:");
    line("  ./weir explain jobs/flights-delay/weir.yaml");
    line("  ./weir init --model mine --reference my.csv -o jobs/mine/weir.yaml");
    line("  ./weir replay --help");
  }

  /** What the page shows: counts, open alerts and triggers, as text. */
  synchronized State state() {
    return new State(
        records, metrics, day(window), List.copyOf(open.values()), List.copyOf(triggers));
  }

  /**
   * What was seen so far.
   *
   * @param records sent
   * @param metrics read
   * @param window end of the window judged last
   * @param open alerts that are open
   * @param triggers all triggers
   */
  record State(
      long records,
      long metrics,
      String window,
      List<Output.Alert> open,
      List<Output.RetrainingTrigger> triggers) {}
}
