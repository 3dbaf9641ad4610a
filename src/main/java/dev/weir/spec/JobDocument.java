package dev.weir.spec;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A job file as written, looked up by paths such as {@code monitors.drift.tolerance} or {@code
 * retraining[0].when}.
 */
final class JobDocument {
  private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)\\]");

  private final YamlNode.Keys written;
  private final YamlNode.Keys root;

  /**
   * A file.
   *
   * @param written all keys
   * @param root without those that the schema refuses
   */
  JobDocument(YamlNode.Keys written, YamlNode.Keys root) {
    this.written = written;
    this.root = root;
  }

  /** Whether the file has the key, even with a value that has been refused. */
  boolean isWritten(String path) {
    return node(written, path).isPresent();
  }

  /** The keys as plain maps. */
  @SuppressWarnings("unchecked") // keys of a plain block are text
  Map<String, Object> plain() {
    return (Map<String, Object>) Objects.requireNonNull(YamlNode.plain(root));
  }

  /** Whether the key is in the file. */
  boolean has(String path) {
    return node(path).isPresent();
  }

  /** The value of a key, if it is in the file. */
  Optional<YamlNode> node(String path) {
    return node(root, path);
  }

  private static Optional<YamlNode> node(YamlNode start, String path) {
    YamlNode node = start;
    Matcher step = STEP.matcher(path);
    while (step.find()) {
      node = child(node, step);
      if (node == null) {
        return Optional.empty();
      }
    }
    return Optional.of(node);
  }

  private static @Nullable YamlNode child(YamlNode node, Matcher step) {
    if (step.group(1) != null && node instanceof YamlNode.Keys keys) {
      YamlNode.Entry entry = keys.entries().get(step.group(1));
      return entry == null ? null : entry.value();
    }
    if (step.group(2) != null && node instanceof YamlNode.Items list) {
      int index = Integer.parseInt(step.group(2));
      return index < list.items().size() ? list.items().get(index) : null;
    }
    return null;
  }

  /** The text of a key; empty if it is missing or no text. */
  Optional<String> text(String path) {
    return node(path).map(YamlNode::plain).filter(String.class::isInstance).map(String.class::cast);
  }

  /** The texts of a list; empty if it is missing. */
  List<String> texts(String path) {
    return node(path).map(YamlNode::plain).filter(List.class::isInstance).stream()
        .flatMap(list -> ((List<?>) list).stream())
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .toList();
  }

  /** Where the value of a key stands; for a key that is missing, where its nearest parent does. */
  Position at(String path) {
    String rest = path;
    while (!rest.isEmpty()) {
      Optional<YamlNode> found = node(rest);
      if (found.isPresent()) {
        boolean whole = rest.equals(path);
        return whole && !(found.get() instanceof YamlNode.Keys) ? found.get().at() : keyAt(rest);
      }
      rest = parent(rest);
    }
    return written.firstKey();
  }

  /** Where a key stands; a list item stands where its value does. */
  Position keyAt(String path) {
    Optional<YamlNode> holder = node(parent(path));
    String last = path.substring(parent(path).length()).replaceFirst("^\\.", "");
    if (holder.isPresent() && holder.get() instanceof YamlNode.Keys keys) {
      YamlNode.Entry entry = keys.entries().get(last);
      if (entry != null) {
        return entry.keyAt();
      }
    }
    return node(path).map(YamlNode::at).orElseGet(written::firstKey);
  }

  /** Where the first of a list's entries with this text stands, else where the list does. */
  Position at(String path, String item) {
    return node(path)
        .filter(YamlNode.Items.class::isInstance)
        .map(YamlNode.Items.class::cast)
        .flatMap(
            list ->
                list.items().stream().filter(node -> item.equals(YamlNode.plain(node))).findFirst())
        .map(YamlNode::at)
        .orElseGet(() -> at(path));
  }

  private static String parent(String path) {
    int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    return cut < 0 ? "" : path.substring(0, cut);
  }
}
