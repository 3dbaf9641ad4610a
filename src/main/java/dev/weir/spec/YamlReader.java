package dev.weir.spec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML 1.2 document with the core schema ({@code no} is text), keeping positions.
 *
 * <p>Anchors, aliases and tags are refused, so a small file cannot become a large one. Duplicate
 * keys are refused; the first one counts for further checks.
 */
final class YamlReader {
  /** Deepest nesting; the schema needs seven levels. */
  private static final int DEEPEST = 40;

  private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
  private static final Pattern TRUE = Pattern.compile("true|True|TRUE");
  private static final Pattern FALSE = Pattern.compile("false|False|FALSE");
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern OCTAL = Pattern.compile("0o[0-7]+");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]+");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private final Problems problems;
  private final Iterator<Event> events;
  private @Nullable Event ahead;

  private YamlReader(String text, Problems problems) {
    this.problems = problems;
    LoadSettings settings =
        LoadSettings.builder().setUseMarks(true).setCodePointLimit(text.length() + 1).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /** The document; null after a syntax error, which has been reported. */
  static @Nullable YamlNode read(String text, Problems problems) {
    try {
      return new YamlReader(text, problems).document();
    } catch (MarkedYamlEngineException e) {
      Position at = e.getProblemMark().map(mark -> position(mark, mark)).orElse(Position.START);
      problems.error(at, "E101", "not valid YAML: " + sentence(e.getProblem()));
    } catch (YamlEngineException e) {
      problems.error(
          Position.START, "E101", "not valid YAML: " + sentence(String.valueOf(e.getMessage())));
    }
    return null;
  }

  private static String sentence(String problem) {
    return problem.lines().findFirst().orElse("unreadable").strip();
  }

  private @Nullable YamlNode document() {
    expect(Event.ID.StreamStart);
    if (peek().getEventId() == Event.ID.StreamEnd) {
      return new YamlNode.Scalar(Position.START, null, false);
    }
    expect(Event.ID.DocumentStart);
    YamlNode root = node(0);
    expect(Event.ID.DocumentEnd);
    if (peek().getEventId() != Event.ID.StreamEnd) {
      problems.error(at(peek()), "E101", "not valid YAML: a second document begins here");
    }
    return root;
  }

  private YamlNode node(int depth) {
    Event event = next();
    if (event instanceof AliasEvent) {
      problems.error(
          at(event), "E103", "aliases are not allowed in job files", "write the value out");
      return new YamlNode.Broken(at(event));
    }
    boolean marked = reportAnchorOrTag((NodeEvent) event);
    if (depth > DEEPEST) {
      throw new YamlEngineException("nested more than " + DEEPEST + " levels deep");
    }
    YamlNode node;
    if (event instanceof ScalarEvent scalar) {
      node = scalar(scalar);
    } else if (event instanceof MappingStartEvent) {
      node = keys(event, depth);
    } else {
      node = items(event, depth);
    }
    return marked ? new YamlNode.Broken(node.at()) : node;
  }

  private boolean reportAnchorOrTag(NodeEvent event) {
    Optional<String> tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : ((CollectionStartEvent) event).getTag();
    if (tag.isPresent()) {
      problems.error(at(event), "E103", "tags are not allowed in job files: '" + tag.get() + "'");
    }
    if (event.getAnchor().isPresent()) {
      problems.error(
          at(event),
          "E103",
          "anchors are not allowed in job files: '&" + event.getAnchor().get() + "'",
          "write the value out");
    }
    return tag.isPresent() || event.getAnchor().isPresent();
  }

  private YamlNode items(Event start, int depth) {
    List<YamlNode> items = new ArrayList<>();
    while (peek().getEventId() != Event.ID.SequenceEnd) {
      items.add(node(depth + 1));
    }
    next();
    return new YamlNode.Items(at(start), items);
  }

  private YamlNode keys(Event start, int depth) {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    while (peek().getEventId() != Event.ID.MappingEnd) {
      Position keyAt = at(peek());
      String key = key(depth);
      YamlNode value = node(depth + 1);
      YamlNode.Entry first = entries.putIfAbsent(key, new YamlNode.Entry(keyAt, value));
      if (first != null) {
        problems.error(
            keyAt, "E102", "duplicate key '" + key + "'", "first on line " + first.keyAt().line());
      }
    }
    next();
    Position at =
        entries.values().stream().findFirst().map(YamlNode.Entry::keyAt).orElse(at(start));
    return new YamlNode.Keys(isFlow(start) ? at(start) : at, entries);
  }

  private static boolean isFlow(Event start) {
    return start instanceof CollectionStartEvent collection && collection.isFlow();
  }

  private String key(int depth) {
    if (peek() instanceof ScalarEvent scalar) {
      reportAnchorOrTag(scalar);
      next();
      return scalar.getValue();
    }
    problems.error(at(peek()), "E101", "not valid YAML here: a key must be text");
    node(depth + 1);
    return "";
  }

  private static YamlNode scalar(ScalarEvent event) {
    boolean plain = event.getScalarStyle() == ScalarStyle.PLAIN;
    Object value = plain ? resolved(event.getValue()) : event.getValue();
    return new YamlNode.Scalar(at(event), value, !plain);
  }

  /** The value of a plain word in the core schema. */
  private static @Nullable Object resolved(String word) {
    if (NULL.matcher(word).matches()) {
      return null;
    }
    if (TRUE.matcher(word).matches() || FALSE.matcher(word).matches()) {
      return TRUE.matcher(word).matches();
    }
    if (WHOLE.matcher(word).matches()) {
      return whole(word, 10);
    }
    if (OCTAL.matcher(word).matches()) {
      return whole(word.substring(2), 8);
    }
    if (HEXADECIMAL.matcher(word).matches()) {
      return whole(word.substring(2), 16);
    }
    return DECIMAL.matcher(word).matches() ? finite(word) : word;
  }

  private static Object whole(String digits, int radix) {
    try {
      return Long.parseLong(digits, radix);
    } catch (NumberFormatException tooLarge) {
      return new BigInteger(digits, radix).doubleValue();
    }
  }

  private static Object finite(String word) {
    double number = Double.parseDouble(word);
    return Double.isInfinite(number) ? word : number;
  }

  private Event peek() {
    if (ahead == null) {
      ahead = events.next();
    }
    return ahead;
  }

  private Event next() {
    Event event = peek();
    ahead = null;
    return event;
  }

  private void expect(Event.ID id) {
    Event event = next();
    if (event.getEventId() != id) {
      throw new YamlEngineException("unexpected " + event.getEventId());
    }
  }

  private static Position at(Event event) {
    Optional<Mark> start = event.getStartMark();
    Optional<Mark> end = event.getEndMark();
    return start.isPresent() && end.isPresent() ? position(start.get(), end.get()) : Position.START;
  }

  private static Position position(Mark start, Mark end) {
    int length = end.getLine() == start.getLine() ? end.getColumn() - start.getColumn() : 1;
    return new Position(start.getLine() + 1, start.getColumn() + 1, Math.max(1, length));
  }
}
