package dev.weir.stats;

/** Golden functions of {@code stats.sequential}. */
final class SequentialGolden implements GoldenFunctions {
  @Override
  public void register(GoldenRegistry registry) {}
}
