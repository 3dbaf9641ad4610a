package dev.weir.wire;

import dev.weir.baseline.FeaturePlan;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a flat row mean.
 *
 * @param byRole role to column; roles are the Avro field names ({@code prediction_id, event_time,
 *     ...}); a role that is not named here is a column of its own name
 * @param classScores class to the column with its probability
 * @param tags columns that are segment dimensions
 * @param ignored columns to leave out
 * @param kinds kind by feature; a feature without one is a number wherever its text is one
 * @param features columns that are features; null: every column without a role, tag or ignore
 */
public record ColumnRoles(
    Map<String, String> byRole,
    Map<String, String> classScores,
    List<String> tags,
    Set<String> ignored,
    Map<String, FeaturePlan.Kind> kinds,
    @Nullable Set<String> features)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Columns that all have their own names, without tags; all others are features. */
  public static final ColumnRoles OWN_NAMES = ofRoles(Map.of());

  /** The columns of {@code byRole}, without tags; all others are features. */
  public static ColumnRoles ofRoles(Map<String, String> byRole) {
    return new ColumnRoles(byRole, Map.of(), List.of(), Set.of(), Map.of(), null);
  }

  /** The column with this role. */
  public String column(String role) {
    return byRole.getOrDefault(role, role);
  }
}
