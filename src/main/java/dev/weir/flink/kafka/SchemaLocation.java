package dev.weir.flink.kafka;

import dev.weir.wire.SchemaDirectory;
import dev.weir.wire.SchemaRegistry;
import dev.weir.wire.SchemaSource;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Opens both; what the folder knows is not asked of the registry. */
  SchemaSource open() {
    SchemaSource local = folder == null ? SchemaSource.NONE : new SchemaDirectory(Path.of(folder));
    if (registry == null) {
      return local;
    }
    SchemaSource remote = new SchemaRegistry(URI.create(registry), password());
    return id -> {
      String schema = local.find(id);
      return schema == null ? remote.find(id) : schema;
    };
  }

  private @Nullable String password() {
    try {
      return passwordFile == null ? null : Files.readString(Path.of(passwordFile)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the password file of the registry cannot be read", e);
    }
  }
}
