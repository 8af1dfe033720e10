package io.holdfast.keeper;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.exec.PendingStream;
import io.holdfast.keeper.exec.Streams;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.log.LogStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verb {@code attach}. Does not block. */
final class Attacher {
    private static final Logger LOG = LoggerFactory.getLogger(Attacher.class);

    private final Core core;
    private final StreamSlots slots =
            new StreamSlots("clients", Limits.MAX_ATTACHED, Limits.MAX_ATTACHED_PER_CONTAINER);

    Attacher(Core core) {
        this.core = core;
    }

    PendingStream attach(Request.Attach request) throws RefusedException {
        Checks.id("container", request.container());
        Checks.between("stdoutOffset", request.stdoutOffset(), -1, Long.MAX_VALUE);
        Checks.between("stderrOffset", request.stderrOffset(), -1, Long.MAX_VALUE);
        Container container = core.registry().container(request.container());
        slots.take(container.id());
        return core.streams()
                .attach(
                        new Streams.Attached(
                                container.process().pid(),
                                from(container.log("stdout"), request.stdoutOffset()),
                                from(container.log("stderr"), request.stderrOffset()),
                                container.terminal(),
                                container.ended,
                                signal -> signal(container, signal),
                                core.reads()),
                        () -> slots.release(container.id()));
    }

    private static Optional<Streams.From> from(LogStream stream, long offset) {
        return Optional.ofNullable(stream).map(log -> new Streams.From(log, offset < 0 ? log.endOffset() : offset));
    }

    private void signal(Container container, int signal) {
        try {
            container.signal(core.syscalls(), signal);
        } catch (ErrnoException e) {
            LOG.debug("container {} has ended: {}", container.id(), e.getMessage());
        }
    }
}
