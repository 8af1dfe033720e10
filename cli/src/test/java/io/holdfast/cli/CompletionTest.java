package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The completion scripts, run by a shell. */
class CompletionTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void shouldParseWhenReadByAShell(String shell) throws Exception {
        Path script = script(shell);

        assertThat(bash("bash -n " + script)).isEmpty();
    }

    @Test
    void shouldOfferCommandsAndOptionsWhenCompleting() throws Exception {
        String ask = "source " + script("bash") + "; complete -p holdfast; "
                + "COMP_WORDS=(holdfast no); COMP_CWORD=1; _complete_holdfast; echo \"${COMPREPLY[*]}\"; "
                + "COMP_WORDS=(holdfast nodes --add); COMP_CWORD=2; _complete_holdfast; echo \"${COMPREPLY[*]}\"; "
                + "COMP_WORDS=(holdfast image pr); COMP_CWORD=2; _complete_holdfast; echo \"${COMPREPLY[*]}\"";

        assertThat(bash(ask))
                .contains("_complete_holdfast")
                .contains("nodes")
                .contains("--address")
                .contains("prune");
    }

    private Path script(String shell) throws IOException {
        Ran ran = Ran.nowhere().run("completion", shell);
        assertThat(ran.exitCode()).isZero();
        return Files.writeString(directory.resolve("completion"), ran.out());
    }

    private static String bash(String command) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return said;
    }
}
