package dev.weir.flink.state;

import dev.weir.event.WeirId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is remembered of the reports of one cohort. Immutable.
 *
 * @param closed whether it is final
 * @param revision of the next report
 * @param slides age in slides of the next report while it is provisional: 1, 2, 4, 8, ...
 * @param age event time at which it has that age
 * @param digest start of the SHA-256 of the last report; empty before the first
 */
public record CohortWindow(boolean closed, int revision, int slides, long age, byte[] digest) {
  private static final byte FORMAT = 1;
  private static final int DIGEST = 16;

  /** A cohort that was not reported yet. */
  public static CohortWindow fresh(boolean closed, long windowEnd, CohortSchedule schedule) {
    return new CohortWindow(closed, 0, 1, schedule.nextBorder(windowEnd), new byte[0]);
  }

  /** Whether a report of these bytes would say something else than the last one. */
  public boolean differs(byte[] payload) {
    return !Arrays.equals(digest, digest(payload));
  }

  /** After a report of these bytes. */
  public CohortWindow reported(byte[] payload) {
    return new CohortWindow(closed, revision + 1, slides, age, digest(payload));
  }

  /** Final from now on. */
  public CohortWindow close() {
    return new CohortWindow(true, revision, slides, age, digest);
  }

  /** With the next age after {@code time}. */
  public CohortWindow older(long time, CohortSchedule schedule) {
    int number = slides;
    long next = age;
    while (next <= time) {
      for (int i = number; i > 0; i--) {
        next = schedule.nextBorder(next);
      }
      number *= 2;
    }
    return new CohortWindow(closed, revision, number, next, digest);
  }

  private static byte[] digest(byte[] payload) {
    return Arrays.copyOf(WeirId.sha256().digest(payload), DIGEST);
  }

  /** The cohort as bytes. */
  public byte[] encoded() {
    return ByteBuffer.allocate(18 + digest.length)
        .put(FORMAT)
        .put((byte) (closed ? 1 : 0))
        .putInt(revision)
        .putInt(slides)
        .putLong(age)
        .put(digest)
        .array();
  }

  /** Reads what {@link #encoded} wrote. */
  public static CohortWindow decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte format = buffer.get();
    if (format != FORMAT) {
      throw new IllegalStateException("cohort: format " + format + " is unknown");
    }
    boolean closed = buffer.get() == 1;
    int revision = buffer.getInt();
    int slides = buffer.getInt();
    long age = buffer.getLong();
    byte[] digest = new byte[buffer.remaining()];
    buffer.get(digest);
    return new CohortWindow(closed, revision, slides, age, digest);
  }
}
