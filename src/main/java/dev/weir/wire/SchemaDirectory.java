package dev.weir.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Schemas in a folder: {@code <id>.avsc}, found by the name of the file and by fingerprint. Read
 * once, so that what is known does not change while the job runs.
 */
public final class SchemaDirectory implements SchemaSource {
  private static final String ENDING = ".avsc";

  private final Map<String, String> byId = new HashMap<>();

  /**
   * Reads the schemas of a folder.
   *
   * @throws InputFileException if it is no folder, or one of its schemas cannot be used
   */
  public SchemaDirectory(Path folder) {
    for (Path file : files(folder)) {
      String name = String.valueOf(file.getFileName());
      String text = text(file);
      byId.put(name.substring(0, name.length() - ENDING.length()), text);
      byId.put(fingerprint(file, text), text);
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    } catch (NotDirectoryException e) {
      throw new InputFileException(folder + ": not a folder; name the folder of the schemas", e);
    } catch (IOException e) {
      throw new InputFileException(folder + ": cannot be read; check the path of the schemas", e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw TableReader.broken(file.toString(), e);
    }
  }

  private static String fingerprint(Path file, String text) {
    try {
      return Schemas.hex(Schemas.fingerprint(WriterSchema.parse(text)));
    } catch (IOException e) {
      throw new InputFileException(
          file + ": no Avro schema (" + e.getMessage() + "); mend or remove it", e);
    } catch (AvroRuntimeException e) {
      throw new InputFileException(
          file + ": no Avro schema (" + e.getMessage() + "); mend or remove it");
    }
  }

  @Override
  public @Nullable String find(String id) {
    return byId.get(id);
  }
}
