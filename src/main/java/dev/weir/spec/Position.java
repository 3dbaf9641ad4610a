package dev.weir.spec;

/**
 * Where something stands in a job file.
 *
 * @param line line, from 1
 * @param column column in characters, from 1
 * @param length characters on that line, at least 1
 */
record Position(int line, int column, int length) {
  /** Where an empty file would begin. */
  static final Position START = new Position(1, 1, 1);

  /** The part of this that begins {@code characters} further right and is {@code size} long. */
  Position shifted(int characters, int size) {
    return new Position(line, column + characters, Math.max(1, size));
  }
}
