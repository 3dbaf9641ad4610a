package dev.weir.flink.state;

import dev.weir.event.PairInput;

/** How elements of pure packages travel. */
public final class Travel {
  /** Records on their way to pairing. */
  public static final CodecType<PairInput> PAIR_INPUT =
      new CodecType<>(PairInput.class, PairInput::encode, PairInput::decode);

  private Travel() {}
}
