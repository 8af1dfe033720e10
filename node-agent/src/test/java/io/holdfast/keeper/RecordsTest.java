package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Records.AccountRecord;
import io.holdfast.keeper.Records.ContainerRecord;
import io.holdfast.keeper.Records.ExitRecord;
import io.holdfast.keeper.Records.HandoverRecord;
import io.holdfast.keeper.Records.HolderRecord;
import io.holdfast.keeper.Records.KeeperRecord;
import io.holdfast.keeper.Records.LeaseRecord;
import io.holdfast.keeper.Records.PausedRecord;
import io.holdfast.keeper.Records.ProcessRecord;
import io.holdfast.keeper.Records.ReadyRecord;
import io.holdfast.keeper.Records.ResourcesRecord;
import io.holdfast.keeper.Records.SandboxRecord;
import io.holdfast.keeper.Records.StopRecord;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.oci.Spec;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of this version are read by the next: the golden files say how they look. A change here needs a new format. */
class RecordsTest {
    private static final String BOOT = "11111111-2222-3333-4444-555555555555";

    @TempDir
    Path directory;

    static List<Object> records() {
        Spec spec = new Spec(
                null,
                new Spec.Process(
                        List.of("/bin/sh", "-c", "exit 0"),
                        List.of("A=b"),
                        "/",
                        new Spec.User(1, 2, List.of(3)),
                        true,
                        List.of(new Spec.Rlimit("RLIMIT_NOFILE", 1, 2))),
                new Spec.Root("/", true),
                "host",
                List.of(new Spec.Mount("/data", "bind", "/srv/data", List.of("ro"))),
                new Spec.Linux(
                        new Spec.Resources(new Spec.Memory(1, 2, 3), new Spec.Cpu(4, 5, 6), new Spec.Pids(7)),
                        List.of("/proc/kcore"),
                        List.of("/proc/sys")));
        return List.of(
                new SandboxRecord("s1", "box", "private", true, 536_870_912, true, Map.of("b", "2", "a", "1"), BOOT),
                new ReadyRecord(BOOT),
                new PausedRecord(BOOT),
                new ContainerRecord("c1", "s1", "host", spec, 1_048_576, Map.of("task", "greet"), BOOT),
                new ProcessRecord(BOOT, 4711, 123_456, "s1/c1", 1_700_000_000_000L),
                new ExitRecord(
                        new Reply.Exit(-1, 9, true, true, "oom-killed", 1_700_000_001_000L),
                        1_700_000_000_000L,
                        new Reply.Usage(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
                new LeaseRecord(BOOT, 98_765_432_100L),
                new StopRecord(BOOT, 98_765_432_100L, "deadline-passed"),
                new HolderRecord(BOOT, 4711, 123_456),
                new HandoverRecord(BOOT, 4711, 123_456, Map.of("pipe 17", 17, "listener", 0)),
                new ResourcesRecord(
                        new Spec.Resources(new Spec.Memory(1, 2, 3), new Spec.Cpu(4, 5, 6), new Spec.Pids(7)),
                        new Spec.Resources(
                                new Spec.Memory(8, 0, -1),
                                new Spec.Cpu(0, 0, 0, "0-1", "0"),
                                null,
                                new Spec.BlockIo(10, List.of(new Spec.Throttle(8, 16, 1_000)), null, null, null),
                                List.of(new Spec.DeviceRule(true, "c", 1, 3, "rw")),
                                new TreeMap<>(Map.of("memory.high", "1")))),
                new AccountRecord(
                        new Reply.Usage(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
                        Map.of("c1@1700000000000", new Reply.Usage(11, 12, 13, 14, 15, 16, 17, 18, 19, 20)),
                        List.of(new Reply.NetworkInterface("lo", 1, 2, 3, 4))),
                new KeeperRecord(536_870_912, 33_554_432));
    }

    @ParameterizedTest
    @MethodSource("records")
    void shouldWriteAsTheGoldenFileSays(Object record) throws Exception {
        Path file = directory.resolve("record.json");

        Records.write(file, record);

        assertThat(Files.readString(file)).isEqualTo(golden(record).strip());
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @ParameterizedTest
    @MethodSource("records")
    void shouldReadTheGoldenFile(Object record) throws Exception {
        Path file = Files.writeString(directory.resolve("record.json"), golden(record));

        assertThat(Records.read(file, record.getClass()).orElseThrow()).isEqualTo(record);
    }

    @Test
    void shouldRefuseFormatOfAnotherVersion() throws Exception {
        Path file = Files.writeString(directory.resolve("r.json"), "{\"format\":2,\"bootId\":\"x\",\"new\":1}");

        assertThatThrownBy(() -> Records.read(file, ReadyRecord.class))
                .hasMessageContaining("has format 2, and this keeper knows 1")
                .hasMessageContaining("start the keeper that wrote it");
    }

    @Test
    void shouldTakeTornAndMissingRecordsForAbsent() throws Exception {
        Path file = directory.resolve("r.json");
        assertThat(Records.read(file, ReadyRecord.class)).isEmpty();

        for (String torn :
                List.of("", "{\"format\":1,\"boo", "[]", "{}", "{\"format\":1,\"bootId\":\"x\",\"odd\":1}")) {
            Files.writeString(file, torn);
            assertThat(Records.read(file, ReadyRecord.class)).as(torn).isEmpty();
        }
    }

    private static String golden(Object record) throws Exception {
        String name = "/golden/keeper-" + record.getClass().getSimpleName() + "-1.json";
        try (InputStream in = RecordsTest.class.getResourceAsStream(name)) {
            assertThat(in).as("resource " + name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
