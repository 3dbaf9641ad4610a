package dev.weir.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The catalogue of monitors is closed, and its ids are a contract with readers outside. */
class RegistryTest {
  private static final String DISTANCES =
      "psi psi_excess ks wasserstein jensen_shannon hellinger total_variation kl chi_square"
          + " dispersion";

  /** Section 7 of the design, and what came since: nothing of it may go. */
  private static final Map<String, Set<String>> CONTRACT = contract();

  private static Map<String, Set<String>> contract() {
    Map<String, Set<String>> contract = new LinkedHashMap<>();
    put(
        contract,
        "quality",
        "volume duplicate_rate missing_rate nan_rate type_error_rate out_of_range_rate unseen_rate"
            + " mean std min max p05 p25 p50 p75 p95 distinct freshness_p95");
    put(contract, "drift", DISTANCES);
    put(contract, "prediction_drift", DISTANCES);
    put(contract, "label_drift", DISTANCES);
    put(contract, "multivariate_drift", "mmd");
    put(
        contract,
        "performance",
        "accuracy precision recall f1 mcc log_loss brier roc_auc average_precision positive_rate"
            + " mae rmse bias r2 pinball early_loss ipw_loss dispersion");
    put(
        contract,
        "calibration",
        "ece ece_equal_mass ece_debiased mce brier_reliability brier_resolution brier_uncertainty"
            + " calibration_slope calibration_intercept spiegelhalter_z dispersion");
    put(
        contract,
        "coverage",
        "coverage mean_width winkler kupiec_lr christoffersen_independence_lr"
            + " christoffersen_conditional_lr aci_alpha dispersion");
    put(
        contract,
        "labels",
        "label_completeness label_delay_p50 label_delay_p95 early_completeness" + " dispersion");
    put(
        contract,
        "estimated_performance",
        "estimated_accuracy estimated_roc_auc estimated_accuracy_gap estimated_roc_auc_gap");
    put(contract, "concept_drift", "adwin page_hinkley ddm bocpd regime_age");
    // Issue 3, 8: beside the design.
    put(
        contract,
        "comparison",
        "paired_difference promotion pairs_needed challenger_log_e champion_log_e");
    return contract;
  }

  private static void put(Map<String, Set<String>> contract, String monitor, String metrics) {
    contract.put(monitor, new HashSet<>(Arrays.asList(metrics.split(" "))));
  }

  @Test
  void theCatalogueHasEveryMonitorOnce() {
    List<Class<?>> listed = Monitors.catalogue().stream().<Class<?>>map(Object::getClass).toList();
    assertThat(listed).doesNotHaveDuplicates();
    assertThat(listed).containsExactlyInAnyOrder(Monitor.class.getPermittedSubclasses());
  }

  @Test
  void idsAreThoseOfTheDesign() {
    assertThat(Monitors.metrics().keySet()).containsExactlyInAnyOrderElementsOf(CONTRACT.keySet());
    Monitors.metrics()
        .forEach(
            (monitor, metrics) -> {
              assertThat(metrics).as(monitor).doesNotHaveDuplicates();
              assertThat(Set.copyOf(metrics)).as(monitor).isEqualTo(CONTRACT.get(monitor));
            });
  }

  @Test
  void theSchemaNamesTheSameMonitors() throws IOException {
    String schema = Files.readString(Path.of("schemas/metrics.avsc"));
    Matcher documented =
        Pattern.compile("\"name\": \"monitor\", \"type\": \"string\", \"doc\": \"([^\"]*)\\.\"")
            .matcher(schema);
    assertThat(documented.find()).isTrue();
    assertThat(Set.of(documented.group(1).split(", "))).isEqualTo(CONTRACT.keySet());
  }
}
