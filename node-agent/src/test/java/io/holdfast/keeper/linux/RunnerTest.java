package io.holdfast.keeper.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of the runner are those of its listings, and the aarch64 runner walks rows. Needs the assemblers of both. */
@Tag("host-tools")
class RunnerTest {
    private static final String AARCH64 = "aarch64-linux-gnu-";

    @TempDir
    Path directory;

    @Test
    void shouldEqualItsListingWhenAssembledForX8664() throws Exception {
        String prefix = System.getProperty("os.arch").equals("amd64") ? "" : "x86_64-linux-gnu-";
        assertThat(Runner.code(Arch.X86_64)).isEqualTo(assembled(prefix, "runner-x86-64.S"));
    }

    @Test
    void shouldEqualItsListingWhenAssembledForAarch64() throws Exception {
        assertThat(Runner.code(Arch.AARCH64)).isEqualTo(assembled(AARCH64, "runner-aarch64.S"));
    }

    @Test
    void shouldWalkSimpleRowsWhenEmulatedOnAarch64() throws Exception {
        need("qemu-aarch64");
        object(AARCH64, "runner-aarch64.S");
        object(AARCH64, "harness-aarch64.S");
        Path program = directory.resolve("harness");
        run(
                AARCH64 + "ld",
                "-o",
                program.toString(),
                directory.resolve("harness-aarch64.S.o").toString(),
                directory.resolve("runner-aarch64.S.o").toString());
        assertThat(run("qemu-aarch64", program.toString())).isEqualTo("abc");
    }

    private byte[] assembled(String prefix, String listing) throws Exception {
        Path object = object(prefix, listing);
        Path code = directory.resolve(listing + ".bin");
        run(prefix + "objcopy", "-O", "binary", "-j", ".text", object.toString(), code.toString());
        return Files.readAllBytes(code);
    }

    private Path object(String prefix, String listing) throws Exception {
        need(prefix + "as");
        Path source = directory.resolve(listing);
        try (InputStream in = Runner.class.getResourceAsStream(listing)) {
            Files.copy(in, source);
        }
        Path object = directory.resolve(listing + ".o");
        run(prefix + "as", "-o", object.toString(), source.toString());
        return object;
    }

    private static void need(String tool) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(path -> Files.isExecutable(Path.of(path).resolve(tool))),
                tool + " is not installed");
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(Arrays.toString(command) + " said " + output)
                .isZero();
        return output;
    }
}
