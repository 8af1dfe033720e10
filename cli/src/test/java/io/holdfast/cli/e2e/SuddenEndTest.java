package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.cli.role.DevPlaces;
import io.holdfast.testkit.Await;
import io.holdfast.testkit.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ends that nobody planned: kill -9 while a {@code dev} starts or works, Ctrl-C in the middle of the {@code demo}. */
@Tag("root")
class SuddenEndTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Pattern DEMO_DIRECTORY = Pattern.compile("starts in (\\S+)");
    private static final int KILLS = 6;
    private static final int REPLICAS = 2;

    /** A start takes about two seconds on an idle machine: about half of the kills come before it is ready. */
    private static final long LATEST_KILL_MILLIS = 4_000;

    private final List<Part> parts = new ArrayList<>();
    private Path directory;
    private String parent;

    @BeforeEach
    void requireRoot() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: containers are made");
        directory = Files.createTempDirectory("holdfast-sudden-end-");
        parent = DevPlaces.of(directory).cgroupParent();
    }

    /** Whatever a failed test left running is ended by a dev on the same directory, in order. */
    @AfterEach
    void leaveNothing() throws Exception {
        for (Part part : parts) {
            part.close();
        }
        if (directory == null) {
            return;
        }
        if (!Traces.cgroups(parent).isEmpty()) {
            Part last = dev();
            last.awaitReady();
            last.end();
        }
        Traces.remove(directory);
        assertThat(Traces.cgroups(parent)).as("cgroups left").isEmpty();
        assertThat(Traces.mounts(directory.toString())).as("mounts left").isEmpty();
    }

    private Part started(Part part) {
        parts.add(part);
        return part;
    }

    private Part dev() {
        return started(Part.start("dev", "--data-dir", directory.toString(), "--http-port", "0"));
    }

    @Test
    void shouldKeepWhatWasAcknowledgedWhenKilledAtRandomMomentsOfStartAndWork() throws Exception {
        // other moments at each run; a failure names the seed
        Seed seed = Seed.of(ProcessHandle.current().pid());
        RandomGenerator random = seed.random();
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < KILLS; round++) {
            long afterNanos = TimeUnit.MILLISECONDS.toNanos(random.nextLong(LATEST_KILL_MILLIS));
            Part dev = dev();
            Thread killer = new Thread(
                    () -> {
                        LockSupport.parkNanos(afterNanos);
                        ProcessHandle.of(dev.pid()).ifPresent(ProcessHandle::destroyForcibly);
                    },
                    "killer");
            boolean whileStarting = round % 2 == 0;
            if (whileStarting) {
                killer.start();
            }
            submit(dev, "job-" + round, acknowledged);
            if (!whileStarting) {
                killer.start();
            }
            killer.join();
            assertThat(dev.awaitExit()).as("killed by signal 9").isEqualTo(128 + 9);
        }
        Part dev = dev();
        Api api = new Api(dev.awaitReady(), directory);
        int jobs = api.get("/v1/jobs").path("items").size();
        assertThat(acknowledged).as(seed.toString()).isNotEmpty();
        for (String job : acknowledged) {
            api.awaitAllocations(job, "running", REPLICAS, BOUND);
        }
        // a job whose answer was cut off may be there too; none of them runs twice
        Await.until(
                "one process an instance; " + seed,
                BOUND,
                () -> Traces.processes(parent).size() == REPLICAS * jobs);
        assertThat(jobs).isBetween(acknowledged.size(), KILLS);
        assertThat(dev.end()).as(dev.output()).isZero();
        assertThat(Traces.processes(parent)).isEmpty();
        assertThat(Traces.cgroups(parent)).isEmpty();
        assertThat(Traces.mounts(directory.toString())).isEmpty();
    }

    private void submit(Part dev, String job, List<String> acknowledged) {
        try {
            new Api(dev.awaitReady(), directory).put(job, Jobs.sleeper(job, REPLICAS, "16Mi"));
            acknowledged.add(job);
        } catch (Exception e) {
            // killed before it was ready or before it answered
        }
    }

    @Test
    void shouldLeaveNothingWhenTheDemoIsInterrupted() throws Exception {
        Part demo = started(Part.start("demo"));
        Await.until("the run", BOUND, () -> demo.output().contains("the job is submitted") || !demo.alive());
        assertThat(demo.end()).as(demo.output()).isZero();

        Matcher told = DEMO_DIRECTORY.matcher(demo.output());
        assertThat(told.find()).as(demo.output()).isTrue();
        Path demos = Path.of(told.group(1));
        DevPlaces places = DevPlaces.of(demos);
        assertThat(demos).doesNotExist();
        assertThat(places.runDir()).doesNotExist();
        assertThat(places.socket()).doesNotExist();
        assertThat(Traces.cgroups(places.cgroupParent())).isEmpty();
        assertThat(Traces.mounts(demos.toString())).isEmpty();
        assertThat(demo.output()).contains("nothing is left behind");
    }
}
