package dev.weir.wire;

import dev.weir.event.Control;
import dev.weir.event.DeadLetter;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The control records of a JSON Lines file, for replays: what the topic would have carried.
 *
 * @param controls valid records in the order of the file
 * @param deadLetters records that fail; topic is that of the file, offset the line
 */
public record ControlFile(List<Control> controls, List<DeadLetter> deadLetters) {
  /** Copies are kept. */
  public ControlFile {
    controls = List.copyOf(controls);
    deadLetters = List.copyOf(deadLetters);
  }

  /**
   * Reads a whole file; blank lines count as lines and are otherwise nothing.
   *
   * @throws InputFileException if there is no such file, or it cannot be read
   */
  public static ControlFile read(Path file, ControlTopic topic, boolean keepPayload) {
    ControlDecoder decoder = new ControlDecoder(topic, keepPayload);
    List<Control> controls = new ArrayList<>();
    List<DeadLetter> deadLetters = new ArrayList<>();
    long number = 0;
    for (String line : text(file).split("\n", -1)) {
      number++;
      if (!line.isBlank()) {
        byte[] value = line.strip().getBytes(StandardCharsets.UTF_8);
        DecodedControl decoded =
            decoder.decode(
                new KeptRecord(
                    topic.id(), 0, number, RawRecord.NO_TIMESTAMP, null, value, Map.of()));
        if (decoded instanceof DecodedControl.Good good) {
          controls.add(good.control());
        } else if (decoded instanceof DecodedControl.Bad bad) {
          deadLetters.add(bad.deadLetter());
        }
      }
    }
    return new ControlFile(controls, deadLetters);
  }

  private static String text(Path file) {
    try (InputStream input = TableReader.unzipped(Files.newInputStream(file))) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new InputFileException(file + ": no such file; check the path", e);
    } catch (IOException e) {
      throw TableReader.broken(file.toString(), e);
    }
  }
}
