package dev.weir.flink.kafka;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where foreign writer schemas are looked up, first in the folder, then in the registry.
 *
 * @param folder folder with {@code <id>.avsc} files; null: none
 * @param registry address of a Confluent-compatible registry; null: none
 * @param passwordFile file with {@code user:password} of the registry; null: none
 */
public record SchemaLocation(
    @Nullable String folder, @Nullable String registry, @Nullable String passwordFile)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Only Weir's own schemas are known. */
  public static final SchemaLocation NONE = new SchemaLocation(null, null, null);
}
