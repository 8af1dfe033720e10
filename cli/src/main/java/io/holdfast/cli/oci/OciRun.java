package io.holdfast.cli.oci;

import io.holdfast.keeper.api.Event;
import io.holdfast.keeper.api.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** From creation to removal, with the container's exit code as one's own. */
final class OciRun {
    private static final int SIGNALLED = 128;
    private static final Signal[] FORWARDED = {
        Signal.SIGTERM, Signal.SIGINT, Signal.SIGHUP, Signal.SIGUSR2, Signal.SIGWINCH
    };

    private final OciCommand oci;
    private final ContainerName name;
    private final boolean detach;
    private final boolean keep;
    private final CountDownLatch ended = new CountDownLatch(1);

    OciRun(OciCommand oci, ContainerName name, boolean detach, boolean keep) {
        this.oci = oci;
        this.name = name;
        this.detach = detach;
        this.keep = keep;
    }

    int run(Path bundle, Path pidFile, String consoleSocket) throws IOException {
        try (Containers containers = Containers.connect(oci, this::told)) {
            containers.client().watch();
            containers.create(name, bundle, pidFile, consoleSocket);
            boolean stays = false;
            try {
                if (!detach) {
                    forward(containers);
                }
                containers.start(name);
                stays = detach;
                return detach ? 0 : await(containers);
            } finally {
                if (!stays && !keep) {
                    containers.client().removeSandbox(name.keeperId());
                }
            }
        }
    }

    private void told(Event event) {
        if (event instanceof Event.Exited exited && exited.container().equals(name.keeperId())) {
            ended.countDown();
        }
    }

    private void forward(Containers containers) {
        POSIX posix = POSIXFactory.getJavaPOSIX();
        for (Signal signal : FORWARDED) {
            posix.signal(signal, number -> {
                try {
                    containers.client().signal(name.keeperId(), number);
                } catch (IOException e) {
                    oci.log().error("signal " + number + " is not handed on: " + e.getMessage());
                }
            });
        }
    }

    private int await(Containers containers) throws IOException {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        Reply.Exit exit = containers
                .status(name)
                .orElseThrow(() -> new OciFailed("container " + name.id() + " was removed by somebody else"))
                .exit();
        if (!exit.known()) {
            throw new OciFailed("container " + name.id() + ": " + exit.reason());
        }
        return exit.signal() == 0 ? exit.code() : SIGNALLED + exit.signal();
    }
}
