package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemPrinterTest {
  private static final Problem PROBLEM =
      new Problem(
          "jobs/churn/weir.yaml",
          9,
          5,
          Problem.Severity.ERROR,
          "E201",
          "unknown key 'tolerence' in monitors.drift",
          List.of("did you mean 'tolerance'?"),
          "    tolerence: 0.02",
          9);

  @Test
  void human_isAsCompilersDo() {
    assertThat(ProblemPrinter.HUMAN.print(List.of(PROBLEM)))
        .isEqualTo(
            """
            jobs/churn/weir.yaml:9:5: error E201: unknown key 'tolerence' in monitors.drift
                9 |     tolerence: 0.02
                  |     ^^^^^^^^^
                  = did you mean 'tolerance'?
            """);
  }

  @Test
  void json_isOneObjectALine() {
    assertThat(ProblemPrinter.JSON.print(List.of(PROBLEM, PROBLEM)).lines())
        .hasSize(2)
        .first()
        .asString()
        .isEqualTo(
            "{\"code\":\"E201\",\"column\":5,\"file\":\"jobs/churn/weir.yaml\",\"length\":9,\"line\":9,\"message\":\"unknown"
                + " key 'tolerence' in monitors.drift\",\"notes\":[\"did you mean"
                + " 'tolerance'?\"],\"severity\":\"error\"}");
  }

  @Test
  void github_isAWorkflowCommand() {
    assertThat(ProblemPrinter.GITHUB.print(List.of(PROBLEM)))
        .isEqualTo(
            "::error file=jobs/churn/weir.yaml,line=9,col=5,endColumn=14,title=E201::"
                + "unknown key 'tolerence' in monitors.drift%0Adid you mean 'tolerance'?\n");
  }

  @Test
  void controlCharacters_areShown_andCaretsStayBelow() {
    Problem odd =
        new Problem(
            "f", 1, 3, Problem.Severity.WARNING, "W401", "a\u001b[31m", List.of(), "\u0007 x", 1);

    assertThat(ProblemPrinter.HUMAN.print(List.of(odd)))
        .isEqualTo("f:1:3: warning W401: a\\x1b[31m\n    1 | \\x07 x\n      |      ^\n");
  }
}
