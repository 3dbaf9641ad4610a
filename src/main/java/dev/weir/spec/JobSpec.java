package dev.weir.spec;

import dev.weir.baseline.Against;
import dev.weir.baseline.EntityKey;
import dev.weir.baseline.ProfileSettings;
import dev.weir.baseline.RandomFeatures;
import dev.weir.baseline.Season;
import dev.weir.baseline.SeasonCalendar;
import dev.weir.decide.DecisionSettings;
import dev.weir.monitor.MonitorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param input how values on the topics are read
 * @param entity column or tag that says whom a row is about; empty: rows stand for themselves
 * @param dispersion what evidence is divided by, at least 1; empty: measured on the reference
 * @param seasonality which part of the reference a window is compared with
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
    Input input,
    Optional<String> entity,
    Optional<Double> dispersion,
    Seasonality seasonality,
    ProfileSettings profile,
    MonitorSettings monitors,
    DecisionSettings decision,
    Limits limits,
    Map<String, String> ownerAndDescription) {

  /** {@code auto}, {@code flat-json} or a foreign format, see {@link Input#format}. */
  public String inputFormat() {
    return input.format();
  }

  /** Whom a row is about; empty: rows stand for themselves. */
  public Optional<EntityKey> entityKey() {
    return entity.map(name -> new EntityKey(columns.tags().contains(name) ? name : null));
  }

  /** How vectors are compared. */
  public RandomFeatures randomFeatures() {
    return monitors
        .multivariateDrift()
        .map(drift -> new RandomFeatures(drift.dimensions(), drift.seed()))
        .orElse(RandomFeatures.DEFAULT);
  }

  /** The same with the reference looked up in {@code folder}, the one of the job file. */
  public JobSpec in(Path folder) {
    Path path = folder.resolve(reference.path()).toAbsolutePath().normalize();
    Reference found =
        new Reference(
            path.toString(),
            reference.sha256,
            reference.from,
            reference.to,
            reference.against,
            reference.delta);
    return new JobSpec(
        modelId,
        configHash,
        source,
        resolved,
        found,
        columns,
        ignoredColumns,
        input,
        entity,
        dispersion,
        seasonality,
        profile,
        monitors,
        decision,
        limits,
        ownerAndDescription);
  }

  /**
   * How values on the topics are read.
   *
   * @param format {@code auto}, {@code flat-json} or a foreign format
   * @param names feature names in order, for payloads without names
   * @param outputs role to output tensor or position
   */
  public record Input(String format, List<String> names, Map<String, String> outputs) {}

  /**
   * Seasonal baseline.
   *
   * @param by how the week is cut
   * @param zone zone of the cells
   * @param shrink rows of the whole baseline mixed into each cell, in effect sizes only
   */
  public record Seasonality(Season by, ZoneId zone, long shrink) {
    /** The declared cells. */
    public SeasonCalendar calendar() {
      return new SeasonCalendar(by, zone);
    }
  }

  /**
   * Where the reference is. {@code path} is absolute once loaded from a file, else relative to the
   * job file. {@code from} and {@code to} are event times in epoch milliseconds.
   */
  public record Reference(
      String path,
      @Nullable String sha256,
      @Nullable Long from,
      @Nullable Long to,
      Against against,
      double delta) {}

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

  /**
   * Bounds of the state, and how far event time may be from append time.
   *
   * @param featuresBeyond features of the job file that are not judged, because they are more
   */
  public record Limits(
      int maxFeatures,
      int featuresBeyond,
      int maxVersions,
      int maxEntities,
      long maxPending,
      Duration future,
      Duration past) {}
}
