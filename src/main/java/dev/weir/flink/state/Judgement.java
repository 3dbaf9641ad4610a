package dev.weir.flink.state;

import dev.weir.decide.Delivery;
import dev.weir.decide.LabelCount;
import dev.weir.decide.SystemNotice;
import dev.weir.decide.TriggerSighting;
import dev.weir.event.Control;
import dev.weir.event.Event;
import dev.weir.monitor.Attribution;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Histogram;
import dev.weir.monitor.Series;
import dev.weir.monitor.Unit;
import dev.weir.monitor.Verdict;
import dev.weir.monitor.Withheld;
import dev.weir.wire.ControlJson;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that one model learns at one event time, on its way to the decision.
 *
 * @param modelId the model
 * @param tick event time at which it is known
 * @param id what it is about: of two with equal tick and id the later one replaces the earlier
 * @param findings findings of one report
 * @param labels labels of a final cohort
 * @param controls what people and registries say
 * @param notices about Weir's own input and limits
 * @param deliveries what came of the inputs
 * @param sighting what was found on the trigger topic; it has no event time of its own
 */
public record Judgement(
    String modelId,
    long tick,
    String id,
    List<Finding> findings,
    List<LabelCount> labels,
    List<Control> controls,
    List<SystemNotice> notices,
    List<Delivery> deliveries,
    @Nullable TriggerSighting sighting) {

  /** How it travels. */
  public static final CodecType<Judgement> TYPE =
      new CodecType<>(Judgement.class, Judgement::write, Judgement::read);

  private static final byte FORMAT = 4;

  /** The first format with sightings. */
  private static final byte WITH_SIGHTING = 3;

  /** The format before sightings and deliveries. */
  private static final byte FIRST = 2;

  private static final Event.Input[] INPUTS = Event.Input.values();

  private static final Unit[] UNITS = Unit.values();
  private static final Verdict[] VERDICTS = Verdict.values();
  private static final Withheld[] WITHHELD = Withheld.values();
  private static final SystemNotice.Kind[] NOTICES = SystemNotice.Kind.values();

  /** That rows of a model were counted in another way than the window of this time asks for. */
  public static Judgement countedOtherwise(String modelId, long time) {
    return notice(
        modelId,
        time,
        new SystemNotice(
            SystemNotice.Kind.LIMIT_REACHED,
            "layout",
            true,
            "rows were counted under another job file or baseline than holds for their window"));
  }

  /** Something about Weir's own input and limits, as of an event time. */
  public static Judgement notice(String modelId, long time, SystemNotice notice) {
    return new Judgement(
        modelId,
        time,
        notice.subject(),
        List.of(),
        List.of(),
        List.of(),
        List.of(notice),
        List.of(),
        null);
  }

  /** Records of an input that could not be used before this time: parts of it add up. */
  public static Judgement setAside(String modelId, long time, Event.Input input, long records) {
    return new Judgement(
        modelId,
        time,
        "set-aside-" + input.id(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(new Delivery(input, 0, records)),
        null);
  }

  /** This and another part of the same. */
  public Judgement plus(Judgement other) {
    List<Delivery> all = new ArrayList<>(deliveries);
    all.addAll(other.deliveries());
    return new Judgement(
        modelId, tick, id, findings, labels, controls, notices, added(all), sighting);
  }

  private static List<Delivery> added(List<Delivery> parts) {
    List<Delivery> sums = new ArrayList<>();
    for (Event.Input input : INPUTS) {
      long rows = 0;
      long setAside = 0;
      boolean any = false;
      for (Delivery part : parts) {
        if (part.input() == input) {
          any = true;
          rows += part.rows();
          setAside += part.setAside();
        }
      }
      if (any) {
        sums.add(new Delivery(input, rows, setAside));
      }
    }
    return sums;
  }

  /**
   * Whether it is a part that others of the same tick and id add to, not one that replaces them.
   */
  public boolean addsUp() {
    return deliveries.stream().anyMatch(delivery -> delivery.setAside() > 0);
  }

  /** What was found on the trigger topic. */
  public static Judgement sighting(String modelId, TriggerSighting sighting) {
    return new Judgement(
        modelId,
        sighting.decidedAt(),
        sighting.triggerId(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        sighting);
  }

  /** Rows behind the finding that has most of them: those of the window. */
  public long mostRows() {
    return findings.stream().mapToLong(Finding::nCurrent).max().orElse(0);
  }

  /** Writes it. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    out.writeUTF(modelId);
    out.writeLong(tick);
    out.writeUTF(id);
    writeList(out, findings, Judgement::writeFinding);
    writeList(out, labels, Judgement::writeLabels);
    writeList(out, controls, (control, to) -> writeBytes(to, ControlJson.write(control)));
    writeList(out, notices, Judgement::writeNotice);
    writeList(out, deliveries, Judgement::writeDelivery);
    out.writeBoolean(sighting != null);
    if (sighting != null) {
      writeSighting(sighting, out);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static Judgement read(DataInput in) throws IOException {
    byte format = in.readByte();
    if (format < FIRST || format > FORMAT) {
      throw new IOException("judgement: format " + format + " is unknown");
    }
    return new Judgement(
        in.readUTF(),
        in.readLong(),
        in.readUTF(),
        readList(in, Judgement::readFinding),
        readList(in, Judgement::readLabels),
        readList(in, from -> ControlJson.read(readBytes(from))),
        readList(in, Judgement::readNotice),
        format >= FORMAT ? readList(in, Judgement::readDelivery) : List.of(),
        format >= WITH_SIGHTING && in.readBoolean() ? readSighting(in) : null);
  }

  @FunctionalInterface
  private interface Write<T> {
    void write(T element, DataOutput out) throws IOException;
  }

  @FunctionalInterface
  private interface Read<T> {
    T read(DataInput in) throws IOException;
  }

  private static <T> void writeList(DataOutput out, List<T> list, Write<T> write)
      throws IOException {
    out.writeInt(list.size());
    for (T element : list) {
      write.write(element, out);
    }
  }

  private static <T> List<T> readList(DataInput in, Read<T> read) throws IOException {
    int size = in.readInt();
    List<T> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add(read.read(in));
    }
    return list;
  }

  private static void writeFinding(Finding finding, DataOutput out) throws IOException {
    Series series = finding.series();
    out.writeUTF(series.modelId());
    out.writeUTF(series.modelVersion());
    out.writeUTF(series.monitor());
    out.writeUTF(series.metric());
    writeText(out, series.feature());
    writeText(out, series.segment());
    out.writeLong(finding.windowStart());
    out.writeLong(finding.windowEnd());
    out.writeLong(finding.tick());
    out.writeInt(finding.revision());
    writeNumber(out, finding.value());
    out.writeByte(finding.unit().ordinal());
    writeNumber(out, finding.ciLow());
    writeNumber(out, finding.ciHigh());
    writeNumber(out, finding.threshold());
    out.writeLong(finding.nCurrent());
    out.writeBoolean(finding.nReference() != null);
    if (finding.nReference() != null) {
      out.writeLong(finding.nReference());
    }
    out.writeByte(finding.verdict().ordinal());
    writeNumber(out, finding.completeness());
    writeNumber(out, finding.errorBound());
    out.writeByte(finding.withheld() == null ? -1 : finding.withheld().ordinal());
    writeList(out, finding.blindTo(), (text, to) -> to.writeUTF(text));
    writeText(out, finding.season());
    writeText(out, finding.baselineId());
    out.writeBoolean(finding.histogram() != null);
    if (finding.histogram() != null) {
      writeHistogram(out, finding.histogram());
    }
    writeBytes(out, finding.counts());
    out.writeBoolean(finding.attribution() != null);
    if (finding.attribution() != null) {
      writeAttribution(out, finding.attribution());
    }
    out.writeUTF(finding.configHash());
  }

  private static Finding readFinding(DataInput in) throws IOException {
    Series series =
        new Series(
            in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), readText(in), readText(in));
    return new Finding(
        series,
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readInt(),
        readNumber(in),
        UNITS[in.readByte()],
        readNumber(in),
        readNumber(in),
        readNumber(in),
        in.readLong(),
        in.readBoolean() ? in.readLong() : null,
        VERDICTS[in.readByte()],
        readNumber(in),
        readNumber(in),
        readWithheld(in),
        readList(in, DataInput::readUTF),
        readText(in),
        readText(in),
        in.readBoolean() ? readHistogram(in) : null,
        readOptionalBytes(in),
        in.readBoolean() ? readAttribution(in) : null,
        in.readUTF());
  }

  private static void writeAttribution(DataOutput out, Attribution attribution) throws IOException {
    out.writeDouble(attribution.total());
    out.writeDouble(attribution.mix());
    out.writeDouble(attribution.rate());
    out.writeDouble(attribution.dataQuality());
    out.writeDouble(attribution.delay());
    writeList(out, attribution.segments(), Judgement::writeContribution);
    writeList(out, attribution.bins(), Judgement::writeContribution);
  }

  private static Attribution readAttribution(DataInput in) throws IOException {
    return new Attribution(
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        readList(in, Judgement::readContribution),
        readList(in, Judgement::readContribution));
  }

  private static void writeContribution(Attribution.Contribution contribution, DataOutput out)
      throws IOException {
    writeText(out, contribution.name());
    writeNumber(out, contribution.low());
    writeNumber(out, contribution.high());
    out.writeDouble(contribution.change());
  }

  private static Attribution.Contribution readContribution(DataInput in) throws IOException {
    return new Attribution.Contribution(
        String.valueOf(readText(in)), readNumber(in), readNumber(in), in.readDouble());
  }

  private static @Nullable Withheld readWithheld(DataInput in) throws IOException {
    byte ordinal = in.readByte();
    return ordinal < 0 ? null : WITHHELD[ordinal];
  }

  private static void writeHistogram(DataOutput out, Histogram histogram) throws IOException {
    out.writeInt(histogram.edges().length);
    for (double edge : histogram.edges()) {
      out.writeDouble(edge);
    }
    writeList(out, histogram.categories(), (category, to) -> writeText(to, category));
    writeCounts(out, histogram.reference());
    writeCounts(out, histogram.current());
    out.writeLong(histogram.referenceMissing());
    out.writeLong(histogram.currentMissing());
  }

  private static Histogram readHistogram(DataInput in) throws IOException {
    double[] edges = new double[in.readInt()];
    for (int edge = 0; edge < edges.length; edge++) {
      edges[edge] = in.readDouble();
    }
    return new Histogram(
        edges,
        readList(in, from -> String.valueOf(readText(from))),
        readCounts(in),
        readCounts(in),
        in.readLong(),
        in.readLong());
  }

  private static void writeCounts(DataOutput out, long[] counts) throws IOException {
    out.writeInt(counts.length);
    for (long count : counts) {
      out.writeLong(count);
    }
  }

  private static long[] readCounts(DataInput in) throws IOException {
    long[] counts = new long[in.readInt()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = in.readLong();
    }
    return counts;
  }

  private static void writeLabels(LabelCount labels, DataOutput out) throws IOException {
    out.writeUTF(labels.modelVersion());
    out.writeLong(labels.windowStart());
    out.writeLong(labels.windowEnd());
    out.writeLong(labels.predicted());
    out.writeLong(labels.labelled());
    out.writeInt(labels.classes().size());
    for (Map.Entry<String, Long> entry : new TreeMap<>(labels.classes()).entrySet()) {
      writeText(out, entry.getKey());
      out.writeLong(entry.getValue());
    }
  }

  private static LabelCount readLabels(DataInput in) throws IOException {
    String version = in.readUTF();
    long start = in.readLong();
    long end = in.readLong();
    long predicted = in.readLong();
    long labelled = in.readLong();
    Map<String, Long> classes = new TreeMap<>();
    for (int i = in.readInt(); i > 0; i--) {
      classes.put(String.valueOf(readText(in)), in.readLong());
    }
    return new LabelCount(version, start, end, predicted, labelled, classes);
  }

  private static void writeNotice(SystemNotice notice, DataOutput out) throws IOException {
    out.writeByte(notice.kind().ordinal());
    out.writeUTF(notice.subject());
    out.writeBoolean(notice.active());
    out.writeUTF(notice.summary());
  }

  private static SystemNotice readNotice(DataInput in) throws IOException {
    return new SystemNotice(NOTICES[in.readByte()], in.readUTF(), in.readBoolean(), in.readUTF());
  }

  private static void writeDelivery(Delivery delivery, DataOutput out) throws IOException {
    out.writeByte(delivery.input().ordinal());
    out.writeLong(delivery.rows());
    out.writeLong(delivery.setAside());
  }

  private static Delivery readDelivery(DataInput in) throws IOException {
    return new Delivery(INPUTS[in.readByte()], in.readLong(), in.readLong());
  }

  /** Writes a sighting; {@link #readSighting} reads it back. */
  static void writeSighting(TriggerSighting sighting, DataOutput out) throws IOException {
    out.writeUTF(sighting.triggerId());
    out.writeUTF(sighting.payloadHash());
    out.writeLong(sighting.decidedAt());
    out.writeLong(sighting.expiresAt());
  }

  /** Reads what {@link #writeSighting} wrote. */
  static TriggerSighting readSighting(DataInput in) throws IOException {
    return new TriggerSighting(in.readUTF(), in.readUTF(), in.readLong(), in.readLong());
  }

  private static void writeNumber(DataOutput out, @Nullable Double number) throws IOException {
    out.writeBoolean(number != null);
    if (number != null) {
      out.writeDouble(number);
    }
  }

  private static @Nullable Double readNumber(DataInput in) throws IOException {
    return in.readBoolean() ? in.readDouble() : null;
  }

  private static void writeText(DataOutput out, @Nullable String text) throws IOException {
    writeBytes(out, text == null ? null : text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static @Nullable String readText(DataInput in) throws IOException {
    byte[] bytes = readOptionalBytes(in);
    return bytes == null ? null : new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void writeBytes(DataOutput out, byte @Nullable [] bytes) throws IOException {
    out.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static byte[] readBytes(DataInput in) throws IOException {
    byte[] bytes = readOptionalBytes(in);
    return bytes == null ? new byte[0] : bytes;
  }

  private static byte @Nullable [] readOptionalBytes(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
