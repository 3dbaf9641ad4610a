package dev.weir.wire;

import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event.Role;
import dev.weir.event.FeatureValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads events that were written with Weir's own schemas, field after field, straight from the
 * bytes. The order of the fields here is that of {@code schemas/}; a test compares the two.
 */
final class AvroEvents {
  private static final Role[] ROLES = Role.values();

  /** Symbols of {@code LabelOperation}. */
  private static final String[] OPERATIONS = {"UNKNOWN", "UPSERT", "RETRACT"};

  /** Models, versions, classes, sources, tags. */
  private final TextCache names = new TextCache();

  private final TextCache categories = new TextCache();
  private final FeatureHeadsByModel headsByModel = new FeatureHeadsByModel();

  /** Fills the draft; a record with too many features fails there, and the rest is not read. */
  void read(AvroInput input, EventDraft draft) throws IOException {
    switch (draft.input()) {
      case FEATURES -> readFeatures(input, draft);
      case PREDICTIONS -> readPrediction(input, draft);
      case LABELS -> readLabel(input, draft);
    }
    if (draft.problem() == null) {
      input.expectEnd();
    }
  }

  private void readIdentity(AvroInput input, EventDraft draft) throws IOException {
    readSingleText(input, draft, EventField.PREDICTION_ID);
    draft.text(EventField.MODEL_ID, input.readText(names));
  }

  private void readFeatures(AvroInput input, EventDraft draft) throws IOException {
    readIdentity(input, draft);
    draft.time(EventField.TIME, input.readLong());
    if (!readFeatureMap(input, draft)) {
      return;
    }
    if (isPresent(input)) {
      draft.text(EventField.MODEL_VERSION, input.readText(names));
    }
    readAvailableTimes(input, draft);
    readOptionalText(input, draft, EventField.ENTITY_ID);
    readTags(input, draft);
    readOptionalText(input, draft, EventField.TRACE_PARENT);
  }

  private void readPrediction(AvroInput input, EventDraft draft) throws IOException {
    readIdentity(input, draft);
    draft.text(EventField.MODEL_VERSION, input.readText(names));
    draft.time(EventField.TIME, input.readLong());
    readOptionalNumber(input, draft, EventField.SCORE);
    readOptionalNumber(input, draft, EventField.VALUE);
    if (isPresent(input)) {
      draft.text(EventField.PREDICTED_CLASS, input.readText(names));
    }
    readClassScores(input, draft);
    readOptionalNumber(input, draft, EventField.LOWER);
    readOptionalNumber(input, draft, EventField.UPPER);
    readOptionalNumber(input, draft, EventField.NOMINAL_COVERAGE);
    skipPredictionSet(input, draft);
    readOptionalNumber(input, draft, EventField.UNCERTAINTY);
    if (isPresent(input) && !readFeatureMap(input, draft)) {
      return;
    }
    readOptionalText(input, draft, EventField.ENTITY_ID);
    draft.text(EventField.ROLE, ROLES[input.readIndex(ROLES.length)].name());
    draft.number(EventField.SAMPLING_RATE, input.readDouble());
    readOptionalNumber(input, draft, EventField.LATENCY_MS);
    readTags(input, draft);
    readOptionalText(input, draft, EventField.TRACE_PARENT);
  }

  private void readLabel(AvroInput input, EventDraft draft) throws IOException {
    readIdentity(input, draft);
    draft.time(EventField.TIME, input.readLong());
    if (isPresent(input)) {
      draft.text(EventField.LABEL_CLASS, input.readText(names));
    }
    readOptionalNumber(input, draft, EventField.LABEL_VALUE);
    draft.integer(EventField.REVISION, input.readInt());
    draft.text(EventField.OPERATION, OPERATIONS[input.readIndex(OPERATIONS.length)]);
    if (isPresent(input)) {
      draft.time(EventField.OUTCOME_TIME, input.readLong());
    }
    if (isPresent(input)) {
      draft.text(EventField.SOURCE, input.readText(names));
    }
    readTags(input, draft);
    readOptionalText(input, draft, EventField.TRACE_PARENT);
  }

