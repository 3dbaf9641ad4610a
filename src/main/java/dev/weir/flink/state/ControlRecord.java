package dev.weir.flink.state;

import dev.weir.baseline.Baseline;
import dev.weir.event.Control;
import dev.weir.event.WeirId;
import dev.weir.spec.JobFiles;
import dev.weir.spec.JobSpec;
import dev.weir.wire.BaselineAvro;
import dev.weir.wire.ControlJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A control record and its place in the one order that all readers see.
 *
 * <p>Immutable and safe for all threads. Many tasks hold the same records, and baselines are large:
 * what {@link #of} and {@link #read} give is one instance for equal bytes in a process, and what
 * its text says is made out once.
 */
public final class ControlRecord {
  /** How it travels. */
  public static final CodecType<ControlRecord> TYPE =
      new CodecType<>(ControlRecord.class, ControlRecord::write, ControlRecord::read);

  /** Most bytes of a record that is sent to tasks: Flink's messages hold 10 MiB. */
  public static final int MOST_BYTES = 8 << 20;

  private static final Shared<ControlRecord> KNOWN = new Shared<>();

  private final Control control;
  private final long order;
  private final long time;
  private byte @Nullable [] bytes;
  private @Nullable JobSpec spec;
  private @Nullable Baseline baseline;

  /**
   * A record.
   *
   * @param control what it says
   * @param order position in that order: of two records about the same thing the later one holds
   * @param time event time from which it holds where it names none itself
   */
  public ControlRecord(Control control, long order, long time) {
    this(control, order, time, null);
  }

  private ControlRecord(Control control, long order, long time, byte @Nullable [] bytes) {
    this.control = control;
    this.order = order;
    this.time = time;
    this.bytes = bytes;
  }

  /** Writes it. */
  public void write(DataOutput out) throws IOException {
    byte[] whole = bytes();
    out.writeInt(whole.length);
    out.write(whole);
  }

  /** Reads what {@link #write} wrote. */
  public static ControlRecord read(DataInput in) throws IOException {
    byte[] whole = new byte[in.readInt()];
    in.readFully(whole);
    return of(whole);
  }

  /** The record as bytes, deflated: the bins of a baseline are mostly zeros. Not to be changed. */
  public synchronized byte[] bytes() {
    byte[] made = bytes;
    if (made == null) {
      made = pack();
      bytes = made;
    }
    return made;
  }

  private byte[] pack() {
    byte[] encoded = control instanceof Control.BaselineFile file ? file.encoded() : null;
    byte[] text = ControlJson.write(encoded == null ? control : withEncoded(control, null));
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(whole, deflater))) {
      out.writeLong(order);
      out.writeLong(time);
      out.writeInt(text.length);
      out.write(text);
      out.writeInt(encoded == null ? -1 : encoded.length);
      out.write(encoded == null ? new byte[0] : encoded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return whole.toByteArray();
  }

  private static Control withEncoded(Control control, byte @Nullable [] encoded) {
    Control.BaselineFile file = (Control.BaselineFile) control;
    return new Control.BaselineFile(
        file.modelId(), file.baselineId(), encoded, file.effectiveFrom());
  }

  /** The record of these bytes. */
  public static ControlRecord of(byte[] bytes) {
    return KNOWN.get(WeirId.sha256(bytes), () -> unpack(bytes));
  }

  private static ControlRecord unpack(byte[] bytes) {
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      long order = in.readLong();
      long time = in.readLong();
      Control control = ControlJson.read(in.readNBytes(in.readInt()));
      int length = in.readInt();
      return new ControlRecord(
          length < 0 ? control : withEncoded(control, in.readNBytes(length)), order, time, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it says. */
  public Control control() {
    return control;
  }

  /** Its position. */
  public long order() {
    return order;
  }

  /** Event time from which it holds. */
  public long effectiveFrom() {
    Long own = control.effectiveFrom();
    return own == null ? time : own;
  }

  /** The job file that it brings; null: it brings none, or withdraws one. */
  synchronized @Nullable JobSpec jobSpec() {
    if (spec == null && control instanceof Control.JobFile file && file.resolved() != null) {
      spec = JobFiles.fromResolved(file.resolved(), file.source());
    }
    return spec;
  }

  /** The baseline that it brings; null: it brings none, or withdraws one. */
  synchronized @Nullable Baseline baseline() {
    if (baseline == null
        && control instanceof Control.BaselineFile file
        && file.encoded() != null) {
      try {
        baseline = BaselineAvro.read(file.encoded());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return baseline;
  }
}
