package io.holdfast.keeper;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keeper's memory on disk: one JSON file for each record, replaced as a whole. Each bears its {@code format}. A record is
 * never changed in place; what changes has a record of its own. Nothing is synced: what a power failure tears is void after
 * it anyway, and reads as absent.
 */
final class Records {
    private static final Logger LOG = LoggerFactory.getLogger(Records.class);

    /** The format of all records; a golden file holds each to it. */
    static final int FORMAT = 1;

    private static final int MAX_BYTES = 8 << 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private Records() {}

    /**
     * Durable: {@code sandboxes/ID/sandbox.json}. Written first and deleted first: no sandbox is there without it.
     *
     * @param namespaces by type, resolved; empty for those that {@code network} and {@code userNamespace} say
     * @param uidMappings, gidMappings of a user namespace that has no range of the keeper's; else empty
     */
    record SandboxRecord(
            String id,
            String hostname,
            String network,
            boolean userNamespace,
            int idRangeFirst,
            boolean stopWhenDisconnected,
            Map<String, String> annotations,
            String bootId,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> namespaces,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Spec.IdMapping> uidMappings,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Spec.IdMapping> gidMappings) {
        @JsonCreator
        SandboxRecord {
            namespaces = namespaces == null ? Map.of() : Map.copyOf(namespaces);
            uidMappings = uidMappings == null ? List.of() : List.copyOf(uidMappings);
            gidMappings = gidMappings == null ? List.of() : List.copyOf(gidMappings);
        }

        SandboxRecord(
                String id,
                String hostname,
                String network,
                boolean userNamespace,
                int idRangeFirst,
                boolean stopWhenDisconnected,
                Map<String, String> annotations,
                String bootId) {
            this(
                    id,
                    hostname,
                    network,
                    userNamespace,
                    idRangeFirst,
                    stopWhenDisconnected,
                    annotations,
                    bootId,
                    Map.of(),
                    List.of(),
                    List.of());
        }
    }

    /** Void after reboot: {@code sandboxes/ID/ready.json}. The namespaces are pinned. */
    record ReadyRecord(String bootId) {}

    /** Void after reboot: {@code sandboxes/ID/paused.json}. Nothing may be started in it. */
    record PausedRecord(String bootId) {}

    /**
     * Durable: {@code containers/ID/container.json}. Written first and deleted first.
     *
     * @param name, bundle of a container that takes its specification as it stands; else empty
     * @param consoleSocket where its terminal goes; else empty
     * @param ownStdio whether its output is not the keeper's to keep
     */
    record ContainerRecord(
            String id,
            String sandbox,
            String rootfs,
            Spec spec,
            long logMaxBytes,
            Map<String, String> annotations,
            String bootId,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String name,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String bundle,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String consoleSocket,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean ownStdio) {
        @JsonCreator
        ContainerRecord {
            name = name == null ? "" : name;
            bundle = bundle == null ? "" : bundle;
            consoleSocket = consoleSocket == null ? "" : consoleSocket;
        }

        ContainerRecord(
                String id,
                String sandbox,
                String rootfs,
                Spec spec,
                long logMaxBytes,
                Map<String, String> annotations,
                String bootId) {
            this(id, sandbox, rootfs, spec, logMaxBytes, annotations, bootId, "", "", "", false);
        }

        /** Whether it takes its specification as it stands. */
        boolean exact() {
            return !bundle.isEmpty();
        }
    }

    /** Void after reboot: {@code containers/ID/process.json}. The program was executed; a pid counts with its start time. */
    record ProcessRecord(String bootId, int pid, long startTimeTicks, String cgroup, long startedAtMillis) {}

    /**
     * Durable: {@code containers/ID/exit.json}.
     *
     * @param usage what it used, as far as its account does not know it yet
     */
    record ExitRecord(Reply.Exit exit, long startedAtMillis, Reply.Usage usage) {
        @JsonCreator
        ExitRecord {
            usage = usage == null ? Reply.Usage.NONE : usage;
        }
    }

