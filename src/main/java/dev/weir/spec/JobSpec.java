package dev.weir.spec;

import dev.weir.baseline.ProfileSettings;
import dev.weir.decide.DecisionSettings;
import dev.weir.monitor.MonitorSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job file after validation, every default and inferred value filled in.
 *
 * @param modelId the model
 * @param configHash first 16 hex digits of the SHA-256 of {@code resolved}
 * @param source the YAML as written
 * @param resolved the same with everything filled in, as canonical JSON (RFC 8785)
 * @param reference where the reference is
 * @param columns role to column name, for files and flat JSON
 * @param ignoredColumns columns to leave out
 * @param inputFormat {@code auto}, {@code flat-json} or a foreign format
 * @param profile what shapes summaries
 * @param monitors what is watched
 * @param decision how findings become alerts and triggers
 * @param limits what bounds the state
 * @param ownerAndDescription for people: {@code owner}, {@code description}, {@code target_unit}
 */
public record JobSpec(
    String modelId,
    String configHash,
    String source,
    String resolved,
    Reference reference,
    Columns columns,
    List<String> ignoredColumns,
    String inputFormat,
    ProfileSettings profile,
    MonitorSettings monitors,
    DecisionSettings decision,
    Limits limits,
    Map<String, String> ownerAndDescription) {

  /** Where the reference is. {@code path} is absolute once loaded from a file. */
  public record Reference(
      String path, @Nullable String sha256, @Nullable Long from, @Nullable Long to, double delta) {}

  /**
   * Role to column name; {@code byRole} keys are the Avro field names ({@code prediction_id},
   * {@code event_time}, ...).
   */
  public record Columns(
      Map<String, String> byRole, Map<String, String> classScores, List<String> tags) {
    /**
     * The column with this role, which is the role's own name unless the job file says otherwise.
     */
    public String of(String role) {
      return byRole.getOrDefault(role, role);
    }
  }

  /** Bounds of the state, and how far event time may be from append time. */
  public record Limits(
      int maxFeatures,
      int maxSegments,
      int maxVersions,
      long maxPending,
      Duration future,
      Duration past) {}
}
