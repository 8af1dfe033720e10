package io.holdfast.keeper;

import io.holdfast.keeper.launch.Launchers;
import io.holdfast.model.error.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A keeper in a process of its own, to be killed, stopped and upgraded. */
final class KeeperProcess {

    /** Runs until it is killed. Directory, cgroup parent, launcher; {@code --check} for one that only says whether it is fit. */
    public static final class Main {
        public static void main(String[] args) throws Exception {
            KeeperConfig config = KeeperFixture.ok(KeeperConfig.of(Map.of(
                    "data-dir", args[0] + "/data",
                    "run-dir", args[0] + "/run",
                    "policy-file", args[0] + "/policy.yaml",
                    "cgroup-parent", args[1])));
            if (args[args.length - 1].equals(Successor.CHECK)) {
                if (Keeper.check(config) instanceof Outcome.Refused<String> wrong) {
                    System.out.println(wrong.errors());
                    System.exit(3);
                }
                System.out.println(Successor.describe());
                return;
            }
            Keeper.LauncherSource source = args[2].equals("fake") ? new FakeLauncher()::open : Launchers::open;
            List<String> command = new ArrayList<>();
            Path script = Path.of(args[0], "launcher");
            if (Files.exists(script)) {
                command.add(script.toString());
                command.addAll(Arrays.asList(args));
            } else {
                command.addAll(command(args));
            }
            Keeper keeper = Keeper.start(config, source, Path.of(args[0], "id-ranges"), Successor.startedBy(command))
                    .fold(started -> started, errors -> {
                        throw new IllegalStateException(errors.toString());
                    });
            System.out.println("ready");
            Runtime.getRuntime().addShutdownHook(new Thread(keeper::close));
            new CountDownLatch(1).await();
        }
    }

    private final Process process;
    private final List<String> said = new ArrayList<>();

    KeeperProcess(Path directory, String cgroupParent, String launcher) throws Exception {
        process = new ProcessBuilder(command(directory.toString(), cgroupParent, launcher))
                .redirectErrorStream(true)
                .start();
        Thread reader = new Thread(this::read, "keeper-process");
        reader.setDaemon(true);
        reader.start();
        awaitReady(1);
    }

    static List<String> command(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(Arrays.asList(args));
        return command;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (said) {
                    said.add(line);
                }
            }
        } catch (IOException e) {
            // killed
        }
    }

    /** Waits until it has been ready so often: once when it started, once more for each upgrade. */
    void awaitReady(int times) throws Exception {
        Await.until("the keeper is ready, " + times, () -> ready() >= times || !process.isAlive());
        if (ready() < times) {
            throw new AssertionError("the keeper has ended:\n" + String.join("\n", said()));
        }
    }

    int ready() {
        return (int) said().stream().filter("ready"::equals).count();
    }

    List<String> said() {
        synchronized (said) {
            return List.copyOf(said);
        }
    }

    int pid() {
        return (int) process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() throws Exception {
        process.destroyForcibly().waitFor();
    }

    void terminate() throws Exception {
        process.destroy();
        process.waitFor();
    }
}
