package dev.weir.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Ids that are hashes of what they identify: the first hex digits of SHA-256 over the parts in
 * order, each as UTF-8 preceded by its length as a 4-byte big-endian integer (null: length -1).
 *
 * <p>Equal parts give equal ids after any crash, on any machine, for ever: the recipe is frozen.
 */
public final class WeirId {
  private static final MessageDigest SHA_256 = lookUp();

  private WeirId() {}

  /** The first {@code digits} (at most 64) hex digits of the id of {@code parts}. */
  public static String of(int digits, @Nullable String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      byte[] bytes = part == null ? new byte[0] : part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(part == null ? -1 : bytes.length).array());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, digits);
  }

  /** SHA-256 of bytes as 64 hex digits. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** A fresh SHA-256 digest. */
  public static MessageDigest sha256() {
    try {
      // Looking an algorithm up takes longer than hashing an id with it.
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's SHA-256 can be copied", e);
    }
  }

  private static MessageDigest lookUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
