package dev.weir.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir completion}: a script that completes commands and flags in a shell. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints a completion script for a shell.",
    footer = {"", "Example:", "  source <(weir completion bash)"})
final class CompletionCommand implements Runnable {
  /** A shell that is known. One script serves both: it turns zsh's bashcompinit on by itself. */
  enum Shell {
    /** Bash. */
    BASH,
    /** Z shell. */
    ZSH
  }

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}, in any case.")
  private Shell shell = Shell.BASH;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    CommandLine weir = spec.root().commandLine();
    String script = AutoComplete.bash(spec.root().name(), weir);
    String head = shell == Shell.ZSH ? "autoload -U +X compinit && compinit\n" : "";
    spec.commandLine().getOut().print(head + script);
    spec.commandLine().getOut().flush();
  }
}
