package io.holdfast.cli.client;

import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the scheduler and the token: what was given on the command line, then {@code HOLDFAST_ADDRESS} and {@code
 * HOLDFAST_TOKEN}, then the running {@code dev}. The token of a {@code dev} is sent to that {@code dev} only.
 */
public final class EndpointLookup {
    private static final String DEFAULT_PROJECT = "default";

    /** A longer file is no token. */
    private static final int MAX_TOKEN_BYTES = 4_096;

    private final Map<String, String> environment;

    public EndpointLookup(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * @param address {@code --address}, or empty
     * @param token {@code --token}, or empty
     * @param project {@code --project}, or empty
     * @param dataDir {@code --data-dir} of the {@code dev} that is meant, or empty
     */
    public Endpoint find(String address, String token, String project, String dataDir) {
        Optional<RunFile> dev = running(dataDir);
        String given = first(address, environment.getOrDefault("HOLDFAST_ADDRESS", ""));
        String at = given.isEmpty()
                ? dev.map(RunFile::address).orElse(Endpoint.DEFAULT_ADDRESS)
                : normal(given, address.isEmpty() ? "HOLDFAST_ADDRESS" : "--address");
        String in = first(project, environment.getOrDefault("HOLDFAST_PROJECT", ""), DEFAULT_PROJECT);
        if (!token.isEmpty()) {
            return new Endpoint(at, token.strip(), "--token", in);
        }
        String variable = environment.getOrDefault("HOLDFAST_TOKEN", "");
        if (!variable.isEmpty()) {
            return new Endpoint(at, variable.strip(), "HOLDFAST_TOKEN", in);
        }
        if (!dataDir.isEmpty()) {
            Path file = Path.of(dataDir, "token");
            return new Endpoint(at, read(file), file.toString(), in);
        }
        return dev.filter(run -> run.address().equals(at))
                .map(run ->
                        new Endpoint(at, read(run.tokenFile()), run.tokenFile().toString(), in))
                .orElseGet(() -> new Endpoint(at, "", "", in));
    }

    private Optional<RunFile> running(String dataDir) {
        return RunFile.read(dataDir.isEmpty() ? RunFile.ofUser(environment) : RunFile.ofDataDir(Path.of(dataDir)));
    }

    private static String read(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_TOKEN_BYTES), java.nio.charset.StandardCharsets.UTF_8).strip();
        } catch (java.nio.file.AccessDeniedException e) {
            throw new CommandFailed(
                    ExitCodes.NO_PERMISSION,
                    "the token file " + file
                            + " is not readable for you: run this as the user who runs the scheduler, or"
                            + " give --token");
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCodes.NO_INPUT,
                    "there is no token file " + file + ": start holdfast dev there, or give --token");
        }
    }

    private static String normal(String address, String source) {
        String whole = address.contains("://") ? address : "http://" + address;
        try {
            URI uri = URI.create(whole);
            if (uri.getHost() != null && uri.getScheme().matches("https?")) {
                return whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new CommandFailed(
                ExitCodes.USAGE, source + " " + address + " is not an address as " + Endpoint.DEFAULT_ADDRESS);
    }

    private static String first(String... candidates) {
        for (String candidate : candidates) {
            if (!candidate.isEmpty()) {
                return candidate;
            }
        }
        return "";
    }
}
