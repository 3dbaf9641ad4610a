package dev.weir.wire;

import java.util.Map;
import java.util.TreeMap;

/** What a decoder left out of records that it used. Grows for ever; not thread safe. */
public final class DecodeCounts {
  private long unknownFields;
  private final TreeMap<String, Long> droppedFields = new TreeMap<>();

  /** Fields that no schema of ours knows. */
  public long unknownFields() {
    return unknownFields;
  }

  /** Values of optional fields that were invalid and treated as absent, by field name. */
  public Map<String, Long> droppedFields() {
    return Map.copyOf(droppedFields);
  }

  void unknownField() {
    unknownFields++;
  }

  void dropped(String field) {
    droppedFields.merge(field, 1L, Long::sum);
  }
}
