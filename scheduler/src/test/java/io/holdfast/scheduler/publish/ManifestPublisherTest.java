package io.holdfast.scheduler.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.scheduler.sim.SimLoop;
import io.holdfast.testkit.ManualClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestPublisherTest implements ManifestPublisher.Source {
    private final SimLoop loop = new SimLoop(new ManualClock());
    private final MemoryLink.Maps maps = new MemoryLink.Maps();
    private final MemoryLink link = new MemoryLink(maps, loop::execute);
    private final Map<String, List<ManifestRow>> rows = new HashMap<>();
    private final List<Long> fenced = new ArrayList<>();
    private final ManifestPublisher publisher = new ManifestPublisher(link, loop, this, fenced::add);

    @Override
    public List<ManifestRow> rows(String nodeId) {
        return rows.getOrDefault(nodeId, List.of());
    }

    @Override
    public String spec(String hash) {
        return "text of " + hash;
    }

    private void row(String nodeId, String... allocations) {
        List<ManifestRow> made = new ArrayList<>();
        for (String id : allocations) {
            made.add(new ManifestRow(id, new JobKey("default", "web"), 1, "main", 0, "hash", Desired.RUN));
        }
        rows.put(nodeId, made);
    }

    private Manifest manifest(String nodeId) {
        return maps.manifest(nodeId).orElseThrow();
    }

    @BeforeEach
    void lead() {
        publisher.lead("cluster-1", 3);
    }

    @Test
    void shouldPublishSpecificationsBeforeTheManifestsThatNameThem() {
        row("node-1", "a");
        publisher.touch("node-1");
        while (maps.manifest("node-1").isEmpty()) {
            loop.run();
        }
        assertThat(maps.spec("hash")).contains("text of hash");
        assertThat(manifest("node-1").rowCount()).isEqualTo(1);
        assertThat(manifest("node-1").epoch()).isEqualTo(3);
    }

    @Test
    void shouldGatherWhatOneTurnTouchesAndGrowTheRevision() {
        row("node-1", "a");
        publisher.touch("node-1");
        row("node-1", "a", "b");
        publisher.touch("node-1");
        loop.run();
        Manifest first = manifest("node-1");
        assertThat(first.rowCount()).isEqualTo(2);
        publisher.touch("node-1");
        loop.run();
        assertThat(manifest("node-1")).as("nothing new, no new revision").isEqualTo(first);
        row("node-1", "b");
        publisher.touch("node-1");
        loop.run();
        assertThat(manifest("node-1").revision()).isGreaterThan(first.revision());
        publisher.lead("cluster-1", 4);
        publisher.touch("node-1");
        loop.run();
        assertThat(manifest("node-1").revision() >> ManifestPublisher.REVISION_BITS)
                .isEqualTo(4);
    }

    @Test
    void shouldSendAgainWhatFailed() {
        boolean[] down = {true};
        link.faults(() -> down[0], () -> false);
        row("node-1", "a");
        publisher.touch("node-1");
        loop.advance(3 * ManifestPublisher.RETRY_MILLIS);
        assertThat(maps.manifest("node-1")).isEmpty();
        assertThat(publisher.settled()).isFalse();
        down[0] = false;
        loop.advance(2 * ManifestPublisher.RETRY_MILLIS);
        assertThat(manifest("node-1").rowCount()).isEqualTo(1);
        assertThat(publisher.settled()).isTrue();
    }

    @Test
    void shouldSendASpecificationAgainThatWasTidiedAwayMeanwhile() {
        row("node-1", "a");
        publisher.touch("node-1");
        loop.run();
        row("node-1");
        publisher.retainSpecs(List.of());
        publisher.touch("node-1");
        loop.run();
        assertThat(maps.spec("hash")).isEmpty();
        row("node-1", "b");
        publisher.touch("node-1");
        loop.run();
        assertThat(maps.spec("hash")).isPresent();
    }

    @Test
    void shouldRestoreEverythingThatWasLost() {
        row("node-1", "a");
        row("node-2", "b");
        publisher.repeatAll(List.of("node-1", "node-2"));
        loop.run();
        Manifest before = manifest("node-1");
        maps.lose();
        publisher.repeatAll(List.of("node-1", "node-2"));
        loop.run();
        assertThat(manifest("node-1")).isEqualTo(before);
        assertThat(maps.manifest("node-2")).isPresent();
        assertThat(maps.spec("hash")).isPresent();
    }

    @Test
    void shouldTellWhenAnotherLeads() {
        row("node-1", "a");
        maps.manifests.put("node-1", new Manifest("cluster-1", 9, 1, 0, List.of()));
        publisher.touch("node-1");
        loop.run();
        assertThat(fenced).containsExactly(9L);
        assertThat(manifest("node-1").epoch()).isEqualTo(9);
    }

    @Test
    void shouldSendNothingOnceItHasStopped() {
        row("node-1", "a");
        publisher.touch("node-1");
        publisher.stop();
        loop.run();
        publisher.touch("node-1");
        loop.run();
        assertThat(maps.manifest("node-1")).isEmpty();
    }
}
