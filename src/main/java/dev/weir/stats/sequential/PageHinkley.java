package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Page-Hinkley: a rise of the mean, by a sum that forgets slowly.
 *
 * <p>{@code mean += (x - mean)/n; S = max(0, .9999 S + x - mean - .005)}; a change if {@code S >
 * 50} and n is at least 30. In the unit of the values. Source: Page (1954), in the one-sided form
 * of river. Mutable; restarts empty at its own alarm.
 */
public final class PageHinkley implements ChangeDetector {
  private static final double FORGETTING = 0.9999;

  private final double slack;
  private final double threshold;
  private final long warmUp;
  private long n;
  private double mean;
  private double sum;

  /** With the usual slack .005, threshold 50 and warm-up 30. */
  public PageHinkley() {
    this(0.005, 50, 30);
  }

  /**
   * With other settings.
   *
   * @param slack how much of a rise is ignored, in the unit of the values
   * @param threshold the sum that is a change
   * @param warmUp fewest values before an alarm
   */
  public PageHinkley(double slack, double threshold, long warmUp) {
    this.slack = slack;
    this.threshold = threshold;
    this.warmUp = warmUp;
  }

  @Override
  public Signal update(double value) {
    n++;
    mean += (value - mean) / n;
    sum = Math.max(0, FORGETTING * sum + value - mean - slack);
    if (n < warmUp || !(sum > threshold)) {
      return Signal.NONE;
    }
    n = 0;
    mean = 0;
    sum = 0;
    return Signal.CHANGE;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Format.write(out);
    out.writeDouble(slack);
    out.writeDouble(threshold);
    out.writeLong(warmUp);
    out.writeLong(n);
    out.writeDouble(mean);
    out.writeDouble(sum);
  }

  /** Reads a state written by {@link #encode}. */
  public static PageHinkley decode(DataInput in) throws IOException {
    Format.require("Page-Hinkley", in);
    PageHinkley read = new PageHinkley(in.readDouble(), in.readDouble(), in.readLong());
    read.n = in.readLong();
    read.mean = in.readDouble();
    read.sum = in.readDouble();
    return read;
  }
}
