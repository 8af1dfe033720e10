package io.holdfast.cli.oci;

import io.holdfast.keeper.api.Event;
import io.holdfast.keeper.api.Reply;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    OciRun(OciCommand oci, ContainerName name, boolean detach, boolean keep) {
        this.oci = oci;
        this.name = name;
        this.detach = detach;
        this.keep = keep;
    }

    int run(BundleOptions bundle) throws IOException {
        try (Containers containers = Containers.connect(oci, this::told)) {
            CompletableFuture<IOException> hungUp = containers.client().hungUp();
            hungUp.thenAccept(ended::completeExceptionally);
            containers.client().watch();
            containers.create(name, bundle);
            boolean stays = false;
            try {
                if (!detach) {
                    forward(containers);
                }
                containers.start(name);
                stays = detach;
                return detach ? 0 : await(containers);
            } catch (IOException e) {
                if (!hungUp.isDone()) {
                    throw e;
                }
                // the container runs on, and nobody would tell of its end
                stays = true;
                throw new OciFailed("the keeper has hung up while container " + name.id()
                        + " ran: once it is there again, holdfast oci state says what became of it");
            } finally {
                if (!stays && !keep) {
                    containers.client().removeSandbox(name.keeperId());
                }
            }
        }
    }

    private void told(Event event) {
        if (event instanceof Event.Exited exited && exited.container().equals(name.keeperId())) {
            ended.complete(null);
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
            ended.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
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
