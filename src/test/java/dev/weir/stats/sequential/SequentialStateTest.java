package dev.weir.stats.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every ordered state can be written at any time and goes on as if nothing had happened. */
class SequentialStateTest {
  /** One detector behind the same three calls. */
  private interface Subject {
    double step(double uniform);

    void encode(DataOutput out) throws IOException;

    Subject decode(DataInput in) throws IOException;
  }

  private record Conformal(AdaptiveConformal state) implements Subject {
    @Override
    public double step(double uniform) {
      state.update(uniform);
      return state.alpha();
    }

    @Override
    public void encode(DataOutput out) throws IOException {
      state.encode(out);
    }

    @Override
    public Subject decode(DataInput in) throws IOException {
      return new Conformal(AdaptiveConformal.decode(in));
    }
  }

  private record Tuned(DynamicallyTunedConformal state) implements Subject {
    @Override
    public double step(double uniform) {
      state.update(uniform);
      return state.alpha();
    }

    @Override
    public void encode(DataOutput out) throws IOException {
      state.encode(out);
    }

    @Override
    public Subject decode(DataInput in) throws IOException {
      return new Tuned(DynamicallyTunedConformal.decode(in));
    }
  }

  private record Transitions(MissTransitions state) implements Subject {
    @Override
    public double step(double uniform) {
      state.add(uniform < 0.3);
      return (double) (state.count(true, true) * 1000 + state.count(false, true));
    }

    @Override
    public void encode(DataOutput out) throws IOException {
      state.encode(out);
    }

    @Override
    public Subject decode(DataInput in) throws IOException {
      return new Transitions(MissTransitions.decode(in));
    }
  }

  private record Window(Adwin state) implements Subject {
    @Override
    public double step(double uniform) {
      return state.update(uniform).ordinal() + state.mean() * state.size();
    }

    @Override
    public void encode(DataOutput out) throws IOException {
      state.encode(out);
    }

    @Override
    public Subject decode(DataInput in) throws IOException {
      return new Window(Adwin.decode(in));
    }
  }

  private record Rise(PageHinkley state) implements Subject {
    @Override
    public double step(double uniform) {
      return state.update(20 * uniform).ordinal();
    }

    @Override
    public void encode(DataOutput out) throws IOException {
      state.encode(out);
    }

    @Override
    public Subject decode(DataInput in) throws IOException {
      return new Rise(PageHinkley.decode(in));
    }
  }

  private record ErrorRate(DriftDetectionMethod state) implements Subject {
    @Override
    public double step(double uniform) {
      return state.update(uniform < 0.4 ? 1 : 0).ordinal();
    }

    @Override
    public void encode(DataOutput out) throws IOException {
      state.encode(out);
    }

    @Override
    public Subject decode(DataInput in) throws IOException {
      return new ErrorRate(DriftDetectionMethod.decode(in));
    }
  }

  private record Regime(BayesianOnlineChangePoint state) implements Subject {
    @Override
    public double step(double uniform) {
      state.update(uniform);
      return state.mostProbableRunLength() + state.probability(3);
    }

    @Override
    public void encode(DataOutput out) throws IOException {
      state.encode(out);
    }

    @Override
    public Subject decode(DataInput in) throws IOException {
      return new Regime(BayesianOnlineChangePoint.decode(in));
    }
  }

  private record Wealth(BettingWealth state) implements Subject {
    @Override
    public double step(double uniform) {
      return state.update(uniform);
    }

    @Override
    public void encode(DataOutput out) throws IOException {
      state.encode(out);
    }

    @Override
    public Subject decode(DataInput in) throws IOException {
      return new Wealth(BettingWealth.decode(in));
    }
  }

  private record Jumper(SimpleJumper state) implements Subject {
    @Override
    public double step(double uniform) {
      return state.update(uniform);
    }

    @Override
    public void encode(DataOutput out) throws IOException {
      state.encode(out);
    }

    @Override
    public Subject decode(DataInput in) throws IOException {
      return new Jumper(SimpleJumper.decode(in));
    }
  }

  static Stream<Subject> everyState() {
    return Stream.of(
        new Conformal(new AdaptiveConformal(0.1, 0.005)),
        new Tuned(new DynamicallyTunedConformal(0.1)),
        new Transitions(new MissTransitions()),
        new Window(new Adwin()),
        new Rise(new PageHinkley()),
        new ErrorRate(new DriftDetectionMethod(2.5, 3.5)),
        new Regime(new BayesianOnlineChangePoint()),
        new Wealth(new BettingWealth(0.4, 0.05)),
        new Jumper(new SimpleJumper(0.01)));
  }

  @ParameterizedTest
  @MethodSource("everyState")
  void aStateReadBack_goesOnWithEqualBits(Subject whole) throws IOException {
    SplittableRandom random = new SplittableRandom(71);
    List<Double> expected = new ArrayList<>();
    List<Double> got = new ArrayList<>();
    Subject restored = null;
    for (int t = 0; t < 600; t++) {
      // A jump at 400 makes the detectors alarm after the restart too.
      double value = t < 400 ? random.nextDouble() / 2 : 0.5 + random.nextDouble() / 2;
      double said = whole.step(value);
      if (restored != null) {
        expected.add(said);
        got.add(restored.step(value));
      }
      if (t == 299) {
        restored = whole.decode(new DataInputStream(new ByteArrayInputStream(encode(whole))));
      }
    }
    assertThat(got).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("everyState")
  void anUnknownFormat_isRejected(Subject subject) throws IOException {
    byte[] bytes = encode(subject);
    bytes[0] = 77;
    assertThatThrownBy(() -> subject.decode(new DataInputStream(new ByteArrayInputStream(bytes))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 77 is unknown");
  }

  private static byte[] encode(Subject subject) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    subject.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
