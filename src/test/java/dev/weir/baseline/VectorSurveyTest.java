package dev.weir.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.stats.summary.EmbeddingLayout;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The random features of a vector column are those that the job file asks for. */
class VectorSurveyTest {
  private static EmbeddingLayout layout(RandomFeatures features) {
    VectorSurvey survey = new VectorSurvey(features);
    for (int i = 0; i < 10; i++) {
      survey.add("p" + i, new float[] {i, i % 3});
    }
    return survey.layout().orElseThrow();
  }

  private static byte[] bytes(EmbeddingLayout layout) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    layout.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Test
  void layout_hasAsManyFeaturesAsWereAskedFor() {
    assertThat(layout(RandomFeatures.DEFAULT).features()).isEqualTo(256);
    assertThat(layout(new RandomFeatures(64, 1)).features()).isEqualTo(64);
  }

  @Test
  void vectorsThatAreTooLong_areRefusedWithTheMostThatGoes() {
    VectorSurvey survey = new VectorSurvey(new RandomFeatures(4096, 1));
    survey.add("p", new float[1536]);
    assertThatThrownBy(survey::layout)
        .isInstanceOf(UnusableReferenceException.class)
        // 2^22 / 1536 = 2730.7
        .hasMessageContaining("at most 2730 random features, not 4096")
        .hasMessageContaining("monitors.multivariate_drift.dimensions");
  }

  @Test
  void layout_isAnotherWithAnotherSeed_andTheSameWithTheSame() throws IOException {
    byte[] first = bytes(layout(new RandomFeatures(64, 1)));
    assertThat(bytes(layout(new RandomFeatures(64, 1)))).isEqualTo(first);
    assertThat(bytes(layout(new RandomFeatures(64, 2)))).isNotEqualTo(first);
  }
}
