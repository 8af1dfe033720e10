package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/** Stops and kills whole cgroups. */
interface Freezer {

    /** How long a cgroup may take to stand still; a process in an uninterruptible call takes that long. */
    long FREEZE_BOUND_MILLIS = 5_000;

    void freeze(Path seat) throws IOException;

    void thaw(Path seat) throws IOException;

    /** Whether this cgroup itself was told to stand still. */
    boolean frozen(Path seat) throws IOException;

    /** Sends SIGKILL to all of it, also what is frozen; does not wait for the ends. */
    void kill(Path seat) throws IOException;

    /** {@code freezer.state}, which may need to be told again (admin-guide/cgroup-v1/freezer-subsystem.rst). */
    record V1(CgroupFiles files, Processes processes, IntConsumer killProcess, long boundMillis) implements Freezer {
        V1(CgroupFiles files, Processes processes, IntConsumer killProcess) {
            this(files, processes, killProcess, FREEZE_BOUND_MILLIS);
        }

        @Override
        public void freeze(Path seat) throws IOException {
            Path state = seat.resolve("freezer.state");
            Backoff backoff = new Backoff(boundMillis);
            do {
                files.write(state, "FROZEN");
                if (files.read(state).equals("FROZEN")) {
                    return;
                }
            } while (backoff.pause());
            files.write(state, "THAWED");
            throw new IOException("cgroup %s is not frozen after %d ms".formatted(seat, boundMillis));
        }

        @Override
        public void thaw(Path seat) throws IOException {
            files.write(seat.resolve("freezer.state"), "THAWED");
        }

        /** Not freezer.state, which is FROZEN also where only the parent is. */
        @Override
        public boolean frozen(Path seat) throws IOException {
            return files.readIfThere(seat.resolve("freezer.self_freezing"))
                    .filter("1"::equals)
                    .isPresent();
        }

        /** Frozen first, so that nobody forks between the reading of the list and the last signal. */
        @Override
        public void kill(Path seat) throws IOException {
            if (processes.below(seat).isEmpty()) {
                return;
            }
            try {
                freeze(seat);
            } catch (IOException e) {
                // a process that cannot be frozen can still be sent its signal
            }
            for (int pid : processes.below(seat)) {
                killProcess.accept(pid);
            }
            // signals reach frozen processes only after the thaw, and a cgroup below may have been frozen on its own
            thawBelow(seat);
        }

        private void thawBelow(Path seat) throws IOException {
            thaw(seat);
            for (Path child : files.directories(seat)) {
                thawBelow(child);
            }
        }
    }

    /** {@code cgroup.freeze} (5.2) and {@code cgroup.kill} (5.14). */
    record V2(CgroupFiles files, Processes processes, IntConsumer killProcess, long boundMillis) implements Freezer {
        V2(CgroupFiles files, Processes processes, IntConsumer killProcess) {
            this(files, processes, killProcess, FREEZE_BOUND_MILLIS);
        }

        @Override
        public void freeze(Path seat) throws IOException {
            files.write(seat.resolve("cgroup.freeze"), "1");
            Backoff backoff = new Backoff(boundMillis);
            do {
                if (files.readKey(seat.resolve("cgroup.events"), "frozen") == 1) {
                    return;
                }
            } while (backoff.pause());
            files.write(seat.resolve("cgroup.freeze"), "0");
            throw new IOException("cgroup %s is not frozen after %d ms".formatted(seat, boundMillis));
        }

        @Override
        public void thaw(Path seat) throws IOException {
            files.write(seat.resolve("cgroup.freeze"), "0");
        }

        @Override
        public boolean frozen(Path seat) throws IOException {
            return files.readIfThere(seat.resolve("cgroup.freeze"))
                    .filter("1"::equals)
                    .isPresent();
        }

        @Override
        public void kill(Path seat) throws IOException {
            if (files.writeIfThere(seat.resolve("cgroup.kill"), "1")
                    || processes.below(seat).isEmpty()) {
                return;
            }
            try {
                freeze(seat);
            } catch (IOException e) {
                // as in v1
            }
            processes.below(seat).forEach(killProcess::accept);
            thaw(seat);
        }
    }
}
