package dev.weir.stats.inference;

/** Which way a rate left its bound. The order is that of the components: above before below. */
public enum Side {
  /** The rate is higher than the null allows. */
  ABOVE,
  /** The rate is lower than the null allows. */
  BELOW
}
