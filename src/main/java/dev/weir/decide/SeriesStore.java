package dev.weir.decide;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes by key, one store per model: what a series carries from window to window. */
public interface SeriesStore {
  /** The bytes of a key; null if there are none. */
  byte @Nullable [] get(String key);

  /** Sets the bytes of a key. */
  void put(String key, byte[] bytes);

  /** Forgets a key. */
  void remove(String key);

  /** All keys, in any order; the list does not change when the store does. */
  List<String> keys();
}
