package io.holdfast.cli.command;

import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.HasConsole;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints a completion script. */
@Command(
        name = "completion",
        description = {
            "Print a completion script.",
            "bash: source <(holdfast completion bash)   zsh: source <(holdfast completion zsh)"
        })
public final class CompletionCommand implements Callable<Integer> {
    /** The shells there are scripts for. */
    enum Shell {
        bash,
        zsh
    }

    @ParentCommand
    private HasConsole root;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Override
    public Integer call() {
        String script = AutoComplete.bash("holdfast", spec.root().commandLine());
        if (shell == Shell.zsh) {
            // the script is one of bash; zsh runs it once its own completion system is up
            root.console().out().println("autoload -U +X compinit && compinit -u");
            root.console().out().println("autoload -U +X bashcompinit && bashcompinit");
        }
        root.console().out().print(script);
        return ExitCodes.OK;
    }
}
