package io.holdfast.scheduler.publish;

import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import java.util.Optional;

class MemoryLinkTest extends ClusterLinkContract {
    private final MemoryLink.Maps maps = new MemoryLink.Maps();
    private final MemoryLink link = new MemoryLink(maps, Runnable::run);

    @Override
    ClusterLink link() {
        return link;
    }

    @Override
    AgentSide agent() {
        return new AgentSide() {
            @Override
            public void register(NodeRegistration registration) {
                maps.register(registration);
            }

            @Override
            public void publish(Report report) {
                maps.publish(report);
            }

            @Override
            public Optional<Manifest> manifest() {
                return maps.manifest("node-1");
            }

            @Override
            public Optional<String> spec(String hash) {
                return maps.spec(hash);
            }
        };
    }
}
