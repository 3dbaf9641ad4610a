package dev.weir.stats;

/** The functions of one part of the mathematics, as the golden files name them. */
public interface GoldenFunctions {
  /** Registers every function of this part, and the ones it leaves out with their reasons. */
  void register(GoldenRegistry registry);

  /** Computes what a case expects: a number, a list, an array, a map, a string. */
  @FunctionalInterface
  interface Computation {
    /** Returns the value; throws {@link OtherVariant} if the case names a rule that is not ours. */
    Object compute(GoldenCase golden) throws Exception;
  }

  /** A case that asks for a rule which Weir does not follow, with the reason. */
  final class OtherVariant extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the reason, in a line. */
    public OtherVariant(String reason) {
      super(reason, null, false, false);
    }
  }
}
