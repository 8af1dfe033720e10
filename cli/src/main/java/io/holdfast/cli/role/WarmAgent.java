package io.holdfast.cli.role;

import io.holdfast.agent.Agent;
import io.holdfast.agent.AgentJvm;
import io.holdfast.agent.image.registry.RegistriesConfig;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.Document;
import io.holdfast.cli.client.Endpoint;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An agent's work in this process, with scheduler and keeper as processes beside it: one job is run and its output read. */
final class WarmAgent {
    private static final long JOB_MILLIS = 30_000;
    private static final long LOOK_MILLIS = 50;
    private static final long STOP_SECONDS = 30;

    private static final String JOB = """
            {"job": "warm", "type": "batch", "groups": [{"name": "main", "tasks": [
              {"name": "main", "image": "host", "command": ["/bin/echo", "warm"]}]}]}
            """;

    int run() throws IOException, InterruptedException {
        DevPlaces places = DevPlaces.of(Files.createTempDirectory("holdfast-warm-up-"));
        places.writePolicy("host-image: true\n");
        Path scheduler = config(places, "scheduler.yaml", "data-dir: " + places.dataDir() + "\nhttp-port: 0\n");
        Path keeper = config(
                places,
                "keeper.yaml",
                "data-dir: %s/keeper\nrun-dir: %s\nsocket: %s\ncgroup-parent: %s\npolicy-file: %s\n"
                        .formatted(
                                places.dataDir(),
                                places.runDir(),
                                places.socket(),
                                places.cgroupParent(),
                                places.policy()));
        List<Process> beside = new ArrayList<>();
        Vertx vertx = Vertx.vertx(AgentJvm.vertxOptions());
        try {
            beside.add(start("keeper", "--config", keeper.toString(), "--remove-on-exit"));
            beside.add(start("scheduler", "--config", scheduler.toString()));
            ready(beside.get(0));
            String url = ready(beside.get(1));
            Agent agent =
                    Parts.await(Agent.start(DevCluster.agentConfig(places, url, RegistriesConfig.DEFAULT), vertx));
            runJob(new ApiClient(
                    new Endpoint(url, Files.readString(places.token()).strip(), "the warm-up's", "default")));
            Parts.await(agent.close());
        } finally {
            Parts.await(vertx.close());
            for (Process process : beside) {
                process.destroy();
                process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
            Files.deleteIfExists(places.socket());
            places.removeRunDirectory();
            DevPlaces.removeTree(places.dataDir());
        }
        return ExitCodes.OK;
    }

    private static void runJob(ApiClient api) throws IOException, InterruptedException {
        api.send(
                "PUT",
                "/v1/jobs/warm",
                new Document(JOB.getBytes(StandardCharsets.UTF_8), "application/json"),
                Map.of());
        for (long waited = 0; waited < JOB_MILLIS; waited += LOOK_MILLIS) {
            if (api.get("/v1/jobs/warm").path("state").asText().equals("complete")) {
                String id =
                        api.list("/v1/jobs/warm/allocations").get(0).path("id").asText();
                try (var log = api.stream(ApiClient.path("v1", "allocations", id, "logs"), Map.of(), Map.of())) {
                    log.readAllBytes();
                }
                return;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        throw new CommandFailed(ExitCodes.UNAVAILABLE, "the warm-up's job is not complete after " + JOB_MILLIS + " ms");
    }

    private static Path config(DevPlaces places, String name, String text) throws IOException {
        return Files.writeString(places.dataDir().resolve(name), text);
    }

    private static Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.holdfast.cli.Main"));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What the part says behind {@code ready}. */
    private static String ready(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        if (line == null || !line.startsWith("ready ")) {
            throw new CommandFailed(ExitCodes.UNAVAILABLE, "a part of the warm-up did not start: " + line);
        }
        return line.substring("ready ".length());
    }
}
