package dev.weir.flink.operator;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Passes elements on and says at once that time will not be held back by this stream: control and
 * the read-back have no event time of their own.
 *
 * <p>It says so by being idle, and not by the last watermark: where the other side of an operator
 * fell silent too, that would become the time of the operator, and all that waits would end.
 *
 * @param <T> the element
 */
public final class ReleaseTimeOperator<T> extends AbstractStreamOperator<T>
    implements OneInputStreamOperator<T, T> {
  private static final long serialVersionUID = 1;

  private ReleaseTimeOperator() {}

  /** {@code stream}, which no longer holds back time. */
  public static <T> DataStream<T> after(DataStream<T> stream, String uid, String name) {
    return stream
        .transform(name, stream.getType(), new ReleaseTimeOperator<T>())
        .uid(uid)
        .setParallelism(1);
  }

  @Override
  public void open() throws Exception {
    super.open();
    output.emitWatermarkStatus(WatermarkStatus.IDLE);
  }

  @Override
  public void processElement(StreamRecord<T> element) {
    element.eraseTimestamp();
    output.collect(element);
  }

  @Override
  public void processWatermark(Watermark mark) {
    if (mark.equals(Watermark.MAX_WATERMARK)) {
      // The job is drained: now all that waits is to end, also behind inputs that are silent.
      output.emitWatermarkStatus(WatermarkStatus.ACTIVE);
      output.emitWatermark(mark);
    }
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) {
    // An idle control stream still does not hold back time.
  }
}
