package dev.weir.spec;

import dev.weir.baseline.Season;
import dev.weir.baseline.SeasonCalendar;
import dev.weir.baseline.WindowBorders;
import dev.weir.baseline.WindowSettings;
import dev.weir.event.CanonicalJson;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reports what the schema cannot see: relations between keys, and keys against the reference. */
final class MeaningCheck {
  /** Between these times windows are held against seasonal cells: two years of clock changes. */
  private static final long CLOCKS_FROM = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();

  private static final long CLOCKS_TO = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Duration SHORTEST_WINDOW = Duration.ofMinutes(1);
  private static final Duration LONGEST_WINDOW = Duration.ofDays(28);

  /** Most panes of a sliding window. */
  private static final long MOST_SLIDES = 48;

  /** Reference windows that dispersion is measured on, at least. */
  private static final int LEAST_WINDOWS = 28;

  /** Rounding of shares that were written in decimal. */
  private static final double ROUNDING = 1e-9;

  /** Formats in which names and outputs are ours to say. */
  private static final List<String> FOREIGN_FORMATS =
      List.of("kserve", "oip-v2", "sagemaker-capture");

  /** What a place in an answer can be for. */
  private static final List<String> OUTPUT_ROLES =
      List.of(
          "score",
          "value",
          "predicted_class",
          "lower",
          "upper",
          "uncertainty",
          "model_version",
          "label_class",
          "label_value");

  private final Resolution resolution;
  private final Map<String, Object> root;

  private MeaningCheck(Resolution resolution) {
    this.resolution = resolution;
    this.root = resolution.root();
  }

  /** Looks at a file in which everything is filled in. */
  static void check(Resolution resolution) {
    MeaningCheck check = new MeaningCheck(resolution);
    check.checkZones();
    boolean windows = check.checkWindow();
    check.checkLabels();
    check.checkSummaries();
    check.checkWeights();
    check.checkSegments();
    check.warnWithoutEffect();
    check.checkInput();
    if (windows) {
      check.checkAgainst();
      check.checkSeason();
    }
    MonitorCheck.check(resolution);
    PolicyCheck.check(resolution);
    ReferenceFacts facts = resolution.facts();
    if (windows && facts != null && facts.rows() > 0) {
      check.checkDispersion(facts);
      ReferenceWarnings.check(resolution, facts);
    }
  }

  private void warnWithoutEffect() {
    boolean outcomes = !Blocks.texts(root.get("task")).isEmpty();
    if (resolution.document().has("entity")
        && outcomes
        && Double.valueOf(1).equals(Blocks.numberOrNull(root, "dispersion"))) {
      resolution.warning(
          "entity",
          "W409",
          "entity has no effect on outcomes yet: each prediction counts there",
          "dispersion: the most predictions of one entity in a window keeps that evidence honest");
    }
  }

  private void checkInput() {
    String format = Blocks.needText(resolution.block("input"), "format");
    boolean foreign = FOREIGN_FORMATS.contains(format);
    for (String key : List.of("input.names", "input.outputs")) {
      if (!foreign && resolution.document().has(key)) {
        error(
            key,
            "E303",
            key + " says nothing about input.format " + format,
            "it is for " + String.join(", ", FOREIGN_FORMATS),
            "names of our own formats are mapped by columns");
      }
    }
    Map<String, Object> outputs = Blocks.copy(resolution.block("input").get("outputs"));
    if (foreign && !resolution.document().has("input.outputs")) {
      error(
          "input.format",
          "E202",
          "input.format " + format + " needs input.outputs: where in an answer the prediction is",
          "such as outputs: {score: 0}, or the name of a tensor or member, or name:position");
    }
    outputs.keySet().stream()
        .filter(role -> !OUTPUT_ROLES.contains(role))
        .forEach(
            role ->
                error(
                    "input.outputs." + role,
                    "E201",
                    "unknown role '" + role + "' in input.outputs",
                    "known here: " + String.join(", ", OUTPUT_ROLES)));
  }

  private void error(String path, String code, String message, String... notes) {
    resolution.error(path, code, message, notes);
  }

  private Optional<Duration> duration(String block, String key) {
    return Blocks.text(resolution.block(block), key).map(Durations::parse);
  }

  private void checkZones() {
    for (String path : List.of("window.time_zone", "seasonality.time_zone")) {
      resolution
          .document()
          .text(path)
          .filter(name -> Inference.zone(name).isEmpty())
          .ifPresent(name -> reportZone(path, name));
    }
  }

