package io.holdfast.cli.role;

import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.keeper.Successor;
import io.holdfast.keeper.api.KeeperClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Both sides of a keeper's upgrade: the command that starts the new program, and the command that asks for it. */
final class KeeperUpgrade {
    /** Set by {@code bin/holdfast}: the script that finds Java and jars anew, and so finds those that were put in place since. */
    private static final String LAUNCHER = "HOLDFAST_LAUNCHER";

    private static final String MAIN = "io.holdfast.cli.Main";

    /** A JVM starts in less than a second; a machine in distress gets a minute. */
    private static final long ANSWER_MILLIS = 60_000;

    private static final long LOOK_MILLIS = 100;

    private KeeperUpgrade() {}

    /** By the script that has started this process, else by the same Java and class path. */
    static Successor successor(Map<String, String> environment) throws IOException {
        List<String> own = Arrays.asList(
                new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), StandardCharsets.UTF_8).split("\0"));
        int main = own.indexOf(MAIN);
        String launcher = environment.getOrDefault(LAUNCHER, "");
        List<String> command = new ArrayList<>();
        if (!launcher.isEmpty() && main >= 0) {
            command.add(launcher);
            command.addAll(own.subList(main + 1, own.size()));
        } else {
            command.add(Files.readSymbolicLink(Path.of("/proc/self/exe")).toString());
            command.addAll(own.subList(1, own.size()));
        }
        return Successor.startedBy(command);
    }

    /**
     * Asks the keeper on this socket, and waits until the new one answers.
     *
     * @return its version
     */
    static String ask(Path socket) throws InterruptedException {
        String version;
        try (KeeperClient client = KeeperClient.connect(socket)) {
            version = client.upgrade();
        } catch (KeeperClient.RequestFailedException e) {
            throw new CommandFailed(ExitCodes.TRY_LATER, e.error().message());
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.UNAVAILABLE, e.getMessage());
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWER_MILLIS);
        while (true) {
            try (KeeperClient client = KeeperClient.connect(socket)) {
                String now = client.hello().version();
                if (!now.equals(version)) {
                    throw new CommandFailed(
                            ExitCodes.INTERNAL,
                            "version " + version + " could not be executed, " + now
                                    + " runs on: the keeper's log says why");
                }
                return now;
            } catch (IOException e) {
                if (System.nanoTime() - end > 0) {
                    throw new CommandFailed(
                            ExitCodes.UNAVAILABLE,
                            "version " + version + " does not answer within " + ANSWER_MILLIS / 1000
                                    + " s: the keeper's log says why (" + e.getMessage() + ")");
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
