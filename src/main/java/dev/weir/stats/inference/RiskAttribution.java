package dev.weir.stats.inference;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A change of mean risk split into what other rows, other risks, bad inputs and late labels did.
 *
 * <p>Guarantee: the four parts add up to the change as integers, and so do the contributions of any
 * partition of the cells; only the last division rounds. With n rows and losses S' now, m and S in
 * the reference, c = (S/m + S'/n)/2, a group g of cells contributes
 *
 * <pre>S'_g/n - S_g/m - c (n_g/n - m_g/m)</pre>
 *
 * which is the mix of Kitagawa (1955) measured from the mean risk, plus its rate. The cells of rows
 * with bad inputs are the data-quality part, those of other rows whose label came late the delay
 * part; what is left is split into rate, {@code (p + q)/2 (R' - R)} per cell, and mix. A cell that
 * is empty on one side takes the other side's risk, so that all it contributes is mix. Without bad
 * inputs and late labels mix and rate are those of {@link MixRateSplit}; measuring from the mean
 * risk changes no sum, because shares sum to 1 on both sides.
 *
 * <p>Rounding: rates are rounded down to units of 2^-63/(m n)^2, and mix takes the difference.
 */
public final class RiskAttribution {
  /** Bits after the point of a loss. */
  private static final int LOSS_BITS = 30;

  /** Bits added before a rate is divided. */
  private static final int RATE_BITS = 32;

  private final List<Cell> cells;
  private final BigInteger reference;
  private final BigInteger current;
  private final BigInteger referenceLoss;
  private final BigInteger currentLoss;
  private final Map<Part, BigInteger> parts = new EnumMap<>(Part.class);

  /** What a change is due to. */
  public enum Part {
    /** Other rows: other shares of segments and predictions. */
    MIX,
    /** Other risks for the same rows. */
    RATE,
    /** Rows with bad inputs. */
    DATA_QUALITY,
    /** Rows whose label came late. */
    DELAY
  }

  /** How the rows of a cell came. */
  public enum Rows {
    /** Good inputs, labelled early. */
    PLAIN,
    /** Bad inputs. */
    SPOILED,
    /** Good inputs, labelled late. */
    LATE
  }

  /**
   * Rows that are alike, on both sides.
   *
   * @param segment segment of the rows
   * @param bin bin of the prediction
   * @param rows how they came
   * @param reference rows of the reference
   * @param referenceLoss sum of their losses in units of 2^-30
   * @param current rows of the window
   * @param currentLoss sum of their losses in units of 2^-30
   */
  public record Cell(
      String segment,
      int bin,
      Rows rows,
      long reference,
      BigInteger referenceLoss,
      long current,
      BigInteger currentLoss) {}

  private RiskAttribution(List<Cell> cells, BigInteger reference, BigInteger current) {
    this.cells = cells;
    this.reference = reference;
    this.current = current;
    this.referenceLoss = sum(Cell::referenceLoss);
    this.currentLoss = sum(Cell::currentLoss);
    BigInteger rate = sum(this::rate);
    BigInteger spoiled = sum(cell -> cell.rows() == Rows.SPOILED ? of(cell) : BigInteger.ZERO);
    BigInteger late = sum(cell -> cell.rows() == Rows.LATE ? of(cell) : BigInteger.ZERO);
    parts.put(Part.RATE, rate);
    parts.put(Part.DATA_QUALITY, spoiled);
    parts.put(Part.DELAY, late);
    parts.put(Part.MIX, units().subtract(rate).subtract(spoiled).subtract(late));
  }

  /** The attribution; absent if one side has no rows. */
  public static Optional<RiskAttribution> of(List<Cell> cells) {
    BigInteger reference = BigInteger.ZERO;
    BigInteger current = BigInteger.ZERO;
    for (Cell cell : cells) {
      reference = reference.add(BigInteger.valueOf(cell.reference()));
      current = current.add(BigInteger.valueOf(cell.current()));
    }
    return reference.signum() > 0 && current.signum() > 0
        ? Optional.of(new RiskAttribution(List.copyOf(cells), reference, current))
        : Optional.empty();
  }

  private BigInteger sum(Function<Cell, BigInteger> of) {
    BigInteger sum = BigInteger.ZERO;
    for (Cell cell : cells) {
      sum = sum.add(of.apply(cell));
    }
    return sum;
  }

  /** What a cell contributes, mix and rate together. */
  private BigInteger of(Cell cell) {
    BigInteger m = reference;
    BigInteger n = current;
    BigInteger rows =
        BigInteger.valueOf(cell.current())
            .multiply(m)
            .subtract(BigInteger.valueOf(cell.reference()).multiply(n));
    BigInteger mean = referenceLoss.multiply(n).add(currentLoss.multiply(m));
    BigInteger losses = cell.currentLoss().multiply(m).subtract(cell.referenceLoss().multiply(n));
    return losses
        .multiply(m)
        .multiply(n)
        .shiftLeft(1)
        .subtract(mean.multiply(rows))
        .shiftLeft(RATE_BITS);
  }

  private BigInteger rate(Cell cell) {
    if (cell.rows() != Rows.PLAIN || cell.reference() == 0 || cell.current() == 0) {
      return BigInteger.ZERO;
    }
    BigInteger before = BigInteger.valueOf(cell.reference());
    BigInteger now = BigInteger.valueOf(cell.current());
    BigInteger shares = before.multiply(current).add(now.multiply(reference));
    BigInteger risks =
        cell.currentLoss().multiply(before).subtract(cell.referenceLoss().multiply(now));
    BigInteger[] divided =
        shares
            .multiply(risks)
            .multiply(reference)
            .multiply(current)
            .shiftLeft(RATE_BITS)
            .divideAndRemainder(before.multiply(now));
    return divided[1].signum() < 0 ? divided[0].subtract(BigInteger.ONE) : divided[0];
  }

  /** The change of the mean risk, in the unit that all parts and contributions share. */
  public BigInteger units() {
    BigInteger losses = currentLoss.multiply(reference).subtract(referenceLoss.multiply(current));
    return losses.multiply(reference).multiply(current).shiftLeft(1 + RATE_BITS);
  }

  /** A part in the same unit. */
  public BigInteger units(Part part) {
    return parts.getOrDefault(part, BigInteger.ZERO);
  }

  /**
   * What groups of cells contribute, mix and rate and all, in the same unit.
   *
   * @param group name of a cell's group
   */
  public Map<String, BigInteger> units(Function<Cell, String> group) {
    Map<String, BigInteger> units = new TreeMap<>();
    cells.forEach(cell -> units.merge(group.apply(cell), of(cell), BigInteger::add));
    return units;
  }

  /** A number of these units as a change of the mean risk. */
  public double value(BigInteger units) {
    BigInteger mn = reference.multiply(current);
    BigInteger whole = mn.multiply(mn).shiftLeft(1 + RATE_BITS + LOSS_BITS);
    return new BigDecimal(units)
        .divide(new BigDecimal(whole), MathContext.DECIMAL128)
        .doubleValue();
  }

  /** The change of the mean risk. */
  public double total() {
    return value(units());
  }

  /** A part of it. */
  public double part(Part part) {
    return value(units(part));
  }

  /** Cells that are empty on one side. */
  public long borrowed() {
    return cells.stream().filter(cell -> (cell.reference() == 0) != (cell.current() == 0)).count();
  }
}
