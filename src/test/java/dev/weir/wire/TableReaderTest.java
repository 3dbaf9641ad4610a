package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.FeatureValues.Kind;
import dev.weir.event.WeirId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableReaderTest {
  @TempDir private Path folder;

  private static TableReader open(String text) {
    return TableReader.open(
        "table", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Rows as text: line, then the cells or the reason. */
  private static List<String> rows(TableReader table) {
    List<String> rows = new ArrayList<>();
    for (Row row = table.next(); row != null; row = table.next()) {
      StringBuilder text = new StringBuilder().append(row.line()).append(':');
      Problem problem = row.problem();
      if (problem != null) {
        text.append(problem.reason());
      }
      for (int i = 0; i < row.size(); i++) {
        text.append(i == 0 ? "" : "|").append(row.missing(i) ? "-" : row.text(i));
      }
      rows.add(text.toString());
    }
    return rows;
  }

  @Test
  void csv_plainRows_haveTheirCells() {
    TableReader table = open("a,b,c\n1,two,\n,,3.50\n");
    assertThat(table.columns()).containsExactly("a", "b", "c");
    assertThat(rows(table)).containsExactly("2:1|two|-", "3:-|-|3.50");
  }

  @Test
  void csv_quotes_holdCommasNewlinesAndQuotes() {
    assertThat(rows(open("a,b\n\"x,y\",\"say \"\"no\"\"\"\n\"two\nlines\",\"\"\n3,4\n")))
        .containsExactly("2:x,y|say \"no\"", "3:two\nlines|-", "5:3|4");
  }

  @Test
  void csv_ofWindows_withByteOrderMark_isTheSame() {
    TableReader table = open("\uFEFFa,b\r\n1,\"2\"\r\n\r\n3,\r\n");
    assertThat(table.columns()).containsExactly("a", "b");
    assertThat(rows(table)).containsExactly("2:1|2", "4:3|-");
  }

  @Test
  void csv_lastLineWithoutNewline_isARow() {
    assertThat(rows(open("a,b\n1,2"))).containsExactly("2:1|2");
    assertThat(rows(open("a,b\n1,"))).containsExactly("2:1|-");
    assertThat(rows(open("a,b\n1,\"2\""))).containsExactly("2:1|2");
  }

  @Test
  void csv_headerAlone_hasNoRows() {
    assertThat(rows(open("a,b"))).isEmpty();
    assertThat(rows(open("a,b\n\n\n"))).isEmpty();
  }

  @Test
  void csv_otherNumberOfCells_isABadRowAndTheNextIsGood() {
    assertThat(rows(open("a,b\n1\n1,2,3\n4,5\n")))
        .containsExactly("2:UNDECODABLE", "3:UNDECODABLE", "4:4|5");
  }

  @Test
  void csv_wrongQuotes_spoilOneLineOnly() {
    assertThat(rows(open("a,b\n5\" pipe,2\n\"x\"y,2\n3,4\n")))
        .containsExactly("2:UNDECODABLE", "3:UNDECODABLE", "4:3|4");
  }

  @Test
  void csv_quoteThatIsNeverClosed_spoilsOneLineOnly() {
    assertThat(rows(open("a,b\n1,\"open\n3,4\n5,6\n")))
        .containsExactly("2:UNDECODABLE", "3:3|4", "4:5|6");
  }

  @Test
  void csv_badRow_keepsItsBytes() {
    TableReader table = open("a,b\none\n");
    Row row = table.next();
    assertThat(new String(row.head(), StandardCharsets.UTF_8)).isEqualTo("one");
    assertThat(row.byteCount()).isEqualTo(3);
    assertThat(row.sha256()).isEqualTo(WeirId.sha256("one".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void csv_lineOverTheLimit_isSkippedWhole() {
    String big = "x".repeat(Limits.VALUE_BYTES + 1);
    TableReader table = open("a\n" + big + "\nok\n" + "y".repeat(Limits.VALUE_BYTES) + "\n");
    Row row = table.next();
    assertThat(row.problem().reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(row.byteCount()).isEqualTo(big.length());
    assertThat(row.sha256()).isEqualTo(WeirId.sha256(big.getBytes(StandardCharsets.UTF_8)));
    assertThat(row.head()).hasSize(1_024);
    assertThat(table.next().text(0)).isEqualTo("ok");
    Row largest = table.next();
    assertThat(largest.line()).isEqualTo(4);
    assertThat(largest.problem()).isNull();
    assertThat(table.next()).isNull();
  }

  @Test
  void csv_cells_areNumbersWhereTheyLookLikeIt() {
    Row row = open("a,b,c,d,e\n1,1.5,one,,nan\n").next();
    assertThat(row.read(0)).isEqualTo(Kind.LONG);
    assertThat(row.integer()).isEqualTo(1);
    assertThat(row.read(1)).isEqualTo(Kind.DOUBLE);
    assertThat(row.number()).isEqualTo(1.5);
    assertThat(row.read(2)).isEqualTo(Kind.TEXT);
    assertThat(row.read(3)).isEqualTo(Kind.MISSING);
    assertThat(row.read(4)).isEqualTo(Kind.DOUBLE);
    assertThat(row.number()).isNaN();
    assertThat(row.indexOf("c")).isEqualTo(2);
    assertThat(row.indexOf("z")).isEqualTo(-1);
  }

  @Test
  void csv_vector_isReadFromAText() {
    Row row = open("v,w\n\"[0.5, -1, NaN]\",\"[1, x]\"\n").next();
    assertThat(row.vector(0)).containsExactly(0.5f, -1f, Float.NaN);
    assertThat(row.vector(1)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 4096})
  void csv_inPiecesOfAnySize_isTheSame(int piece) {
    SplittableRandom random = new SplittableRandom(4180);
    StringBuilder text = new StringBuilder("a,b,c\n");
    List<String> expected = new ArrayList<>();
    int line = 2;
    for (int i = 0; i < 3_000; i++) {
      StringBuilder row = new StringBuilder().append(line).append(':');
      for (int cell = 0; cell < 3; cell++) {
        String value = "abc,\n\"\u00e9 ".substring(0, random.nextInt(9));
        row.append(cell == 0 ? "" : "|").append(value.isEmpty() ? "-" : value);
        text.append(cell == 0 ? "" : ",");
        text.append('"').append(value.replace("\"", "\"\"")).append('"');
        line += value.indexOf('\n') >= 0 ? 1 : 0;
      }
      text.append(random.nextBoolean() ? "\n" : "\r\n");
      expected.add(row.toString());
      line++;
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    InputStream slow =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] target, int from, int count) {
            return super.read(target, from, Math.min(count, piece));
          }
        };
    assertThat(rows(TableReader.open("table", slow))).isEqualTo(expected);
  }

  @Test
  void jsonLines_rows_haveTheirOwnColumns() {
    TableReader table =
        open(
            "{\"id\": \"a\", \"x\": 1.0, \"y\": null, \"z\": \"\"}\n\n"
                + "{\"id\": 7, \"v\": [1, 2], \"b\": true, \"o\": {\"p\": 1}}\n");
    assertThat(table.hasHeader()).isFalse();
    Row first = table.next();
    assertThat(first.line()).isEqualTo(1);
    assertThat(first.column(1)).isEqualTo("x");
    assertThat(first.text(1)).isEqualTo("1");
    assertThat(first.missing(2)).isTrue();
    assertThat(first.missing(3)).isTrue();
    Row second = table.next();
    assertThat(second.line()).isEqualTo(3);
    assertThat(second.text(second.indexOf("id"))).isEqualTo("7");
    assertThat(second.vector(second.indexOf("v"))).containsExactly(1f, 2f);
    assertThat(second.text(second.indexOf("b"))).isEqualTo("true");
    assertThat(second.read(second.indexOf("o"))).isEqualTo(Kind.WRONG_TYPE);
    assertThat(table.next()).isNull();
  }

  @Test
  void jsonLines_featuresAndTags_areCellsOfTheRow() {
    Row row = open("{\"id\": 1, \"features\": {\"x\": 2}, \"tags\": {\"r\": \"EU\"}}").next();
    assertThat(row.text(row.indexOf("x"))).isEqualTo("2");
    assertThat(row.text(row.indexOf("r"))).isEqualTo("EU");
    Row twice = open("{\"x\": 1, \"features\": {\"x\": 2}}").next();
    assertThat(twice.problem().reason()).isEqualTo(Reason.WRONG_TYPE);
  }

  @Test
  void jsonLines_badLines_areBadRows() {
    assertThat(
            rows(
                open(
                    "{\"a\": 1}\n{\"a\": \n[1]\n{\"a\": 1} x\n{\"a\": 1, \"a\": 2}\n{\"a\": 3}\n")))
        .containsExactly(
            "1:1", "2:UNDECODABLE", "3:UNDECODABLE", "4:UNDECODABLE", "5:WRONG_TYPE", "6:3");
  }

  @Test
  void gzip_isToldByItsFirstBytes_whateverTheName() throws IOException {
    Path file = folder.resolve("table.csv");
    Files.write(file, gzip("a\n1\n"));
    try (TableReader table = TableReader.open(file)) {
      assertThat(rows(table)).containsExactly("2:1");
    }
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void file_thatCannotBeUsed_isSaidInOneSentence() throws IOException {
    assertThatThrownBy(() -> TableReader.open(folder.resolve("none.csv")))
        .isInstanceOf(InputFileException.class)
        .hasMessageContaining("none.csv: no such file");
    assertThatThrownBy(() -> open(""))
        .isInstanceOf(InputFileException.class)
        .hasMessage("table: the file is empty; it needs a header line with the column names");
    assertThatThrownBy(() -> open("\uFEFF")).isInstanceOf(InputFileException.class);
    assertThatThrownBy(() -> open("a,b,a\n"))
        .isInstanceOf(InputFileException.class)
        .hasMessage("table: two columns are called 'a'; rename one of them");
    assertThatThrownBy(() -> open("a,,b\n"))
        .isInstanceOf(InputFileException.class)
        .hasMessageContaining("column 2 of the header has no name");
    byte[] half = Arrays.copyOf(gzip("a\n" + "1\n".repeat(100_000)), 100);
    assertThatThrownBy(() -> rows(TableReader.open("half.gz", new ByteArrayInputStream(half))))
        .isInstanceOf(InputFileException.class)
        .hasMessageContaining("half.gz: the gzip data ends in the middle");
  }
}
