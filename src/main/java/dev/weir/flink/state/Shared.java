package dev.weir.flink.state;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Immutable values that all tasks of a process have in common: made once for a key, and forgotten
 * with the last task that holds them. Safe for all threads; who asks for what another is making
 * waits for it.
 *
 * @param <T> the values
 */
final class Shared<T> {
  private static final int LEAST = 64;

  private final Map<String, WeakReference<T>> known = new HashMap<>();
  private int most = LEAST;

  /** The value of a key, which says all that it depends on. */
  synchronized T get(String key, Supplier<T> maker) {
    WeakReference<T> reference = known.get(key);
    T value = reference == null ? null : reference.get();
    if (value == null) {
      value = maker.get();
      forget();
      known.put(key, new WeakReference<>(value));
    }
    return value;
  }

  /** Looks through all only when they have doubled. */
  private void forget() {
    if (known.size() >= most) {
      known.values().removeIf(reference -> reference.get() == null);
      most = Math.max(LEAST, 2 * known.size());
    }
  }
}
