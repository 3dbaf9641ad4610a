package dev.weir.decide;

import dev.weir.event.WeirId;
import dev.weir.monitor.Series;
import dev.weir.stats.inference.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * How the versions of a model share the weight of one (monitor, metric, feature, segment): the
 * versions that the job file lists, else those of the first window, share nine tenths; the i-th
 * seen later takes 2^-i of the rest. A new configuration or baseline shares anew.
 *
 * <p>The shares given out sum to at most 1.
 */
final class VersionShares {
  private static final byte FORMAT = 1;
  private static final String PREFIX = "versions:";

  /** The version of records that do not say theirs. */
  private static final String NOT_TOLD_APART = "*";

  private final SeriesStore store;
  private final String edition;
  private final List<String> listed;
  private final int maxVersions;

  VersionShares(SeriesStore store, String edition, List<String> listed, int maxVersions) {
    this.store = store;
    this.edition = edition;
    this.listed = listed;
    this.maxVersions = maxVersions;
  }

  /** Versions in the order in which they came; {@code first} of them share nine tenths. */
  private record Slot(String edition, int first, List<String> versions) {}

  /** Name of what the versions share. */
  static String slotOf(Series series) {
    return WeirId.of(
        16,
        series.modelId(),
        series.monitor(),
        series.metric(),
        series.feature(),
        series.segment());
  }

  /**
   * The share of a version; 0 beyond the most versions that are told apart.
   *
   * @param together versions of this slot in the tick
   */
  double of(Series series, SortedSet<String> together) {
    String key = PREFIX + slotOf(series);
    byte[] bytes = store.get(key);
    Slot slot = bytes == null ? null : decode(bytes);
    if (slot == null || !slot.edition().equals(edition)) {
      slot = open(together);
    }
    List<String> versions = new ArrayList<>(slot.versions());
    for (String version : together) {
      if (!versions.contains(version) && versions.size() < maxVersions) {
        versions.add(version);
      }
    }
    Slot now = new Slot(edition, slot.first(), versions);
    if (!now.equals(slot) || bytes == null) {
      store.put(key, encode(now));
    }
    int position = versions.indexOf(series.modelVersion());
    if (position < 0) {
      return 0;
    }
    return position < slot.first()
        ? Weights.ofFirstVersions(slot.first())
        : Weights.ofLaterVersion(position - slot.first() + 1);
  }

  private Slot open(SortedSet<String> together) {
    List<String> first =
        listed.isEmpty() || together.contains(NOT_TOLD_APART)
            ? new ArrayList<>(together)
            : new ArrayList<>(listed);
    List<String> kept = first.subList(0, Math.min(first.size(), maxVersions));
    return new Slot(edition, kept.size(), List.copyOf(kept));
  }

  private static byte[] encode(Slot slot) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      Fields.writeText(out, slot.edition());
      out.writeInt(slot.first());
      out.writeInt(slot.versions().size());
      for (String version : slot.versions()) {
        Fields.writeText(out, version);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static Slot decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Fields.requireFormat("versions", in.readByte(), FORMAT);
      String edition = Fields.readText(in);
      int first = in.readInt();
      int size = Fields.readSize(in);
      List<String> versions = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        versions.add(Fields.readText(in));
      }
      return new Slot(edition, first, versions);
    } catch (IOException e) {
      throw new UncheckedIOException("the versions of a series cannot be read", e);
    }
  }
}
