package dev.weir.baseline;

import dev.weir.event.Event;
import dev.weir.stats.summary.Layout;
import dev.weir.stats.summary.Summary;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One row per entity of a window: that with the smallest SHA-256 of the prediction id, of inputs
 * and of predictions. Evidence counts these rows, so that an entity counts once ({@code
 * statistics.md} 4.4).
 *
 * <p>Guarantee: a mergeable minimum: the order of rows and of merges changes no bit. Bounded: with
 * more entities than are allowed nothing is kept but that there were too many, whatever the order.
 * Of deliveries of one id the one with the smallest codes counts. A row takes 32 bytes and about
 * two per column.
 */
public final class GatedRows implements Summary<GatedRows> {
  private static final int VERSION = 1;
  private static final int LONGEST_ROW = 1 << 16;

  private final ProfileLayout layout;
  private final RowCodes codes;
  private final int most;
  private final List<Map<HashedId, Row>> inputs = List.of(new HashMap<>(), new HashMap<>());
  private boolean overflowed;

  /** A row, by the hash of its prediction id. */
  private record Row(HashedId id, byte[] codes) {
    boolean before(Row other) {
      int byId = id.compareTo(other.id);
      return byId < 0 || (byId == 0 && Arrays.compareUnsigned(codes, other.codes) < 0);
    }
  }

  /**
   * No rows.
   *
   * @param most most entities, in the inputs and in the predictions
   */
  public GatedRows(ProfileLayout layout, int most) {
    this.layout = layout;
    this.codes = new RowCodes(layout);
    this.most = most;
  }

  /** Takes in a delivery of inputs about this entity. */
  public void add(Event.Features event, String entity) {
    if (!overflowed) {
      Row row = new Row(HashedId.of(event.predictionId()), codes.of(event.features()));
      put(inputs.get(0), HashedId.of(entity), row);
    }
  }

  /** Takes in a delivery of a prediction about this entity. */
  public void add(Event.Prediction event, String entity) {
    if (!overflowed) {
      put(
          inputs.get(1),
          HashedId.of(entity),
          new Row(HashedId.of(event.predictionId()), codes.of(event)));
    }
  }

  private void put(Map<HashedId, Row> rows, HashedId entity, Row row) {
    rows.merge(entity, row, (one, other) -> other.before(one) ? other : one);
    if (rows.size() > most) {
      overflow();
    }
  }

  private void overflow() {
    overflowed = true;
    inputs.forEach(Map::clear);
  }

  /** Whether there were more entities than are allowed. */
  public boolean overflowed() {
    return overflowed;
  }

  /** Number of rows that are held. */
  public int size() {
    return inputs.get(0).size() + inputs.get(1).size();
  }

  /** The rows as a profile: counts are exact, sums and extremes say nothing. */
  public ProfileSummary profile() {
    ProfileSummary profile = new ProfileSummary(layout);
    try {
      for (Row row : inputs.get(0).values()) {
        codes.addFeatures(row.codes(), profile);
      }
      for (Row row : inputs.get(1).values()) {
        codes.addPrediction(row.codes(), profile);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("A row cannot be read back", impossible);
    }
    return profile;
  }

  @Override
  public void merge(GatedRows other) {
    Layout.requireEqual(layout, other.layout);
    if (other.overflowed) {
      overflow();
    }
    for (int input = 0; input < inputs.size() && !overflowed; input++) {
      Map<HashedId, Row> rows = inputs.get(input);
      other.inputs.get(input).forEach((entity, row) -> putUnlessOverflowed(rows, entity, row));
    }
  }

  private void putUnlessOverflowed(Map<HashedId, Row> rows, HashedId entity, Row row) {
    if (!overflowed) {
      put(rows, entity, row);
    }
  }

  @Override
  public GatedRows empty() {
    return new GatedRows(layout, most);
  }

  @Override
  public boolean isEmpty() {
    return !overflowed && size() == 0;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Bytes.writeHeader(out, VERSION, layout.fingerprint());
    out.writeBoolean(overflowed);
    for (Map<HashedId, Row> rows : inputs) {
      Bytes.writeLong(out, rows.size());
      for (Map.Entry<HashedId, Row> entry : new TreeMap<>(rows).entrySet()) {
        entry.getKey().encode(out);
        entry.getValue().id().encode(out);
        Bytes.writeLong(out, entry.getValue().codes().length);
        out.write(entry.getValue().codes());
      }
    }
  }

  /** Whether these bytes were written with this layout. */
  public static boolean hasLayout(byte[] bytes, ProfileLayout layout) {
    return Bytes.hasLayout(bytes, layout.fingerprint());
  }

  /** Reads what {@link #encode} wrote. */
  public static GatedRows decode(DataInput in, ProfileLayout layout, int most) throws IOException {
    Bytes.readHeader(in, VERSION, layout.fingerprint());
    GatedRows read = new GatedRows(layout, most);
    boolean overflowed = in.readBoolean();
    for (Map<HashedId, Row> rows : read.inputs) {
      for (int left = Bytes.readSize(in, Integer.MAX_VALUE); left > 0; left--) {
        HashedId entity = HashedId.decode(in);
        HashedId id = HashedId.decode(in);
        byte[] codes = new byte[Bytes.readSize(in, LONGEST_ROW)];
        in.readFully(codes);
        read.put(rows, entity, new Row(id, codes));
      }
    }
    if (overflowed) {
      read.overflow();
    }
    return read;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GatedRows that
        && layout.equals(that.layout)
        && Arrays.equals(Bytes.of(this::encode), Bytes.of(that::encode));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(Bytes.of(this::encode));
  }
}
