package dev.weir.spec;

import dev.weir.baseline.FeaturePlan.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Fills in {@code columns}: which column has which role, and how each feature is read. */
final class ColumnInference {
  private static final List<String> LISTS =
      List.of("tags", "ignore", "numeric", "categorical", "embedding", "calendar");

  private final Resolution resolution;
  private final Map<String, Object> columns;
  private final Map<String, Set<String>> lists = new LinkedHashMap<>();

  private ColumnInference(Resolution resolution) {
    this.resolution = resolution;
    this.columns = resolution.block("columns");
    LISTS.forEach(
        list -> lists.put(list, new TreeSet<>(resolution.document().texts("columns." + list))));
  }

  /** Fills in the block and reports what does not fit the reference. */
  static void fill(Resolution resolution) {
    ColumnInference inference = new ColumnInference(resolution);
    ReferenceFacts facts = resolution.facts();
    if (facts != null) {
      inference.fillRoles(facts);
      inference.fillEntity(facts);
      inference.reportMissing(facts);
      inference.fillFeatures(facts);
    }
    inference.reportTwice();
    inference.lists.forEach((name, set) -> inference.columns.put(name, List.copyOf(set)));
  }

  /** Columns whose role the file tells. */
  static Map<Role, String> named(JobDocument document) {
    Map<Role, String> named = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      document.text("columns." + role.id()).ifPresent(column -> named.put(role, column));
    }
    return named;
  }

  private void fillRoles(ReferenceFacts facts) {
    Set<String> taken = new HashSet<>(set("tags"));
    List.of("ignore", "numeric", "categorical", "embedding")
        .forEach(list -> taken.addAll(set(list)));
    facts
        .roles()
        .forEach(
            (role, column) -> {
              if (!taken.contains(column)) {
                resolution.infer(columns, "columns." + role.id(), column, "by its name");
              }
            });
    if (!columns.containsKey(Role.PREDICTION_ID.id())) {
      resolution.error(
          "columns.prediction_id",
          "E302",
          "the reference has no column with the prediction id",
          "predictions and labels are joined by it",
          "columns of the reference: " + String.join(", ", facts.columns()));
    }
  }

  private void fillEntity(ReferenceFacts facts) {
    resolution
        .document()
        .text("entity")
        .ifPresent(
            entity -> {
              boolean tag = set("tags").contains(entity);
              if (!tag && !facts.has(entity)) {
                reportUnknown("entity", entity, resolution.document().at("entity"), facts);
              } else if (!tag) {
                String path = "columns." + Role.ENTITY_ID.id();
                resolution.infer(columns, path, entity, "named by 'entity'");
              }
            });
  }

  private void reportMissing(ReferenceFacts facts) {
    JobDocument document = resolution.document();
    named(document)
        .forEach(
            (role, column) -> {
              if (!facts.has(column) && !role.optionalInReference()) {
                String path = "columns." + role.id();
                reportUnknown(path, column, document.at(path), facts);
              }
            });
    for (String list : LISTS) {
      String path = "columns." + list;
      document.texts(path).stream()
          .filter(column -> !facts.has(column))
          .filter(column -> !list.equals("ignore"))
          .forEach(column -> reportUnknown(path, column, document.at(path, column), facts));
    }
    classScores()
        .forEach(
            (name, column) -> {
              if (!facts.has(column)) {
                String path = "columns.class_scores." + name;
                reportUnknown(path, column, document.at(path), facts);
              }
            });
  }

  private Map<String, String> classScores() {
    Map<String, String> scores = new TreeMap<>();
    Blocks.copy(columns.get("class_scores"))
        .forEach((name, column) -> scores.put(name, String.valueOf(column)));
    return scores;
  }

  private void reportUnknown(String path, String column, Position at, ReferenceFacts facts) {
    List<String> hints = new ArrayList<>();
    Spelling.closest(column, facts.columns())
        .ifPresent(name -> hints.add("did you mean '" + name + "'?"));
    hints.add("columns of the reference: " + String.join(", ", facts.columns()));
    resolution
        .problems()
        .error(at, "E302", path + ": the reference has no column '" + column + "'", hints);
  }

  /** A column with two uses. */
  private void reportTwice() {
    Map<String, String> uses = new LinkedHashMap<>();
    named(resolution.document()).forEach((role, column) -> claim(uses, column, role.id()));
    for (String list : List.of("tags", "ignore", "numeric", "categorical", "embedding")) {
      resolution.document().texts("columns." + list).forEach(column -> claim(uses, column, list));
    }
  }

  private void claim(Map<String, String> uses, String column, String use) {
    String before = uses.putIfAbsent(column, use);
    if (before != null && !before.equals(use)) {
      JobDocument document = resolution.document();
      resolution
          .problems()
          .error(
              document.at("columns." + use, column),
              "E204",
              "columns." + use + ": '" + column + "' is already in columns." + before);
    }
  }

  private void fillFeatures(ReferenceFacts facts) {
    Set<String> used = new HashSet<>(classScores().values());
    for (Role role : Role.values()) {
      Blocks.text(columns, role.id()).ifPresent(used::add);
    }
    used.addAll(set("tags"));
    boolean calendarGiven = resolution.document().has("columns.calendar");
    for (String column : facts.columns()) {
      if (used.contains(column) || set("ignore").contains(column)) {
        continue;
      }
      Kind kind = kind(column, facts);
      if (kind != null && !calendarGiven && !set("calendar").contains(column)) {
        facts.calendar(column).ifPresent(reason -> add("calendar", column, reason));
      }
    }
  }

  private @Nullable Kind kind(String column, ReferenceFacts facts) {
    for (Kind kind : Kind.values()) {
      if (set(list(kind)).contains(column)) {
        reportKind(column, kind, facts.column(column));
        return kind;
      }
    }
    if (Role.isLeftover(column)) {
      add("ignore", column, "looks like a prediction or a label, and has no role");
      return null;
    }
    ColumnFacts.Guess guess = facts.column(column).guess();
    add(guess.kind() == null ? "ignore" : list(guess.kind()), column, guess.reason());
    return guess.kind();
  }

  private void reportKind(String column, Kind kind, ColumnFacts facts) {
    boolean fits =
        switch (kind) {
          case NUMERIC -> facts.allNumbers() || facts.present() == 0;
          case EMBEDDING -> facts.allArrays() || facts.present() == 0;
          case CATEGORICAL -> !facts.allArrays();
        };
    String path = "columns." + list(kind);
    if (!fits) {
      String is =
          switch (kind) {
            case NUMERIC -> "has values that are no numbers";
            case EMBEDDING -> "is not made of arrays of numbers of one length";
            case CATEGORICAL -> "is made of arrays";
          };
      resolution
          .problems()
          .error(
              resolution.document().at(path, column),
              "E303",
              path + ": '" + column + "' " + is + " in the reference");
    } else if (kind == Kind.CATEGORICAL && facts.looksUnique()) {
      resolution
          .problems()
          .warning(
              resolution.document().at(path, column),
              "W405",
              "'" + column + "' has a different value in nearly every row of the reference",
              facts.distinct() + " values in " + facts.present() + " rows",
              "a drift of names means nothing: put it into columns.ignore");
    }
  }

  private void add(String list, String column, String reason) {
    set(list).add(column);
    resolution.note("columns." + list + "." + column, reason);
  }

  private Set<String> set(String list) {
    return lists.computeIfAbsent(list, unused -> new TreeSet<>());
  }

  private static String list(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