    /** Void after reboot: {@code lease.json}. */
    record LeaseRecord(String bootId, long deadlineBootNanos) {}

    /**
     * Void after reboot: {@code containers/ID/stop.json}. It was told to end, and is killed at this time of the boot-time clock.
     *
     * @param reason why the keeper itself ends it, empty for a client's wish
     */
    record StopRecord(String bootId, long killAtBootNanos, String reason) {}

    /**
     * Void with the process that wrote it: {@code handover.json}. What a keeper that is about to execute its new self leaves
     * open for it; process and start time are the same for both.
     *
     * @param descriptors by what they are for
     */
    record HandoverRecord(String bootId, int pid, long startTimeTicks, Map<String, Integer> descriptors) {}

    /**
     * Durable: {@code containers/ID/resources.json}, once its limits were changed.
     *
     * @param before what was in force before the last change: a keeper that was killed in the middle of it finishes it
     */
    record ResourcesRecord(Spec.Resources before, Spec.Resources after) {}

    /**
     * Durable: {@code sandboxes/ID/account.json}.
     *
     * @param removed what containers used that are gone, in one sum
     * @param kept what those used that are still known, by id and start: written again, one counts once
     * @param network its interfaces as last seen
     */
    record AccountRecord(Reply.Usage removed, Map<String, Reply.Usage> kept, List<Reply.NetworkInterface> network) {}

    /** Void after reboot: {@code holder.json}. The process that keeps the pipes open while no keeper runs. */
    record HolderRecord(String bootId, int pid, long startTimeTicks) {}

    /** Durable: {@code keeper.json}. */
    record KeeperRecord(int idRangeFirst, int idRangeSize) {}

    /** A record with the number of its format before its own fields. */
    private record Formatted(int format, @JsonUnwrapped Object record) {}

    /** A first record is written in place, since a torn one counts as absent; one that is there is replaced whole. */
    static void write(Path file, Object record) throws IOException {
        byte[] bytes = MAPPER.writeValueAsBytes(new Formatted(FORMAT, record));
        try {
            Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.write(fresh, bytes);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Reads every record that is there.
     *
     * @throws IOException naming one of a format that this keeper does not know
     */
    static void checkAll(Layout layout) throws IOException {
        read(layout.keeperRecord(), KeeperRecord.class);
        read(layout.lease(), LeaseRecord.class);
        read(layout.holder(), HolderRecord.class);
        for (String id : Layout.ids(layout.data().resolve("sandboxes"))) {
            read(layout.sandboxRecord(id), SandboxRecord.class);
            read(layout.ready(id), ReadyRecord.class);
            read(layout.account(id), AccountRecord.class);
        }
        for (String id : Layout.ids(layout.data().resolve("containers"))) {
            read(layout.containerRecord(id), ContainerRecord.class);
            read(layout.resources(id), ResourcesRecord.class);
            read(layout.process(id), ProcessRecord.class);
            read(layout.exit(id), ExitRecord.class);
            read(layout.stop(id), StopRecord.class);
        }
    }

    /**
     * Empty where there is none, or only what a power failure left of one.
     *
     * @throws IOException for a format that this keeper does not know: guessing would destroy what it stands for
     */
    static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            JsonNode tree = MAPPER.readTree(bytes);
            int format = tree.path("format").asInt();
            if (tree.has("format") && format != FORMAT) {
                throw new IOException(
                        "record %s has format %d, and this keeper knows %d: start the keeper that wrote it"
                                .formatted(file, format, FORMAT));
            }
            if (tree instanceof ObjectNode record && record.remove("format") != null) {
                return Optional.of(MAPPER.treeToValue(record, type));
            }
            LOG.warn("record {} is torn and counts as absent", file);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            LOG.warn("record {} is damaged and counts as absent: {}", file, e.getMessage());
        }
        return Optional.empty();
    }
}
