package dev.weir.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.FeatureValues;
import dev.weir.event.FeatureValues.Kind;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of JSON Lines. The members of a {@code features} or {@code tags} object count as cells of
 * the row, so that records of a topic can be read back.
 */
final class JsonRow extends TableRow {
  private final FeatureValues cells = new FeatureValues();
  private long integer;
  private double number = Double.NaN;

  /** Reads an object; a failure becomes the problem of the row. */
  void parse(byte[] bytes, int from, int to) {
    cells.clear();
    try (JsonParser parser = JsonText.FACTORY.createParser(bytes, from, to - from)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        fail(new Problem(Reason.UNDECODABLE, null, "the line is no JSON object"));
        return;
      }
      boolean nested = readMembers(parser, 0);
      if (parser.nextToken() != null) {
        fail(new Problem(Reason.UNDECODABLE, null, "something follows the JSON object"));
      } else if (nested) {
        failIfRepeated();
      }
    } catch (IOException e) {
      fail(JsonText.problem(e));
    }
  }

  /** Names of the two levels may meet. */
  private void failIfRepeated() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < cells.size(); i++) {
      if (!names.add(cells.name(i))) {
        String name = cells.name(i);
        fail(new Problem(Reason.WRONG_TYPE, name, "the row has two cells of this name"));
        return;
      }
    }
  }

  private boolean readMembers(JsonParser parser, int level) throws IOException {
    boolean nested = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      boolean holder = name.equals("features") || name.equals("tags");
      if (level == 0 && holder && token == JsonToken.START_OBJECT) {
        readMembers(parser, 1);
        nested = true;
      } else {
        JsonValues.add(cells, name, parser, token);
      }
    }
    return nested;
  }

  @Override
  public int size() {
    return problem() == null ? cells.size() : 0;
  }

  @Override
  public String column(int i) {
    return cells.name(i);
  }

  @Override
  public int indexOf(String column) {
    return problem() == null ? cells.indexOf(column) : -1;
  }

  @Override
  public boolean missing(int i) {
    return cells.kind(i) == Kind.MISSING || "".equals(cells.text(i));
  }

  @Override
  public @Nullable String text(int i) {
    return missing(i) ? null : cells.category(i);
  }

  @Override
  public Kind read(int i) {
    integer = cells.integer(i);
    number = cells.number(i);
    return missing(i) ? Kind.MISSING : cells.kind(i);
  }

  @Override
  public long integer() {
    return integer;
  }

  @Override
  public double number() {
    return number;
  }

  @Override
  public float @Nullable [] vector(int i) {
    String text = cells.text(i);
    return text == null ? cells.vector(i) : JsonText.vector(text);
  }
}
