package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Units of a regression target, and the nominal level of its intervals.
 *
 * @param centre about the median of the reference labels, in units of the target
 * @param scaleExponent the scale is 2^scaleExponent, about the spread of the reference labels;
 *     errors are kept in units of scale * 2^-20, interval scores in units of scale * 2^-30
 * @param nominalCoverage share of labels that intervals promise to hold, in (0,1)
 */
public record RegressionLayout(double centre, int scaleExponent, double nominalCoverage)
    implements Layout {
  private static final int VERSION = 1;

  /** Rejects what is no level and no scale. */
  public RegressionLayout {
    if (!(nominalCoverage > 0 && nominalCoverage < 1)) {
      throw new IllegalArgumentException(
          "Nominal coverage must lie in (0,1), not " + nominalCoverage);
    }
    if (!Double.isFinite(centre) || scaleExponent < -60 || scaleExponent > 1023) {
      throw new IllegalArgumentException(
          "Centre must be finite and the scale 2^-60 to 2^1023, not "
              + centre
              + " and 2^"
              + scaleExponent);
    }
  }

  /** Centre and scale of a layout that was built from the reference labels. */
  public static RegressionLayout of(NumericLayout labels, double nominalCoverage) {
    return new RegressionLayout(labels.centre(), labels.unitExponent() + 20, nominalCoverage);
  }

  /** Miss rate that the intervals allow: 1 - nominal coverage. */
  public double alpha() {
    return 1 - nominalCoverage;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeDouble(centre);
    Compact.writeSigned(out, scaleExponent);
    out.writeDouble(nominalCoverage);
  }

  /** Reads what {@link #encode} wrote. */
  public static RegressionLayout decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    double centre = in.readDouble();
    int scaleExponent = (int) Compact.readSigned(in);
    double nominalCoverage = in.readDouble();
    return Layout.decoded(() -> new RegressionLayout(centre, scaleExponent, nominalCoverage));
  }

  @Override
  public int fingerprint() {
    return Layout.fingerprintOf(this);
  }
}
