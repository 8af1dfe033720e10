package io.holdfast.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Programs of others that tests compare with. */
public final class Tools {
    private Tools() {}

    /** Skips the test where one is missing. */
    public static void required(String... names) {
        for (String name : names) {
            Assumptions.assumeTrue(present(name), "needs " + name + ", which bin/test installs as root");
        }
    }

    private static boolean present(String name) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, name))) {
                return true;
            }
        }
        return false;
    }

    /** Its output, when it ended well. */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + "\n" + output)
                .isZero();
        return output;
    }

    /** {@code skopeo copy}, with what is needed where no policy and no TLS are. */
    public static void skopeoCopy(String from, String to, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy", "--quiet"));
        command.addAll(List.of(options));
        if (to.startsWith("docker://")) {
            command.add("--dest-tls-verify=false");
        }
        command.addAll(List.of(from, to));
        run(command.toArray(String[]::new));
    }
}
