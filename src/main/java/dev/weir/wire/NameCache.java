package dev.weir.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of features by position. Records of one model mostly have the same names in the same order:
 * then none is allocated, and none has to be compared with the others.
 */
final class NameCache {
  private final List<CachedText> texts = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  /** So many of the first names are known to differ from each other. */
  private int distinct;

  /** The name at this position; positions are read in order. */
  String read(int position, AvroInput input) throws IOException {
    if (position == texts.size()) {
      texts.add(new CachedText());
      names.add("");
    }
    String name = input.readText(texts.get(position));
    if (!name.equals(names.get(position))) {
      names.set(position, name);
      distinct = Math.min(distinct, position);
    }
    return name;
  }

  /** Whether one of the first {@code count} names appears twice. */
  boolean repeats(int count) {
    if (count <= distinct) {
      return false;
    }
    seen.clear();
    for (int i = 0; i < count; i++) {
      if (!seen.add(names.get(i))) {
        return true;
      }
    }
    distinct = count;
    return false;
  }
}
