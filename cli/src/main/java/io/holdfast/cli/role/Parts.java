package io.holdfast.cli.role;

import io.holdfast.agent.disk.DataDirException;
import io.holdfast.agent.image.registry.RegistriesConfig;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.model.config.ConfigReader;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.scheduler.StartRefused;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the role commands share: configuration, refusals told as a user reads them, bounded waits. */
final class Parts {
    /** No part takes so long to start or to end; the ends that wait for tasks have bounds of their own. */
    static final long WAIT_SECONDS = 120;

    private Parts() {}

    /** @throws CommandFailed unless this process is root */
    static void requireRoot(String role) {
        try {
            if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                throw new CommandFailed(
                        ExitCodes.NO_PERMISSION,
                        role + " makes namespaces and cgroups and needs root: start it with sudo or as root");
            }
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.KERNEL, "/proc is not mounted: " + role + " needs it");
        }
    }

    /** The reader of a role's configuration: flags over environment over file. */
    static ConfigReader config(String role, Path file, Map<String, String> flags, Map<String, String> environment) {
        if (!Files.exists(file)) {
            throw new CommandFailed(
                    ExitCodes.NO_INPUT, "there is no file " + file + ": --config names the " + role + "'s");
        }
        return ConfigReader.forRole(role)
                .flags(flags)
                .environment(environment)
                .file(file)
                .open();
    }

    /** @param file {@link RegistriesConfig#NO_FILE} for registries as they are everywhere */
    static RegistriesConfig registries(Path file) {
        return file.equals(RegistriesConfig.NO_FILE)
                ? RegistriesConfig.DEFAULT
                : require("the file of registries", ExitCodes.CONFIG, RegistriesConfig.read(file));
    }

    /** The value, or everything that is wrong with it at once. */
    static <T> T require(String what, int exitCode, Outcome<T> outcome) {
        return outcome.fold(value -> value, errors -> {
            List<String> lines = errors.stream().map(Rejected::text).toList();
            throw lines.size() == 1
                    ? new CommandFailed(exitCode, lines.get(0))
                    : new CommandFailed(exitCode, what + " is refused", lines);
        });
    }

    /** Waits for a part; what its user can mend becomes one line. */
    static <T> T await(Future<T> future) throws InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("a part did not answer within " + WAIT_SECONDS + " s", e);
        }
    }

    static RuntimeException failure(Throwable cause) {
        if (cause instanceof CommandFailed told) {
            return told;
        }
        if (cause instanceof StartRefused || cause instanceof DataDirException) {
            return new CommandFailed(ExitCodes.TRY_LATER, cause.getMessage());
        }
        return new IllegalStateException(cause.toString(), cause);
    }
}
