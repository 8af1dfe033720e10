package io.holdfast.cli.role;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.agent.image.registry.RegistriesConfig;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.Endpoint;
import io.holdfast.cli.client.JobFile;
import io.holdfast.cli.client.JobWatch;
import io.holdfast.cli.client.LogReader;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.PlanViews;
import io.holdfast.cli.output.Progress;
import io.holdfast.cli.output.Views;
import io.holdfast.model.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A cluster for one job, from nothing to nothing. */
@Command(
        name = "demo",
        description = {
            "Start a cluster in a temporary directory, run one job on it, show each step, and leave nothing behind."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final long JOB_MILLIS = 60_000;

    /** A large image on a slow line. */
    private static final long PULL_MILLIS = 600_000;

    @ParentCommand
    private HasConsole root;

    @Option(names = "--job", paramLabel = "FILE", description = "The job to run instead of docs/examples/hello.yaml.")
    private String file = "";

    @Option(
            names = "--image",
            paramLabel = "REF",
            description = {
                "The image to run, as alpine:3.20, instead of a job.",
                "What is to be run in it follows, if it is not what the image says: --image alpine:3.20 -- date"
            })
    private String image = "";

    @Option(
            names = "--registries",
            paramLabel = "FILE",
            description = "How registries are reached: mirrors, certificates, credentials.")
    private Path registries = RegistriesConfig.NO_FILE;

    @Parameters(paramLabel = "COMMAND", description = "What to run in the image.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws InterruptedException, IOException {
        Console console = root.console();
        Parts.requireRoot("demo");
        JobFile job = job(console);
        StopSignal stop = StopSignal.install();
        RegistriesConfig registriesConfig = Parts.registries(registries);
        Path directory = Files.createTempDirectory("holdfast-demo-");
        DevPlaces places = DevPlaces.of(directory);
        int exitCode = ExitCodes.INTERNAL;
        try {
            step(console, "a cluster of one node starts in " + directory);
            DevCluster cluster = DevCluster.start(places, 0, registriesConfig);
            stop.onSecond(() -> forced(cluster, directory));
            Thread interrupter = interruptOnSignal(stop);
            try {
                exitCode = show(console, cluster, job, image.isEmpty() ? JOB_MILLIS : PULL_MILLIS);
            } catch (InterruptedException | CommandFailed e) {
                // an interrupted request is told as one that failed
                if (!stop.received()) {
                    throw e;
                }
                console.message("interrupted");
                exitCode = stop.exitCode();
            } finally {
                end(interrupter);
                step(console, "everything is stopped");
                cluster.stop();
            }
        } finally {
            DevPlaces.removeTree(directory);
        }
        List<String> left = Residue.of(places);
        if (!left.isEmpty()) {
            throw new CommandFailed(ExitCodes.INTERNAL, "something was left behind", left);
        }
        step(console, "nothing is left behind: no process, mount, cgroup, network namespace or file");
        return exitCode;
    }

    private JobFile job(Console console) {
        if (image.isEmpty()) {
            if (!command.isEmpty()) {
                throw new CommandFailed(
                        ExitCodes.USAGE, "what to run is the job's to say: name an image with --image to run another");
            }
            return JobFile.read(file.isEmpty() ? example(console) : file, console.in());
        }
        if (!file.isEmpty()) {
            throw new CommandFailed(ExitCodes.USAGE, "--job and --image: give one of them");
        }
        ObjectNode job = Json.mapper().createObjectNode().put("job", "demo").put("type", "batch");
        ObjectNode group = job.putArray("groups").addObject().put("name", "main");
        group.putObject("restart").put("attempts", 0);
        ObjectNode task =
                group.putArray("tasks").addObject().put("name", "main").put("image", image);
        if (!command.isEmpty()) {
            command.forEach(task.putArray("command")::add);
        }
        return JobFile.of(job);
    }

    /** A signal ends the waiting of the command's own thread, which then stops the cluster in order. */
    private static Thread interruptOnSignal(StopSignal stop) {
        Thread command = Thread.currentThread();
        Thread waiter = new Thread(
                () -> {
                    try {
                        stop.await();
                        command.interrupt();
                    } catch (InterruptedException e) {
                        // the job came to its end first
                    }
                },
                "signal");
        waiter.setDaemon(true);
        waiter.start();
        return waiter;
    }

    /** After this the command's thread is interrupted no more: the cluster's end must not be cut short. */
    private static void end(Thread interrupter) {
        interrupter.interrupt();
        while (interrupter.isAlive()) {
            try {
                interrupter.join();
            } catch (InterruptedException e) {
                // what it had begun, and has done now
            }
        }
        Thread.interrupted();
    }

    private static int show(Console console, DevCluster cluster, JobFile job, long boundMillis)
            throws InterruptedException {
        ApiClient api = new ApiClient(
                new Endpoint(cluster.scheduler().url(), cluster.scheduler().token(), "the demo's", "default"));
        String path = ApiClient.path("v1", "jobs", job.job());
        step(console, "the plan, before anything is submitted: POST " + path + "/plan");
        PlanViews.plan(console, api.send("POST", path + "/plan", job.document(), Map.of()));
        step(console, "the job is submitted: PUT " + path);
        JobWatch.Result result;
        try (JobWatch watch = new JobWatch(api, new Progress(console), console.clock())) {
            JsonNode stored = api.send("PUT", path, job.document(), Map.of());
            result =
                    watch.await(job.job(), stored.path("version").asInt(), JobWatch.Goal.ENDED_OR_HEALTHY, boundMillis);
        }
        step(console, result.message());
        Views.allocations(console, result.job().path("allocations"));
        step(console, "what its containers have written: GET /v1/allocations/ID/logs");
        new LogReader(api, console.out(), console.err()).read(job.job(), "", true, true, LogReader.Part.WHOLE);
        for (JsonNode allocation : result.job().path("allocations")) {
            step(console, Views.name(allocation) + " ended with exit code " + Views.exits(allocation));
        }
        return result.exitCode();
    }

    private static String example(Console console) {
        Path home = Path.of(console.variable("HOLDFAST_HOME").isEmpty() ? "." : console.variable("HOLDFAST_HOME"));
        return home.resolve("docs/examples/hello.yaml").toString();
    }

    private static void step(Console console, String text) {
        console.out().println("\n== " + text);
    }

    private static void forced(DevCluster cluster, Path directory) {
        cluster.kill();
        try {
            DevPlaces.removeTree(directory);
        } catch (IOException e) {
            // what is left is named by its path: it is below the temporary directory that was told at the start
        }
        Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
    }
}