  private void reportZone(String path, String name) {
    String message = path + ": no time zone '" + name + "'";
    Optional<String> closest = Spelling.closest(name, ZoneId.getAvailableZoneIds());
    if (closest.isPresent()) {
      error(path, "E204", message, "did you mean '" + closest.get() + "'?");
    } else {
      error(path, "E204", message, "expected: an IANA name such as Europe/Berlin");
    }
  }

  /** Whether windows can be formed at all. */
  private boolean checkWindow() {
    Duration size = duration("window", "size").orElse(DAY);
    if (size.compareTo(SHORTEST_WINDOW) < 0 || size.compareTo(LONGEST_WINDOW) > 0) {
      error("window.size", "E206", "window.size must be from 1m to 4w, not " + text(size));
      return false;
    }
    if (size.compareTo(DAY) > 0 && !wholeDays(size)) {
      String message = "window.size from a day on must be whole days, not " + text(size);
      error("window.size", "E306", message, "from a day on windows follow the calendar");
      return false;
    }
    checkSlide(size);
    for (String block : List.of("window", "labels")) {
      duration(block, "lateness")
          .filter(lateness -> lateness.compareTo(size) > 0)
          .filter(lateness -> resolution.document().has(block + ".lateness"))
          .ifPresent(lateness -> reportLateness(block + ".lateness", lateness, size));
    }
    return true;
  }

  private void reportLateness(String path, Duration lateness, Duration size) {
    String limit = " must be at most window.size (" + text(size) + "), not ";
    error(path, "E206", path + limit + text(lateness));
  }

  private void checkSlide(Duration size) {
    Duration slide = duration("window", "slide").orElse(size);
    if (slide.isZero() || size.toMillis() % slide.toMillis() != 0) {
      error(
          "window.slide",
          "E306",
          "window.slide " + text(slide) + " does not divide window.size " + text(size));
    } else if (size.dividedBy(slide) > MOST_SLIDES) {
      error(
          "window.slide",
          "E306",
          "window.slide must be at least a 48th of window.size "
              + text(size)
              + ", not "
              + text(slide));
    } else if (slide.compareTo(DAY) > 0 && !wholeDays(slide)) {
      error("window.slide", "E306", "window.slide from a day on must be whole days");
    }
    Duration offset = duration("window", "offset").orElse(Duration.ZERO);
    if (offset.compareTo(slide) >= 0 && !offset.isZero()) {
      String limit = "window.offset must be below window.slide (" + text(slide) + "), not ";
      error("window.offset", "E306", limit + text(offset));
    }
  }

  private static boolean wholeDays(Duration duration) {
    return duration.toMillis() % DAY.toMillis() == 0;
  }

  private static String text(Duration duration) {
    return Durations.write(duration);
  }

  private void checkLabels() {
    Map<String, Object> labels = resolution.block("labels");
    if (duration("labels", "horizon").filter(Duration::isZero).isPresent()) {
      error("labels.horizon", "E206", "labels.horizon must be above 0");
    }
    double least = Blocks.number(labels, "min_completeness");
    double complete = Blocks.number(labels, "complete_at");
    if (least > complete) {
      String path =
          resolution.document().has("labels.min_completeness")
              ? "labels.min_completeness"
              : "labels.complete_at";
      error(
          path,
          "E206",
          "labels.min_completeness ("
              + CanonicalJson.number(least)
              + ") must be at most labels.complete_at ("
              + CanonicalJson.number(complete)
              + ")");
    }
    String absent = Blocks.needText(labels, "absent");
    boolean needsBinary = absent.equals("negative") || absent.equals("positive");
    if (needsBinary && !Blocks.texts(root.get("task")).contains("binary")) {
      error("labels.absent", "E303", "labels.absent: " + absent + " needs the task binary");
    }
  }

  private void checkSummaries() {
    Map<String, Object> summaries = resolution.block("summaries");
    long bins = Blocks.whole(summaries, "bins");
    long fine = Blocks.whole(summaries, "fine_bins");
    if (fine % bins != 0) {
      boolean written = resolution.document().has("summaries.fine_bins");
      error(
          written ? "summaries.fine_bins" : "summaries.bins",
          "E206",
          "summaries.fine_bins (" + fine + ") must be a multiple of summaries.bins (" + bins + ")");
    }
  }