  /** Whether a union of null and something holds the something. */
  private static boolean isPresent(AvroInput input) throws IOException {
    return input.readIndex(2) == 1;
  }

  private static void readOptionalText(AvroInput input, EventDraft draft, EventField field)
      throws IOException {
    if (isPresent(input)) {
      readSingleText(input, draft, field);
    }
  }

  /** A text that no other record has, and that few ask for. */
  private static void readSingleText(AvroInput input, EventDraft draft, EventField field)
      throws IOException {
    int length = input.skipText();
    if (input.lastIsAscii(length)) {
      draft.ascii(field, input.source(), input.position() - length, length);
    } else {
      draft.text(field, new String(input.last(length), StandardCharsets.UTF_8));
    }
  }

  private static void readOptionalNumber(AvroInput input, EventDraft draft, EventField field)
      throws IOException {
    if (isPresent(input)) {
      draft.number(field, input.readDouble());
    }
  }

  private void readTags(AvroInput input, EventDraft draft) throws IOException {
    int total = 0;
    for (int block = input.readBlock(total, 2); block > 0; block = input.readBlock(total, 2)) {
      for (int i = 0; i < block; i++) {
        draft.tag(input.readText(names), input.readText(names));
      }
      total += block;
    }
  }

  private static void readAvailableTimes(AvroInput input, EventDraft draft) throws IOException {
    int total = 0;
    for (int block = input.readBlock(total, 2); block > 0; block = input.readBlock(total, 2)) {
      for (int i = 0; i < block; i++) {
        draft.availableTime(input.readText(), input.readLong());
      }
      total += block;
    }
  }

  private static void readClassScores(AvroInput input, EventDraft draft) throws IOException {
    int total = 0;
    for (int block = input.readBlock(total, 9); block > 0; block = input.readBlock(total, 9)) {
      for (int i = 0; i < block; i++) {
        draft.classScore(input.readText(), input.readDouble());
      }
      total += block;
    }
  }

  private static void skipPredictionSet(AvroInput input, EventDraft draft) throws IOException {
    int total = 0;
    for (int block = input.readBlock(total, 1); block > 0; block = input.readBlock(total, 1)) {
      for (int i = 0; i < block; i++) {
        input.skipText();
      }
      total += block;
    }
    if (total > Limits.PREDICTION_SET) {
      draft.counts().dropped("prediction_set");
    }
  }

  /** False if the record fails because of its features. */
  private boolean readFeatureMap(AvroInput input, EventDraft draft) throws IOException {
    FeatureValues values = draft.features();
    FeatureHeads heads = headsByModel.of(draft.text(EventField.MODEL_ID));
    int total = 0;
    for (int block = input.readBlock(total, 2); block > 0; block = input.readBlock(total, 2)) {
      total += block;
      if (total > Limits.FEATURES) {
        draft.failTooManyFeatures();
        return false;
      }
      for (int i = total - block; i < total; i++) {
        int branch = heads.read(i, input);
        readFeature(input, values, heads.name(i), branch);
      }
    }
    if (heads.repeats(total)) {
      draft.fail(
          new Problem(Reason.WRONG_TYPE, "features", "a feature appears twice in one record"));
      return false;
    }
    return true;
  }

  private void readFeature(AvroInput input, FeatureValues values, String name, int branch)
      throws IOException {
    switch (branch) {
      case 0 -> values.addMissing(name);
      case 1 -> values.addBoolean(name, input.readBoolean());
      case 2 -> values.addLong(name, input.readLong());
      case 3 -> values.addDouble(name, input.readDouble());
      case 4 -> values.addText(name, input.readText(categories));
      default -> values.addVector(name, readVector(input));
    }
  }

  private static float[] readVector(AvroInput input) throws IOException {
    int block = input.readBlock(0, Float.BYTES);
    float[] vector = new float[block];
    int total = 0;
    while (block > 0) {
      if (total + block > vector.length) {
        vector = Arrays.copyOf(vector, total + block);
      }
      for (int i = 0; i < block; i++) {
        vector[total++] = input.readFloat();
      }
      block = input.readBlock(total, Float.BYTES);
    }
    return vector;
  }
}
