package io.holdfast.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Progress;
import java.time.InstantSource;
import java.util.Set;

/**
 * Follows a job until it has come to what its user waits for. Looks at the job itself when an event says so, and every second
 * anyway. For one thread.
 */
public final class JobWatch implements AutoCloseable {
    private static final long LOOK_AGAIN_MILLIS = 1_000;

    /** Events of a burst are taken together. */
    private static final long BURST_MILLIS = 20;

    /** How long a scheduler may be away, as when it restarts, before the wait is given up. */
    private static final long AWAY_MILLIS = 30_000;

    private final ApiClient api;
    private final Progress progress;
    private final InstantSource clock;
    private final EventStream events;

    /** Opens the event stream: to be called before the change that is waited for. */
    public JobWatch(ApiClient api, Progress progress, InstantSource clock) {
        this.api = api;
        this.progress = progress;
        this.clock = clock;
        this.events = new EventStream(api);
    }

    /** What is waited for. */
    public enum Goal {
        /** A service is healthy, a batch has ended. */
        ENDED_OR_HEALTHY,
        /** Nothing of it runs any more. */
        STOPPED
    }

    /**
     * How a wait came out.
     *
     * @param job as last seen, with its {@code allocations}
     */
    public record Result(int exitCode, String message, ObjectNode job) {}

    /**
     * @param version that was submitted; a higher one means that somebody replaced it
     * @param timeoutMillis 0 for none
     */
    public Result await(String job, int version, Goal goal, long timeoutMillis) throws InterruptedException {
        long began = clock.millis();
        long lastSeen = began;
        while (true) {
            try {
                ObjectNode status = (ObjectNode) api.get(ApiClient.path("v1", "jobs", job));
                ArrayNode allocations = api.list(ApiClient.path("v1", "jobs", job, "allocations"));
                lastSeen = clock.millis();
                status.set("allocations", allocations);
                progress.show(status, allocations);
                Result result = judge(status, version, goal);
                if (result != null) {
                    return result;
                }
            } catch (CommandFailed e) {
                if (e.exitCode() != ExitCodes.UNAVAILABLE || clock.millis() - lastSeen > AWAY_MILLIS) {
                    throw e;
                }
            }
            if (timeoutMillis > 0 && clock.millis() - began >= timeoutMillis) {
                throw new CommandFailed(
                        ExitCodes.TIMED_OUT,
                        job + " has not got there within " + timeoutMillis / 1000 + " s; it goes on: holdfast status "
                                + job);
            }
            waitForNews(job);
        }
    }

    private void waitForNews(String job) throws InterruptedException {
        JsonNode event = events.next(LOOK_AGAIN_MILLIS);
        while (!event.isMissingNode()) {
            JsonNode data = event.path("data");
            if (event.path("type").asText().startsWith("allocation-")
                    && data.path("job").asText().equals(job)
                    && data.has("state")) {
                ObjectNode allocation = data.deepCopy();
                allocation.put("id", event.path("subject").asText());
                progress.changed(allocation);
            }
            event = events.next(BURST_MILLIS);
        }
    }

    /** The result, or {@code null} while it goes on. */
    private static Result judge(ObjectNode job, int version, Goal goal) {
        String name = job.path("job").asText();
        String state = job.path("state").asText();
        if (goal == Goal.STOPPED) {
            return state.equals("stopped") || state.equals("complete") || state.equals("failed")
                    ? new Result(ExitCodes.OK, name + " is stopped", job)
                    : null;
        }
        if (job.path("version").asInt() > version) {
            return new Result(
                    ExitCodes.JOB_SUPERSEDED,
                    name + " was replaced by version " + job.path("version").asText(),
                    job);
        }
        if (job.path("stopped").asBoolean()) {
            return new Result(ExitCodes.JOB_SUPERSEDED, name + " was stopped", job);
        }
        if (state.equals("failed")) {
            return new Result(ExitCodes.JOB_FAILED, name + " failed", job);
        }
        if (job.path("type").asText().equals("batch")) {
            return state.equals("complete") ? new Result(ExitCodes.OK, name + " is complete", job) : null;
        }
        return healthy(job, version) ? new Result(ExitCodes.OK, name + " is healthy", job) : null;
    }

    /** All instances of this version are healthy, and none of an older one runs on. */
    private static boolean healthy(ObjectNode job, int version) {
        for (JsonNode group : job.path("groups")) {
            if (group.path("healthy").asInt() < group.path("desired").asInt()) {
                return false;
            }
        }
        for (JsonNode allocation : job.path("allocations")) {
            String state = allocation.path("state").asText();
            boolean live = Set.of("pending", "starting", "running", "stopping").contains(state);
            if (live && allocation.path("jobVersion").asInt() < version) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        events.close();
    }
}
