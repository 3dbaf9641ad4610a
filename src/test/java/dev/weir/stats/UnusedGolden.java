package dev.weir.stats;

/** Golden functions that Weir has no use for, with the reason. */
final class UnusedGolden implements GoldenFunctions {
  @Override
  public void register(GoldenRegistry registry) {
    registry.leaveOut(
        "one look's p-value of a question that Weir asks by e-values (drift_evidence)",
        "mann_whitney_u",
        "mann_whitney_exact_ties",
        "welch_t",
        "anderson_darling_ksamp",
        "anderson_darling_ksamp_full",
        "cramer_von_mises_2samp",
        "epps_singleton",
        "levene_median",
        "energy_statistic_scaled",
        "kruskal_wallis");
    registry.leaveOut(
        "a p-value of one look; Weir looks at every window, so it uses e-values",
        "g_test_2sample",
        "fisher_exact_2x2",
        "cramers_v",
        "ks_1samp_uniform",
        "pit_chi_square",
        "cramer_von_mises_1samp_uniform",
        "binomial_test",
        "two_proportion_z");
    registry.leaveOut(
        "corrects p-values; Weir's step-up rule is on e-values (e_d_bh)", "adjust_pvalues");
    registry.leaveOut("a p-value of one look; see paired_log_e", "mcnemar");
    registry.leaveOut("compares forecasts by p-value; see paired_log_e", "diebold_mariano");
    registry.leaveOut(
        "runs of misses are reported by Christoffersen's transitions only",
        "christoffersen_pelletier_duration");
    registry.leaveOut(
        "controls a threshold on raw scores; Weir monitors levels (aci_delayed, dtaci)",
        "online_quantile_tracking",
        "conformal_pi_log");
    registry.leaveOut(
        "not one of Weir's four ordered detectors",
        "CUSUM",
        "CUSUM_standardised",
        "EDDM",
        "GeometricMovingAverage",
        "HDDM_A",
        "HDDM_W",
        "KSWIN",
        "FROUROS_CUSUM",
        "FROUROS_ECDDWT",
        "FROUROS_EDDM",
        "FROUROS_HDDMA",
        "FROUROS_HDDMW",
        "FROUROS_RDDM",
        "FROUROS_STEPD",
        "MOA_CusumDM",
        "MOA_EDDM",
        "MOA_EWMAChartDM",
        "MOA_GeometricMovingAverageDM",
        "MOA_HDDM_A_Test",
        "MOA_HDDM_W_Test",
        "MOA_RDDM",
        "MOA_SEEDChangeDetector",
        "MOA_STEPD",
        "SKM_EDDM",
        "SKM_HDDM_A",
        "SKM_HDDM_A2",
        "SKM_HDDM_W",
        "SKM_HDDM_W2");
    registry.leaveOut(
        "same name, other rules of warm-up, side or reset; Weir's rule is river's",
        "ADWIN_no_reset",
        "FROUROS_ADWIN",
        "FROUROS_PageHinkley",
        "MOA_ADWINChangeDetector",
        "MOA_PageHinkleyDM",
        "SKM_ADWIN");
    registry.leaveOut(
        "known variance; Weir's change points learn it (BOCPD_student_t)",
        "BOCD_gaussian_unknown_mean");
  }
}
