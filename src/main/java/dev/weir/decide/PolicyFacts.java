package dev.weir.decide;

import java.util.Map;

/**
 * What a policy can ask about: the CEL variables of the job file.
 *
 * @param monitors by monitor id, every monitor that is on
 * @param labelCompleteness labelled share of the last final cohort, in [0,1]
 * @param labelRows final labelled rows seen so far
 * @param modelVersion version that predicted last
 * @param modelAgeDays event time since its training ended, else since it was first seen
 * @param incidentAgeHours age of the open incident; 0 without one
 */
public record PolicyFacts(
    Map<String, MonitorFacts> monitors,
    double labelCompleteness,
    long labelRows,
    String modelVersion,
    double modelAgeDays,
    double incidentAgeHours) {

  /**
   * State of one monitor.
   *
   * @param alert an alert by evidence is open
   * @param ruleAlert an alert by a plain rule is open
   * @param warning some series has the verdict WARNING
   * @param judged some series was judged
   * @param alerts series in alert
   * @param share share of the judged series in alert
   * @param sinceHours hours since the oldest open alert began
   */
  public record MonitorFacts(
      boolean alert,
      boolean ruleAlert,
      boolean warning,
      boolean judged,
      int alerts,
      double share,
      double sinceHours) {}
}
