package dev.weir.decide;

import dev.weir.event.CanonicalJson;
import dev.weir.event.Event;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the inputs of a model still bring what they brought: one that falls silent while others
 * go on, and one of which much cannot be used.
 *
 * <p>Guarantee: only event time counts, so a model that rests as a whole, or a stream that ends, is
 * not silent. An input that never brought anything is not missed.
 */
final class InputWatch {
  /** Nights are quiet in many models, and windows may be minutes. */
  private static final Duration LEAST_SILENCE = Duration.ofDays(1);

  /** Windows without a row, at least. */
  private static final double SILENT_WINDOWS = 3;

  /** Share of unusable records that opens an alert. */
  private static final double OPENS = 0.01;

  /** Share down to which an open alert stays: a rate that wavers does not flap. */
  private static final double STAYS = 0.005;

  private static final String PREFIX = "input:";

  /** Fewer unusable records are no flood. */
  private static final long LEAST_SET_ASIDE = 10;

  private final Tick tick;
  private final long patience;
  private final SeriesStore store;
  private final Map<Event.Input, Long> rows = new EnumMap<>(Event.Input.class);
  private final Map<Event.Input, Long> setAside = new EnumMap<>(Event.Input.class);

  /**
   * A watch over the inputs at one tick.
   *
   * @param windowDays length of a window
   * @param store remembers when each input brought something last
   */
  InputWatch(Tick tick, double windowDays, SeriesStore store) {
    this.tick = tick;
    double windows = SILENT_WINDOWS * windowDays * Duration.ofDays(1).toMillis();
    this.patience = Math.max(LEAST_SILENCE.toMillis(), (long) windows);
    this.store = store;
    for (Delivery delivery : tick.deliveries()) {
      if (delivery.rows() > 0 || delivery.setAside() == 0) {
        rows.merge(delivery.input(), delivery.rows(), Long::sum);
      }
      setAside.merge(delivery.input(), delivery.setAside(), Long::sum);
    }
  }

  /**
   * What is to be said now.
   *
   * @param open whether there is an open alert of this kind and subject
   */
  List<SystemNotice> notices(Open open) {
    List<SystemNotice> notices = new ArrayList<>();
    for (Event.Input input : Event.Input.values()) {
      addSilence(input, notices);
      addDeadLetters(input, open, notices);
    }
    return notices;
  }

  /** Asks for an open alert. */
  @FunctionalInterface
  interface Open {
    /** Whether there is one of this kind and subject. */
    boolean test(SystemNotice.Kind kind, String subject);
  }

  private void addSilence(Event.Input input, List<SystemNotice> notices) {
    Long now = rows.get(input);
    if (now == null) {
      return;
    }
    if (now > 0) {
      store.put(PREFIX + input.id(), ByteBuffer.allocate(Long.BYTES).putLong(tick.time()).array());
      notices.add(new SystemNotice(SystemNotice.Kind.INPUT_SILENT, input.id(), false, ""));
      return;
    }
    byte[] bytes = store.get(PREFIX + input.id());
    long last = bytes == null ? tick.time() : ByteBuffer.wrap(bytes).getLong();
    if (tick.time() - last >= patience) {
      notices.add(
          new SystemNotice(
              SystemNotice.Kind.INPUT_SILENT,
              input.id(),
              true,
              "no "
                  + input.id()
                  + " since "
                  + CanonicalJson.time(last)
                  + ", while other inputs go on"));
    }
  }

  private void addDeadLetters(Event.Input input, Open open, List<SystemNotice> notices) {
    long bad = setAside.getOrDefault(input, 0L);
    long good = rows.values().stream().mapToLong(Long::longValue).max().orElse(0);
    double share = bad == 0 ? 0 : (double) bad / (bad + good);
    boolean flood = bad >= LEAST_SET_ASIDE && share >= OPENS;
    boolean goesOn = share >= STAYS && open.test(SystemNotice.Kind.DEAD_LETTERS, input.id());
    if (flood || goesOn) {
      notices.add(
          new SystemNotice(
              SystemNotice.Kind.DEAD_LETTERS,
              input.id(),
              true,
              Wording.count(bad)
                  + " records of "
                  + input.id()
                  + " could not be used, beside "
                  + Wording.count(good)
                  + " that could"));
    }
  }
}
