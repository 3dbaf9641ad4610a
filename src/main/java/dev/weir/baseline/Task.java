package dev.weir.baseline;

import java.util.Locale;

/** What a model predicts. */
public enum Task {
  /** One of two classes, by the probability of the positive one. */
  BINARY,
  /** One of several classes. */
  MULTICLASS,
  /** A number. */
  REGRESSION;

  /** The name in job files: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
