package dev.weir.wire;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tags of one record after the other. Many records have the same: they get the same map, which
 * is made when somebody asks for it and which nobody can change.
 *
 * <p>Bound: {@value Limits#TAGS} tags of a record, those with the smallest names; of equal names
 * the last counts. {@value #SLOTS} maps of short texts are kept, each in a slot that the next one
 * takes.
 */
final class TagValues {
  private static final int SLOTS = 256;

  /** Most characters of a text in a map that is kept. */
  private static final int LONGEST = 64;

  private final Kept[] kept = new Kept[SLOTS];
  private final String[] texts = new String[2 * Limits.TAGS];
  private int size;
  private @Nullable Map<String, String> map = Map.of();

  /** Names and values in the order in which they came, and their map. */
  private record Kept(String[] texts, Map<String, String> map) {}

  /** Goes on to the next record. */
  void clear() {
    if (size > 0) {
      size = 0;
      map = Map.of();
    }
  }

  /** Adds a tag; whether none had to go for it. */
  boolean add(String name, String value) {
    map = null;
    if (size < texts.length) {
      texts[size++] = name;
      texts[size++] = value;
      return true;
    }
    TreeMap<String, String> all = read();
    all.put(name, value);
    boolean fits = all.size() <= Limits.TAGS;
    if (!fits) {
      all.pollLastEntry();
    }
    size = 0;
    for (Entry<String, String> tag : all.entrySet()) {
      texts[size++] = tag.getKey();
      texts[size++] = tag.getValue();
    }
    return fits;
  }

  /** The tags of the record, by name. */
  Map<String, String> map() {
    Map<String, String> known = map;
    if (known == null) {
      known = find();
      map = known;
    }
    return known;
  }

  private Map<String, String> find() {
    int hash = 0;
    int longest = 0;
    for (int i = 0; i < size; i++) {
      hash = 31 * hash + texts[i].hashCode();
      longest = Math.max(longest, texts[i].length());
    }
    int slot = (hash ^ hash >>> 16) & SLOTS - 1;
    Kept there = kept[slot];
    if (there != null && Arrays.equals(there.texts, 0, there.texts.length, texts, 0, size)) {
      return there.map;
    }
    Map<String, String> made = Collections.unmodifiableMap(read());
    if (longest <= LONGEST) {
      kept[slot] = new Kept(Arrays.copyOf(texts, size), made);
    }
    return made;
  }

  private TreeMap<String, String> read() {
    TreeMap<String, String> tags = new TreeMap<>();
    for (int i = 0; i < size; i += 2) {
      tags.put(texts[i], texts[i + 1]);
    }
    return tags;
  }
}
