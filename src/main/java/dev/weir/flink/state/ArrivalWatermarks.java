package dev.weir.flink.state;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Event time of a partition: the largest time of a good record or heartbeat minus the lateness. Bad
 * records do not move it.
 */
public final class ArrivalWatermarks implements WatermarkGenerator<Arrival> {
  private final long latenessMillis;
  private long largest = Long.MIN_VALUE;

  private ArrivalWatermarks(long latenessMillis) {
    this.latenessMillis = latenessMillis;
  }

  /** Watermarks that stay behind by {@code lateness}. */
  public static WatermarkStrategy<Arrival> behind(Duration lateness) {
    long millis = lateness.toMillis();
    return new Strategy(millis);
  }

  @Override
  public void onEvent(Arrival arrival, long timestamp, WatermarkOutput output) {
    largest = Math.max(largest, arrival.time());
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    if (largest != Long.MIN_VALUE) {
      output.emitWatermark(new Watermark(largest - latenessMillis - 1));
    }
  }

  private record Strategy(long latenessMillis) implements WatermarkStrategy<Arrival> {
    private static final long serialVersionUID = 1;

    @Override
    public WatermarkGenerator<Arrival> createWatermarkGenerator(
        WatermarkGeneratorSupplier.Context context) {
      return new ArrivalWatermarks(latenessMillis);
    }

    @Override
    public TimestampAssigner<Arrival> createTimestampAssigner(
        org.apache.flink.api.common.eventtime.TimestampAssignerSupplier.Context context) {
      return (arrival, recordTime) -> Math.max(0, arrival.time());
    }
  }
}
