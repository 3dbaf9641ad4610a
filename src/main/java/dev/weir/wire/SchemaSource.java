package dev.weir.wire;

import org.jspecify.annotations.Nullable;

/** Where writer schemas come from. */
public interface SchemaSource {
  /** Knows no schema but Weir's own. */
  SchemaSource NONE = id -> null;

  /**
   * The schema with this id as JSON text, or null if there definitely is none. Waits as long as
   * nobody can say.
   *
   * @param id registry number as decimal digits, GUID in its text form with dashes, or fingerprint
   *     (CRC-64-AVRO) as 16 hex digits
   * @throws InterruptedException if the thread is interrupted while waiting
   */
  @Nullable String find(String id) throws InterruptedException;

  /** This source, and where it has nothing, the next. */
  default SchemaSource or(SchemaSource next) {
    return id -> {
      String schema = find(id);
      return schema == null ? next.find(id) : schema;
    };
  }
}
