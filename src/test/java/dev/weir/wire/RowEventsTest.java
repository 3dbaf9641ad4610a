package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.baseline.FeaturePlan;
import dev.weir.event.DeadLetter;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.FeatureValues.Kind;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowEventsTest {
  private static final Map<String, String> FLIGHTS =
      Map.of(
          "prediction_id", "event_id",
          "score", "p_positive",
          "value", "y_pred",
          "predicted_class", "y_pred_class",
          "lower", "y_lower90",
          "upper", "y_upper90");

  private static TableReader open(String text) {
    return TableReader.open(
        "table.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static RowEvents events(Input input, ColumnRoles roles) {
    return new RowEvents(input, "flights-delay", roles, TimeBounds.OF_FILES, true);
  }

  private static Event good(RowEvents events, String text) {
    return AvroEventsTest.good(events.read(open(text).next()));
  }

  private static DeadLetter bad(RowEvents events, String text) {
    Decoded decoded = events.read(open(text).next());
    assertThat(decoded).isInstanceOf(Decoded.Bad.class);
    return ((Decoded.Bad) decoded).deadLetter();
  }

  @Test
  void prediction_ofTheFlights_hasItsRoles() {
    Event.Prediction prediction =
        (Event.Prediction)
            good(
                events(Input.PREDICTIONS, ColumnRoles.ofRoles(FLIGHTS)),
                "event_id,prediction_time,model_version,p_positive,y_pred_class,y_pred,"
                    + "y_pred_median,y_lower90,y_upper90\n"
                    + "f0966429,2001-03-01T00:13:00.085Z,lgbm-2001-01,0.550854,1,76.351476,"
                    + "32.026692,-18.696819,164.930885\n");
    assertThat(prediction.predictionId()).isEqualTo("f0966429");
    assertThat(prediction.modelId()).isEqualTo("flights-delay");
    assertThat(prediction.time()).isEqualTo(983_405_580_085L);
    assertThat(prediction.modelVersion()).isEqualTo("lgbm-2001-01");
    assertThat(prediction.score()).isEqualTo(0.550854);
    assertThat(prediction.value()).isEqualTo(76.351476);
    assertThat(prediction.predictedClass()).isEqualTo("1");
    assertThat(prediction.lower()).isEqualTo(-18.696819);
    assertThat(prediction.upper()).isEqualTo(164.930885);
    assertThat(prediction.features()).isNull();
  }

  @Test
  void prediction_withoutVersion_isUnversioned() {
    Event.Prediction prediction =
        (Event.Prediction)
            good(
                events(Input.PREDICTIONS, ColumnRoles.OWN_NAMES),
                "prediction_id,prediction_time,score\np,2001-03-01T00:00:00Z,\n");
    assertThat(prediction.modelVersion()).isEqualTo("unversioned");
    assertThat(prediction.score()).isNull();
  }

  @Test
  void features_areAllColumnsWithoutARole() {
    ColumnRoles roles =
        new ColumnRoles(
            Map.of("prediction_id", "event_id", "entity_id", "tail"),
            Map.of(),
            List.of("channel"),
            Set.of("note"),
            Map.of(
                "zip", FeaturePlan.Kind.CATEGORICAL,
                "size", FeaturePlan.Kind.CATEGORICAL,
                "vec", FeaturePlan.Kind.EMBEDDING,
                "bad", FeaturePlan.Kind.EMBEDDING),
            null);
    Event.Features features =
        (Event.Features)
            good(
                events(Input.FEATURES, roles),
                "event_id,event_time,tail,channel,note,zip,size,origin,distance,hour,gap,odd,vec,"
                    + "bad,label_class\n"
                    + "f1,2001-03-01T00:13:00Z,N1,web,hello,01234,1.0,LAX,2342,0.2167,,nan,"
                    + "\"[1, 2]\",x,1\n");
    assertThat(features.entityId()).isEqualTo("N1");
    assertThat(features.tags()).isEqualTo(Map.of("channel", "web"));
    assertThat(features.features().size()).isEqualTo(9);
    assertThat(features.features().text(0)).isEqualTo("01234");
    assertThat(features.features().text(1)).isEqualTo("1");
    assertThat(features.features().text(2)).isEqualTo("LAX");
    assertThat(features.features().integer(3)).isEqualTo(2342);
    assertThat(features.features().number(4)).isEqualTo(0.2167);
    assertThat(features.features().kind(5)).isEqualTo(Kind.MISSING);
    assertThat(features.features().kind(6)).isEqualTo(Kind.DOUBLE);
    assertThat(features.features().vector(7)).containsExactly(1f, 2f);
    assertThat(features.features().kind(8)).isEqualTo(Kind.WRONG_TYPE);
  }

  @Test
  void features_thatAreListed_areTheOnlyOnes() {
    ColumnRoles roles =
        new ColumnRoles(Map.of(), Map.of(), List.of(), Set.of(), Map.of(), Set.of("x"));
    Event.Features features =
        (Event.Features)
            good(
                events(Input.FEATURES, roles),
                "prediction_id,event_time,x,y\np,983404800000,1,2\n");
    assertThat(features.time()).isEqualTo(983_404_800_000L);
    assertThat(features.features().size()).isEqualTo(1);
    assertThat(features.features().name(0)).isEqualTo("x");
  }

  @Test
  void label_class_isPlainText() {
    RowEvents events = events(Input.LABELS, ColumnRoles.OWN_NAMES);
    String header = "prediction_id,label_time,label_class,label_value,revision\n";
    String time = ",2001-03-01T00:00:00Z,";
    assertThat(((Event.Label) good(events, header + "p" + time + "1.0,41.0,2.0")).labelClass())
        .isEqualTo("1");
    Event.Label label = (Event.Label) good(events, header + "p" + time + "late,,3");
    assertThat(label.labelClass()).isEqualTo("late");
    assertThat(label.labelValue()).isNull();
    assertThat(label.revision()).isEqualTo(3);
    assertThat(((Event.Label) good(events, header + "p" + time + "01,,")).labelClass())
        .isEqualTo("01");
  }

  @Test
  void classScores_comeFromTheirColumns() {
    ColumnRoles roles =
        new ColumnRoles(
            Map.of(),
            Map.of("churned", "p_churned", "stays", "p_stays"),
            List.of(),
            Set.of(),
            Map.of(),
            null);
    RowEvents events = events(Input.PREDICTIONS, roles);
    String header = "prediction_id,prediction_time,p_churned,p_stays\n";
    Event.Prediction prediction =
        (Event.Prediction) good(events, header + "p,2001-03-01T00:00:00Z,0.25,0.75\n");
    assertThat(prediction.classScores()).isEqualTo(Map.of("churned", 0.25, "stays", 0.75));
    assertThat(bad(events, header + "p,2001-03-01T00:00:00Z,0.25,0.7\n").reason())
        .isEqualTo(Reason.OUT_OF_RANGE);
  }

  @Test
  void row_thatCannotBeUsed_isADeadLetterWithItsLine() {
    RowEvents events = events(Input.LABELS, ColumnRoles.OWN_NAMES);
    String header = "prediction_id,label_time,label_class,label_value\n";
    DeadLetter letter = bad(events, header + "p1,2001-03-01T00:00:00,1,\n");
    assertThat(letter.topic()).isEqualTo("labels");
    assertThat(letter.partition()).isZero();
    assertThat(letter.offset()).isEqualTo(2);
    assertThat(letter.recordTime()).isNull();
    assertThat(letter.reason()).isEqualTo(Reason.INVALID_TIME);
    assertThat(letter.field()).isEqualTo("label_time");
    assertThat(letter.modelId()).isEqualTo("flights-delay");
    assertThat(letter.predictionId()).isEqualTo("p1");
    assertThat(new String(letter.head(), StandardCharsets.UTF_8))
        .isEqualTo("p1,2001-03-01T00:00:00,1,");
    assertThat(letter.valueSize()).isEqualTo(25);
    assertThat(bad(events, header + ",2001-03-01T00:00:00Z,1,\n").reason())
        .isEqualTo(Reason.MISSING_FIELD);
    assertThat(bad(events, header + "p,2001-03-01T00:00:00Z,,\n").reason())
        .isEqualTo(Reason.MISSING_FIELD);
    assertThat(bad(events, header + "p,2001-03-01T00:00:00Z,1,soon\n").reason())
        .isEqualTo(Reason.WRONG_TYPE);
    assertThat(bad(events, header + "p,2001-03-01T00:00:00Z,1,inf\n").reason())
        .isEqualTo(Reason.OUT_OF_RANGE);
    assertThat(bad(events, header + "p,1970-01-01T23:00:00Z,1,\n").reason())
        .isEqualTo(Reason.TOO_OLD);
    assertThat(bad(events, header + "p,2100-01-01T00:00:01Z,1,\n").reason())
        .isEqualTo(Reason.TIME_IN_FUTURE);
    assertThat(bad(events, header + "p,1969-01-01T00:00:01Z,1,\n").reason())
        .isEqualTo(Reason.INVALID_TIME);
    assertThat(bad(events, header + "p,983404800,1,\n").reason()).isEqualTo(Reason.INVALID_TIME);
    assertThat(bad(events, header + "p,x\n").reason()).isEqualTo(Reason.UNDECODABLE);
  }

  @Test
  void columns_thatAreMissing_areNamedWithTheRemedy() {
    RowEvents predictions = events(Input.PREDICTIONS, ColumnRoles.ofRoles(FLIGHTS));
    assertThatThrownBy(
            () -> predictions.requireColumns(open("event_id,prediction_time,p,y_pred\n")))
        .isInstanceOf(InputFileException.class)
        .hasMessage(
            "table.csv: no column 'p_positive' for score; name the right one under columns.score"
                + " in the job file, or add it");
    assertThatThrownBy(() -> predictions.requireColumns(open("prediction_id,prediction_time\n")))
        .hasMessageContaining("no column 'event_id' for prediction_id");
    RowEvents labels = events(Input.LABELS, ColumnRoles.OWN_NAMES);
    assertThatThrownBy(() -> labels.requireColumns(open("prediction_id,label_time\n")))
        .hasMessageContaining("'label_class' for label_class nor 'label_value' for label_value");
    labels.requireColumns(open("prediction_id,label_time,label_value\n"));
  }

  @Test
  void columns_withoutUse_areListed() {
    RowEvents predictions = events(Input.PREDICTIONS, ColumnRoles.ofRoles(FLIGHTS));
    assertThat(
            predictions.ignoredColumns(
                List.of("event_id", "y_pred_median", "p_positive", "extra", "model_version")))
        .containsExactly("y_pred_median", "extra");
  }

  @Test
  void jsonLines_rows_areTheSameEventsAsCsv() {
    String csv =
        "prediction_id,prediction_time,score,value,predicted_class\n"
            + "p,2001-03-01T00:00:00Z,0.25,NaN,1\n";
    String json =
        "{\"prediction_id\": \"p\", \"prediction_time\": \"2001-03-01T00:00:00Z\","
            + " \"score\": 0.25, \"value\": \"NaN\", \"predicted_class\": 1.0}";
    RowEvents events = events(Input.PREDICTIONS, ColumnRoles.OWN_NAMES);
    assertThat(bad(events, csv).field()).isEqualTo("value");
    assertThat(bad(events, json).field()).isEqualTo("value");
    assertThat(good(events, json.replace("\"NaN\"", "3")))
        .isEqualTo(good(events, csv.replace("NaN", "3")));
  }

  @Test
  void features_overTheLimit_areADeadLetter() {
    StringBuilder header = new StringBuilder("prediction_id,event_time");
    StringBuilder row = new StringBuilder("p,2001-03-01T00:00:00Z");
    for (int i = 0; i <= 2_000; i++) {
      header.append(",f").append(i);
      row.append(",1");
    }
    RowEvents events = events(Input.FEATURES, ColumnRoles.OWN_NAMES);
    assertThat(bad(events, header + "\n" + row + "\n").reason()).isEqualTo(Reason.TOO_MANY_FIELDS);
  }
}
