package io.holdfast.keeper.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutableImageTest {
    @TempDir
    Path directory;

    @Test
    void shouldRunARowsProgramAsAProcessOfItsOwn() throws Exception {
        Program program = program();
        program.add(Call.WRITE, 1, "walked\n", 7);
        program.add(Call.EXIT_GROUP, 7);

        Process process = start(ExecutableImage.of(program, Arch.current()));

        assertThat(new String(process.getInputStream().readAllBytes())).isEqualTo("walked\n");
        assertThat(process.waitFor()).isEqualTo(7);
    }

    @Test
    void shouldReportItsTableSoThatTheSameProgramMadeAgainSaysWhatFailed() throws Exception {
        Process process = start(ExecutableImage.of(failing(), Arch.current()));
        byte[] table = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isEqualTo(1);

        Program again = failing();
        again.layOut();

        assertThat(again.adoptResults(table)).isTrue();
        assertThat(again.failed().describe()).contains("enter it", "chdir(\"/no such directory\")", "ENOENT");
        assertThat(again.rows().get(2).isReached()).isFalse();
    }

    @Test
    void shouldRefuseATableOfAnotherProgram() {
        Program program = failing();
        program.layOut();

        assertThat(program.adoptResults(new byte[88])).isFalse();
    }

    @Test
    void shouldHoldMoreThanOneChunkOfMemory() throws Exception {
        Program program = program();
        String text = "x".repeat(300_000);
        program.add(Call.WRITE, 1, text, text.length());
        program.add(Call.WRITE, 1, "end", 3);
        program.add(Call.EXIT_GROUP, 0);

        Process process = start(ExecutableImage.of(program, Arch.current()));

        assertThat(new String(process.getInputStream().readAllBytes()))
                .hasSize(300_003)
                .endsWith("xend");
        assertThat(process.waitFor()).isZero();
    }

    private static Program program() {
        Program program = new Program(Arena.at(ExecutableImage.ARENA_ADDRESS), Arch.current());
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        program.place(failed);
        return program;
    }

    private static Program failing() {
        Program program = new Program(Arena.at(ExecutableImage.ARENA_ADDRESS), Arch.current());
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        program.add(Call.GETPID);
        program.add(Call.CHDIR, "/no such directory").purpose("enter it");
        program.add(Call.EXIT_GROUP, 0);
        program.place(failed);
        program.add(Call.WRITE, 1, program.tableAddress(), program.tableBytes());
        program.add(Call.EXIT_GROUP, 1);
        return program;
    }

    private Process start(byte[] image) throws Exception {
        Path file = Files.write(directory.resolve("image"), image);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return new ProcessBuilder(List.of(file.toString())).start();
    }
}
