package dev.weir.spec;

import dev.weir.event.CanonicalJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes problems for people, programs and GitHub. Control characters are shown as {@code \xNN}.
 */
public enum ProblemPrinter {
  /** The message, the line, carets, then notes that begin with {@code =}. */
  HUMAN {
    @Override
    String print(Problem problem) {
      StringBuilder out = new StringBuilder(headline(problem)).append('\n');
      if (!problem.sourceLine().isEmpty()) {
        String shown = visible(problem.sourceLine());
        String before = head(problem.sourceLine(), problem.column() - 1);
        String under = head(problem.sourceLine(), problem.column() - 1 + problem.length());
        int start = visible(before).length();
        int carets = Math.max(1, visible(under).length() - start);
        out.append(String.format(Locale.ROOT, "%5d | %s\n", problem.line(), shown))
            .append("      | ")
            .append(" ".repeat(start))
            .append("^".repeat(carets))
            .append('\n');
      }
      problem.notes().forEach(note -> out.append("      = ").append(visible(note)).append('\n'));
      return out.toString();
    }
  },

  /** One JSON object a line. */
  JSON {
    @Override
    String print(Problem problem) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("file", problem.file());
      fields.put("line", problem.line());
      fields.put("column", problem.column());
      fields.put("severity", problem.severity().id());
      fields.put("code", problem.code());
      fields.put("message", problem.message());
      fields.put("notes", problem.notes());
      fields.put("length", problem.length());
      return CanonicalJson.write(fields) + "\n";
    }
  },

  /** Workflow commands that GitHub shows beside the line. */
  GITHUB {
    @Override
    String print(Problem problem) {
      String text = String.join("\n", problem.message(), String.join("\n", problem.notes()));
      return String.format(
          Locale.ROOT,
          "::%s file=%s,line=%d,col=%d,endColumn=%d,title=%s::%s\n",
          problem.severity().id(),
          escaped(problem.file()).replace(":", "%3A").replace(",", "%2C"),
          problem.line(),
          problem.column(),
          problem.column() + problem.length(),
          problem.code(),
          escaped(text.strip()));
    }
  };

  abstract String print(Problem problem);

  /** All problems, each ending with a line feed. */
  public String print(List<Problem> problems) {
    return problems.stream().map(this::print).collect(Collectors.joining());
  }

  /** {@code FILE:LINE:COLUMN: error CODE: what is wrong}. */
  static String headline(Problem problem) {
    return String.format(
        Locale.ROOT,
        "%s:%d:%d: %s %s: %s",
        visible(problem.file()),
        problem.line(),
        problem.column(),
        problem.severity().id(),
        problem.code(),
        visible(problem.message()));
  }

  private static String head(String text, int characters) {
    return text.substring(0, Math.max(0, Math.min(text.length(), characters)));
  }

  private static String visible(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.chars()
        .forEach(
            c -> {
              if (c == '\t') {
                out.append(' ');
              } else if (Character.isISOControl(c)) {
                out.append(String.format(Locale.ROOT, "\\x%02x", c));
              } else {
                out.append((char) c);
              }
            });
    return out.toString();
  }

  private static String escaped(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }
}
