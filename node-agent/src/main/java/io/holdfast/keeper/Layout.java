package io.holdfast.keeper;

import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeRemover;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where everything lies.
 *
 * <pre>
 * DATA/lock  keeper.json  state/                    RUN/lock  {lease,handover,holder}.json
 * DATA/sandboxes/ID/{sandbox,account}.json   RUN/sandboxes/ID/{ready,paused}.json, pins/
 * DATA/containers/ID/{container,exit}.json   RUN/containers/ID/{process,stop}.json, {stdout, stderr,
 *                                                               gate, report, state}
 * DATA/containers/ID/{resources.json, log/, root/}
 * DATA/blanks/N/root/                               RUN/spares/N/
 * </pre>
 */
record Layout(Path data, Path run) {

    void make() throws IOException {
        for (Path directory : List.of(data, run)) {
            Files.createDirectories(directory);
            // containers' files and FIFOs lie below: nobody but root comes this far
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(directory.resolve("sandboxes"));
            Files.createDirectories(directory.resolve("containers"));
        }
    }

    /** Else many short containers make ext4 look for free inodes where it has just freed some, which it does not take again soon. */
    void spread(Syscalls syscalls) throws IOException {
        for (String name : List.of("sandboxes", "containers")) {
            syscalls.spreadSubdirectories(data.resolve(name).toString());
        }
    }

    /** All that a keeper has made; the directories themselves where nothing else is in them. Locks last: until then they hold. */
    void remove(Syscalls syscalls) throws IOException {
        for (Path directory : List.of(data, run)) {
            for (String own : List.of("sandboxes", "containers", "blanks", "state")) {
                TreeRemover.remove(directory.resolve(own), syscalls);
            }
        }
        for (Path own : List.of(keeperRecord(), lease(), holder(), data.resolve("lock"), run.resolve("lock"))) {
            Files.deleteIfExists(own);
        }
        for (Path directory : List.of(data, run)) {
            try {
                Files.deleteIfExists(directory);
            } catch (DirectoryNotEmptyException e) {
                // what is left is somebody else's
            }
        }
    }

    Path keeperRecord() {
        return data.resolve("keeper.json");
    }

    /** The launcher's own. */
    Path state() {
        return data.resolve("state");
    }

    Path lease() {
        return run.resolve("lease.json");
    }

    Path handover() {
        return run.resolve("handover.json");
    }

    Path holder() {
        return run.resolve("holder.json");
    }

    Path sandboxData(String id) {
        return data.resolve("sandboxes").resolve(id);
    }

    Path sandboxRecord(String id) {
        return sandboxData(id).resolve("sandbox.json");
    }

    Path account(String id) {
        return sandboxData(id).resolve("account.json");
    }

    Path sandboxRun(String id) {
        return run.resolve("sandboxes").resolve(id);
    }

    Path ready(String id) {
        return sandboxRun(id).resolve("ready.json");
    }

    Path paused(String id) {
        return sandboxRun(id).resolve("paused.json");
    }

    Path pins(String id) {
        return sandboxRun(id).resolve("pins");
    }

    Path containerData(String id) {
        return data.resolve("containers").resolve(id);
    }

    Path containerRecord(String id) {
        return containerData(id).resolve("container.json");
    }

    Path resources(String id) {
        return containerData(id).resolve("resources.json");
    }

    Path exit(String id) {
        return containerData(id).resolve("exit.json");
    }

    Path logs(String id) {
        return containerData(id).resolve("log");
    }

    Path root(String id) {
        return rootIn(containerData(id));
    }

    static Path rootIn(Path containerData) {
        return containerData.resolve("root");
    }

    Path spares() {
        return run.resolve("spares");
    }

    Path blanks() {
        return data.resolve("blanks");
    }

    Path containerRun(String id) {
        return run.resolve("containers").resolve(id);
    }

    Path process(String id) {
        return containerRun(id).resolve("process.json");
    }

    Path stop(String id) {
        return containerRun(id).resolve("stop.json");
    }

    Path fifo(String id, String stream) {
        return containerRun(id).resolve(stream);
    }

    /** What a created container's process waits at. */
    Path gate(String id) {
        return containerRun(id).resolve("gate");
    }

    Path report(String id) {
        return containerRun(id).resolve("report");
    }

    /** For hooks inside the container. */
    Path state(String id) {
        return containerRun(id).resolve("state");
    }

    /** The ids below a directory; empty where it is not there. What is no id is not the keeper's and not looked at. */
    static List<String> ids(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (Checks.isId(name)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        Collections.sort(names);
        return names;
    }
}
