package dev.weir.wire;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a model server writes about its requests and answers, and what it means for one model.
 *
 * @param kind whose format
 * @param modelId the model that all of it is about
 * @param names feature names in order, for payloads without names
 * @param outputs role of a prediction to where it stands in an answer: a position from 0, the name
 *     of a tensor or member, or {@code name:position}
 */
public record ForeignFormat(
    Kind kind, String modelId, List<String> names, Map<String, String> outputs)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Formats there are; {@link #id} is the word in the job file. */
  public enum Kind {
    /** CloudEvents of KServe's logger, with bodies of its protocols V1 and V2. */
    KSERVE,
    /** Requests and answers of the Open Inference Protocol as they are. */
    OIP_V2,
    /** Lines of SageMaker's data capture, and of its ground truth. */
    SAGEMAKER_CAPTURE;

    /** The word in the job file. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The format of this word. */
    public static Optional<Kind> of(String id) {
      return Stream.of(values()).filter(kind -> kind.id().equals(id)).findFirst();
    }
  }
}
