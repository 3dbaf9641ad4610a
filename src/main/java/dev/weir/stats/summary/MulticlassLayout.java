package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The classes of the reference, in canonical order.
 *
 * <p>Guarantee: up to eight classes have class histograms of 1024 bins, more have 128, so that a
 * summary stays bounded.
 *
 * @param classes at least two, at most {@link #MOST_CLASSES}, without repetition
 */
public record MulticlassLayout(List<String> classes) implements Layout {
  /** Most classes of one model. */
  public static final int MOST_CLASSES = 1000;

  private static final int VERSION = 1;
  private static final int CLASSES_WITH_FINE_BINS = 8;
  private static final int COARSER = 3;

  /** Rejects too few, too many or repeated classes. */
  public MulticlassLayout {
    classes = List.copyOf(classes);
    if (classes.size() < 2 || classes.size() > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "There must be 2 to " + MOST_CLASSES + " classes, not " + classes.size());
    }
    if (classes.stream().distinct().count() != classes.size()) {
      throw new IllegalArgumentException("A class is named twice in " + classes);
    }
  }

  /** Position of a class, or -1 if the reference does not have it. */
  public int index(String name) {
    return classes.indexOf(name);
  }

  /** Number of classes. */
  public int size() {
    return classes.size();
  }

  /** Bins of each class histogram. */
  public int scoreBins() {
    return ScoreLayout.LOGIT_BINS >> shift();
  }

  /** Bin of a score in the class histograms. */
  public int scoreBin(double score) {
    return ScoreLayout.logitBin(score) >> shift();
  }

  private int shift() {
    return classes.size() <= CLASSES_WITH_FINE_BINS ? 0 : COARSER;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Compact.writeUnsigned(out, classes.size());
    for (String name : classes) {
      out.writeUTF(name);
    }
  }

  /** Reads what {@link #encode} wrote. */
  public static MulticlassLayout decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    int size = Compact.readSize(in, MOST_CLASSES);
    List<String> classes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      classes.add(in.readUTF());
    }
    return Layout.decoded(() -> new MulticlassLayout(classes));
  }

  @Override
  public int fingerprint() {
    return Layout.fingerprintOf(this);
  }
}