  private void checkWeights() {
    Map<String, Object> weights = resolution.block("weights");
    double sum = weights.keySet().stream().mapToDouble(key -> Blocks.number(weights, key)).sum();
    if (sum > 1 + ROUNDING) {
      String all =
          weights.entrySet().stream()
              .map(entry -> entry.getKey() + " " + CanonicalJson.write(entry.getValue()))
              .collect(Collectors.joining(", "));
      double shown = Math.rint(sum * 1e6) / 1e6;
      error(
          "weights",
          "E311",
          "weights are together " + CanonicalJson.number(shown) + ", above 1",
          "families left out keep their defaults: " + all);
    }
  }

  private void checkSegments() {
    ReferenceFacts facts = resolution.facts();
    if (facts == null || !(root.get("segments") instanceof List<?> segments)) {
      return;
    }
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < segments.size(); i++) {
      String path = "segments[" + i + "]";
      List<String> names = Blocks.texts(segments.get(i));
      if (!seen.add(names)) {
        error(path, "E204", "segments has " + String.join(" and ", names) + " twice");
      }
      for (int j = 0; j < names.size(); j++) {
        boolean combined = segments.get(i) instanceof List;
        checkSegment(combined ? path + "[" + j + "]" : path, names.get(j), facts);
      }
    }
  }

  private void checkSegment(String path, String name, ReferenceFacts facts) {
    Map<String, Object> columns = resolution.block("columns");
    boolean known =
        Blocks.texts(columns.get("categorical")).contains(name)
            || Blocks.texts(columns.get("tags")).contains(name);
    if (known) {
      return;
    }
    if (facts.has(name)) {
      error(
          path,
          "E303",
          "segments: '" + name + "' is neither a categorical feature nor a tag",
          "put it into columns.categorical or columns.tags");
    } else {
      Names.reportUnknown(resolution, path, "segments", name, Names.features(resolution));
    }
  }

  /** What is looked back to must be a window, and not too many of them may wait for it. */
  private void checkAgainst() {
    Duration size = duration("window", "size").orElse(DAY);
    boolean week = "same_hour_last_week".equals(resolution.block("reference").get("against"));
    if (week && (size.compareTo(HOUR) < 0 || size.compareTo(WEEK) > 0)) {
      error(
          "reference.against",
          "E206",
          "reference.against: same_hour_last_week needs a window.size from 1h to 1w, not "
              + text(size));
    }
  }

  /** The declared cells; empty where the time zone is not one. */
  static Optional<SeasonCalendar> seasons(Resolution resolution) {
    Map<String, Object> season = resolution.block("seasonality");
    return Inference.zone(Blocks.needText(season, "time_zone"))
        .flatMap(
            zone ->
                Season.of(Blocks.needText(season, "by")).map(by -> new SeasonCalendar(by, zone)));
  }

  /** A window lies within one seasonal cell. */
  private void checkSeason() {
    SeasonCalendar seasons = seasons(resolution).orElse(SeasonCalendar.NONE);
    if (!seasons.divides()) {
      return;
    }
    Duration size = duration("window", "size").orElse(DAY);
    Duration cell = seasons.by().daily() ? DAY : HOUR;
    String crosses =
        "a window of " + text(size) + " crosses cells of seasonality.by " + seasons.by().id();
    if (cell.toMillis() % size.toMillis() != 0) {
      error("seasonality.by", "E313", crosses + ": it must divide " + text(cell));
      return;
    }
    WindowSettings settings =
        new WindowSettings(
            size,
            size,
            duration("window", "offset")
                .filter(offset -> offset.compareTo(size) < 0)
                .orElse(Duration.ZERO),
            Inference.zone(resolution.document()),
            Duration.ZERO,
            1);
    seasons
        .crossing(new WindowBorders(settings), CLOCKS_FROM, CLOCKS_TO)
        .ifPresent(
            time ->
                error(
                    "seasonality.by",
                    "E313",
                    crosses + ": one begins within a window at " + CanonicalJson.time(time),
                    "window.time_zone and seasonality.time_zone ("
                        + seasons.zone()
                        + ") must agree on where hours and days begin, and window.offset be 0s"));
  }

  private void checkDispersion(ReferenceFacts facts) {
    if (!"measured".equals(root.get("dispersion"))) {
      return;
    }
    Duration size = duration("window", "size").orElse(DAY);
    int windows = facts.windowCounts(size, Inference.zone(resolution.document())).size();
    if (windows < LEAST_WINDOWS) {
      error(
          "dispersion",
          "E312",
          "dispersion cannot be measured: the reference has "
              + windows
              + " whole windows of "
              + text(size)
              + ", needed are "
              + LEAST_WINDOWS);
    }
  }
}
