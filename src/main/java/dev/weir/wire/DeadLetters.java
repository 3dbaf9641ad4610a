package dev.weir.wire;

import dev.weir.event.DeadLetter;
import dev.weir.event.Event.Input;
import dev.weir.event.RawRecord;
import dev.weir.event.WeirId;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes dead letters that are always small: whatever came in, they stay below what a broker
 * accepts.
 */
public final class DeadLetters {
  /** First bytes of a value that are kept. */
  static final int HEAD_BYTES = 1_024;

  private static final int KEY_BYTES = 1_024;
  private static final int HEADERS = 16;
  private static final int HEADER_BYTES = 256;
  private static final int TEXT_LENGTH = 500;

  private DeadLetters() {}

  /**
   * A record of a topic that could not be used.
   *
   * @param keepPayload whether the first bytes of the value are kept
   * @param modelId if it could be read
   * @param predictionId if it could be read
   * @param schemaId registry id or fingerprint, if the record named one
   */
  public static DeadLetter of(
      RawRecord record,
      Problem problem,
      boolean keepPayload,
      @Nullable String modelId,
      @Nullable String predictionId,
      @Nullable String schemaId) {
    byte[] value = record.value();
    byte[] bytes = value == null ? new byte[0] : value;
    return new DeadLetter(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestampOrNull(),
        problem.reason(),
        cleanOrNull(problem.field()),
        clean(problem.detail()),
        cleanOrNull(modelId),
        cleanOrNull(predictionId),
        cleanOrNull(schemaId),
        record.key() == null ? null : first(record.key(), KEY_BYTES),
        keepPayload && value != null ? first(value, HEAD_BYTES) : null,
        bytes.length,
        WeirId.sha256(bytes),
        headers(record.headers()));
  }

  /** A row of a file that could not be used: topic is the input, offset the line. */
  public static DeadLetter of(
      Input input,
      Row row,
      Problem problem,
      boolean keepPayload,
      @Nullable String modelId,
      @Nullable String predictionId) {
    return new DeadLetter(
        input.id(),
        0,
        row.line(),
        null,
        problem.reason(),
        cleanOrNull(problem.field()),
        clean(problem.detail()),
        cleanOrNull(modelId),
        cleanOrNull(predictionId),
        null,
        null,
        keepPayload ? first(row.head(), HEAD_BYTES) : null,
        row.byteCount(),
        row.sha256(),
        Map.of());
  }

  /** The first headers by name, so that the choice does not depend on the order of a map. */
  private static Map<String, byte[]> headers(Map<String, byte[]> headers) {
    if (headers.isEmpty()) {
      return Map.of();
    }
    Map<String, byte[]> kept = new TreeMap<>();
    for (Map.Entry<String, byte[]> entry : new TreeMap<>(headers).entrySet()) {
      if (kept.size() == HEADERS) {
        break;
      }
      kept.put(clean(entry.getKey()), first(entry.getValue(), HEADER_BYTES));
    }
    return kept;
  }

  private static byte[] first(byte[] bytes, int most) {
    return bytes.length <= most ? bytes : Arrays.copyOf(bytes, most);
  }

  private static @Nullable String cleanOrNull(@Nullable String text) {
    return text == null ? null : clean(text);
  }

  /** Without control characters, at most 500 characters. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), TEXT_LENGTH));
    for (int i = 0; i < text.length() && clean.length() < TEXT_LENGTH; i++) {
      char c = text.charAt(i);
      if (!Character.isISOControl(c)) {
        clean.append(c);
      }
    }
    int last = clean.length() - 1;
    if (last >= 0 && Character.isHighSurrogate(clean.charAt(last))) {
      clean.setLength(last);
    }
    return clean.toString();
  }
}
