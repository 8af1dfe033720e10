package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A cgroup whose processes stand still late, or never: what a kernel cannot be made to do when a test wants it. */
class FreezerTest {
    private static final Path SEAT = Path.of("/none/s1");
    private static final long BOUND_MILLIS = 20;

    private final Slow files = new Slow();
    private final Processes processes = new Processes(files);
    private final List<Integer> killed = new ArrayList<>();
    private final Freezer v1 = new Freezer.V1(files, processes, killed::add, BOUND_MILLIS);
    private final Freezer v2 = new Freezer.V2(files, processes, killed::add, BOUND_MILLIS);

    @Test
    void shouldTellV1AgainUntilItIsFrozen() throws Exception {
        files.readingsUntilFrozen = 3;

        v1.freeze(SEAT);

        assertThat(files.writes).containsExactly("FROZEN", "FROZEN", "FROZEN");
    }

    @Test
    void shouldWaitForTheKernelsWordOnV2() throws Exception {
        files.readingsUntilFrozen = 3;

        v2.freeze(SEAT);

        assertThat(files.writes).containsExactly("1");
        assertThat(files.readings).isEqualTo(3);
    }

    @Test
    void shouldThawWhatDoesNotStandStillInTime() {
        files.readingsUntilFrozen = Integer.MAX_VALUE;

        assertThatThrownBy(() -> v1.freeze(SEAT)).hasMessageContaining("is not frozen after 20 ms");
        assertThat(files.writes).endsWith("THAWED");
        assertThatThrownBy(() -> v2.freeze(SEAT)).hasMessageContaining("is not frozen after 20 ms");
        assertThat(files.writes).endsWith("0");
    }

    @Test
    void shouldKillWhatCannotBeFrozenAndThawIt() throws Exception {
        files.readingsUntilFrozen = Integer.MAX_VALUE;
        files.texts.put("cgroup.procs", "17\n18");

        v1.kill(SEAT);

        assertThat(killed).containsExactly(17, 18);
        assertThat(files.writes).endsWith("THAWED");
    }

    @Test
    void shouldKillOneByOneWhereTheKernelHasNoFileForIt() throws Exception {
        files.texts.put("cgroup.procs", "17");
        files.texts.put("cgroup.kill", null);

        v2.kill(SEAT);

        assertThat(killed).containsExactly(17);
        assertThat(files.writes).containsExactly("1", "0");
    }

    /** Says FREEZING so many times before it says FROZEN. */
    private static final class Slow extends CgroupFiles {
        final Map<String, String> texts = new HashMap<>(Map.of("cgroup.procs", ""));
        final List<String> writes = new ArrayList<>();
        int readingsUntilFrozen = 1;
        int readings;

        @Override
        void write(Path file, String value) throws IOException {
            if (file.endsWith("cgroup.kill") && texts.containsKey("cgroup.kill")) {
                throw new IOException("played", new NoSuchFileException(file.toString()));
            }
            writes.add(value);
        }

        @Override
        String read(Path file) throws IOException {
            boolean frozen = false;
            switch (file.getFileName().toString()) {
                case "freezer.state" -> {
                    frozen = ++readings >= readingsUntilFrozen;
                    return frozen ? "FROZEN" : "FREEZING";
                }
                case "cgroup.events" -> {
                    frozen = ++readings >= readingsUntilFrozen;
                    return "populated 1\nfrozen " + (frozen ? 1 : 0);
                }
                default -> {
                    return texts.get(file.getFileName().toString());
                }
            }
        }

        @Override
        List<Path> directories(Path directory) {
            return List.of();
        }
    }
}
