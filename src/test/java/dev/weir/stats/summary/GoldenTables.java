package dev.weir.stats.summary;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/** Read-outs of tables that golden cases give as sums, not as records. */
public final class GoldenTables {
  private GoldenTables() {}

  /** The rows are {n, sum p, sum p^2, sum y, sum py} in units of 2^-30 and 2^-60. */
  public static Map<String, Object> binary(JsonNode rows, String varianceSum) {
    ScoreTable table = new ScoreTable(rows.size());
    for (int bin = 0; bin < rows.size(); bin++) {
      JsonNode row = rows.get(bin);
      for (long i = 0; i < row.get(0).longValue(); i++) {
        table.add(bin, 0, i < row.get(3).longValue(), 1);
      }
      add(table.scores(bin), row.get(1).asText());
      add(table.squares(bin), row.get(2).asText());
      add(table.products(bin), row.get(4).asText());
    }
    Sum128 variance = new Sum128();
    add(variance, varianceSum);
    Calibration calibration = new Calibration(table);
    Murphy parts = calibration.murphy().orElseThrow();
    Map<String, Object> values = new HashMap<>();
    values.put("brier", calibration.brier().orElseThrow().value());
    values.put("reliability", parts.reliability().value());
    values.put("resolution", parts.resolution().value());
    values.put("uncertainty", parts.uncertainty().value());
    values.put("within_bin_variance", parts.withinBinVariance().value());
    values.put("within_bin_covariance", parts.withinBinCovariance().value());
    values.put("ece", calibration.expectedError().orElseThrow().value());
    values.put("mce", calibration.maximumError().orElseThrow().value());
    values.put("ece_debiased", calibration.debiasedError().orElseThrow().value());
    values.put("spiegelhalter_z", calibration.spiegelhalterZ(variance).orElseThrow().value());
    return values;
  }

  private static void add(Sum128 sum, String value) {
    BigInteger[] parts = new BigInteger(value).divideAndRemainder(BigInteger.ONE.shiftLeft(40));
    sum.addProduct(parts[0].longValueExact(), 1L << 40);
    sum.add(parts[1].longValueExact());
  }

  /** The squared discrepancy of two mean vectors of features that have norm 1 in each record. */
  public static double discrepancy(double[] reference, double m, double[] current, double n) {
    return EmbeddingSummary.squaredDiscrepancy(
        inner(reference, reference), m, inner(current, current), n, inner(reference, current));
  }

  private static double inner(double[] first, double[] second) {
    double total = 0;
    for (int i = 0; i < first.length; i++) {
      total += first[i] * second[i];
    }
    return total;
  }
}
