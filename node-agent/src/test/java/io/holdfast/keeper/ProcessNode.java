package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.api.KeeperClient;
import java.nio.file.Path;

/** A node whose keeper is a process of its own, to be killed and upgraded. Its close leaves nothing of it behind. */
final class ProcessNode {
    final KeeperFixture node;
    /** Null before the first {@link #run}. */
    KeeperProcess keeper;

    private final Path directory;

    ProcessNode(Path directory) throws Exception {
        this.directory = directory;
        node = KeeperFixture.real(directory);
    }

    interface Meanwhile {
        void run() throws Exception;
    }

    void run() throws Exception {
        keeper = new KeeperProcess(directory, node.config.cgroupParent(), "real");
        node.client = KeeperClient.connect(node.config.socket());
    }

    void killAndRunAgain() throws Exception {
        keeper.kill();
        node.client.close();
        run();
    }

    void upgrade() throws Exception {
        upgrade(() -> {});
    }

    /** Upgrades and connects to the new self. */
    void upgrade(Meanwhile meanwhile) throws Exception {
        int times = keeper.ready();
        assertThat(node.client.upgrade()).isEqualTo(Keeper.VERSION);
        meanwhile.run();
        keeper.awaitReady(times + 1);
        node.client.close();
        node.client = KeeperClient.connect(node.config.socket());
    }

    void close() throws Exception {
        if (node.client != null) {
            node.client.close();
        }
        if (keeper != null) {
            keeper.kill();
            node.start().close();
        }
    }
}
