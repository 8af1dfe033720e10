package io.holdfast.keeper;

import io.holdfast.keeper.launch.Launchers;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A keeper in a process of its own, to be killed. */
final class KeeperProcess {

    /** Runs until standard input ends. */
    public static final class Main {
        public static void main(String[] args) throws Exception {
            Map<String, String> values = Map.of(
                    "data-dir", args[0] + "/data",
                    "run-dir", args[0] + "/run",
                    "policy-file", args[0] + "/policy.yaml",
                    "cgroup-parent", args[1]);
            Keeper.LauncherSource source = args[2].equals("fake") ? new FakeLauncher()::open : Launchers::open;
            Keeper keeper = Keeper.start(
                            KeeperFixture.ok(KeeperConfig.of(values)), source, Path.of(args[0], "id-ranges"))
                    .fold(started -> started, errors -> {
                        throw new IllegalStateException(errors.toString());
                    });
            System.out.println("ready");
            while (System.in.read() >= 0) {
                continue;
            }
            keeper.close();
        }
    }

    private final Process process;

    KeeperProcess(Path directory, String cgroupParent, String launcher) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                directory.toString(),
                cgroupParent,
                launcher));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); !"ready".equals(line); line = lines.readLine()) {
            if (line == null) {
                throw new AssertionError("the keeper did not start:\n" + said);
            }
            said.append(line).append('\n');
        }
        // read on, or the keeper blocks on its own log
        Thread drain = new Thread(() -> lines.lines().forEach(line -> {}));
        drain.setDaemon(true);
        drain.start();
    }

    void kill() throws Exception {
        process.destroyForcibly().waitFor();
    }

    void terminate() throws Exception {
        process.destroy();
        process.waitFor();
    }

    void end() throws Exception {
        try (OutputStream in = process.getOutputStream()) {
            in.flush();
        }
        process.waitFor();
    }
}
