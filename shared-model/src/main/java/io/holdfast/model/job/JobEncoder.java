package io.holdfast.model.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.model.document.Json;
import io.holdfast.model.text.Cpus;
import io.holdfast.model.text.Durations;
import io.holdfast.model.text.Sizes;
import java.util.List;

/**
 * A {@link JobSpec} to its canonical document: every field in a fixed order with its default written out, quantities as people
 * write them, variables sorted; {@code cpuMax}, {@code memoryMax} and what came after the first release only where they are set. {@link JobDecoder} reads it back to
 * an equal specification, and equal specifications give equal text.
 */
public final class JobEncoder {
    private JobEncoder() {}

    /** Without line breaks. */
    public static String json(JobSpec spec) {
        return write(tree(spec));
    }

    public static ObjectNode tree(JobSpec spec) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("job", spec.job());
        tree.put("type", spec.type().text());
        tree.put("priority", spec.priority());
        ScopeCodec.encode(tree, spec.scope());
        ArrayNode groups = tree.putArray("groups");
        spec.groups().forEach(group -> groups.add(tree(group)));
        return tree;
    }

    static ObjectNode tree(GroupSpec group) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("name", group.name());
        tree.put("count", group.count());
        ArrayNode constraints = tree.putArray("constraints");
        group.constraints().forEach(constraint -> constraints.add(constraint.text()));
        PlacementCodec.encode(tree, group.placement());
        tree.putObject("network").put("mode", group.network().text());
        tree.putObject("restart")
                .put("attempts", group.restart().attempts())
                .put("delay", Durations.format(group.restart().delayMillis()));
        tree.putObject("update")
                .put("minHealthy", Durations.format(group.update().minHealthyMillis()));
        tree.put("disconnect", group.disconnect().text());
        if (!group.userNamespace()) {
            tree.put("userNamespace", false);
        }
        ArrayNode tasks = tree.putArray("tasks");
        group.tasks().forEach(task -> tasks.add(tree(task)));
        return tree;
    }

    private static ObjectNode tree(TaskSpec task) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("name", task.name());
        tree.put("image", task.image().reference());
        if (task.pull() != PullPolicy.IF_ABSENT) {
            tree.put("pull", task.pull().text());
        }
        words(tree, "command", task.command());
        words(tree, "args", task.args());
        ObjectNode env = tree.putObject("env");
        task.env().forEach(env::put);
        putUnless(tree, "user", task.user(), "");
        putUnless(tree, "workDir", task.workDir(), "");
        putUnless(tree, "stopSignal", task.stopSignal(), task.image().layered() ? "" : Signals.DEFAULT_STOP);
        tree.put("stopGrace", Durations.format(task.stopGraceMillis()));
        if (task.init()) {
            tree.put("init", true);
        }
        confinement(tree, task.confinement());
        tree.set("resources", tree(task.resources()));
        return tree;
    }

    static void words(ObjectNode tree, String field, List<String> words) {
        if (!words.isEmpty()) {
            ArrayNode array = tree.putArray(field);
            words.forEach(array::add);
        }
    }

    private static void putUnless(ObjectNode tree, String field, String value, String usual) {
        if (!value.equals(usual)) {
            tree.put(field, value);
        }
    }

    private static ObjectNode tree(Resources resources) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("cpu", Cpus.format(resources.cpuMillis()));
        if (resources.cpuMaxMillis() != 0) {
            tree.put("cpuMax", Cpus.format(resources.cpuMaxMillis()));
        }
        tree.put("memory", Sizes.format(resources.memoryBytes()));
        if (resources.memoryMaxBytes() != 0) {
            tree.put("memoryMax", Sizes.format(resources.memoryMaxBytes()));
        }
        tree.put("pids", resources.pids());
        if (resources.swapBytes() != 0) {
            tree.put("swap", Sizes.format(resources.swapBytes()));
        }
        if (!resources.cpuSet().isEmpty()) {
            tree.put("cpuSet", resources.cpuSet());
        }
        if (resources.ioWeight() != 0) {
            tree.put("ioWeight", resources.ioWeight());
        }
        if (resources.diskBytes() != 0) {
            tree.put("disk", Sizes.format(resources.diskBytes()));
        }
        return tree;
    }

    private static void confinement(ObjectNode tree, Confinement confinement) {
        if (!confinement.addCapabilities().isEmpty()
                || !confinement.dropCapabilities().isEmpty()) {
            ObjectNode capabilities = tree.putObject("capabilities");
            ArrayNode add = capabilities.putArray("add");
            confinement.addCapabilities().forEach(add::add);
            ArrayNode drop = capabilities.putArray("drop");
            confinement.dropCapabilities().forEach(drop::add);
        }
        if (confinement.readOnlyRoot()) {
            tree.put("readOnlyRoot", true);
        }
        if (!confinement.noNewPrivileges()) {
            tree.put("noNewPrivileges", false);
        }
        if (!confinement.seccomp()) {
            tree.put("seccomp", ConfinementDecoder.NO_FILTER);
        }
        if (!confinement.apparmorProfile().isEmpty()) {
            tree.put("apparmorProfile", confinement.apparmorProfile());
        }
        if (!confinement.sysctls().isEmpty()) {
            ObjectNode sysctls = tree.putObject("sysctls");
            confinement.sysctls().forEach(sysctls::put);
        }
        if (!confinement.devices().isEmpty()) {
            ArrayNode devices = tree.putArray("devices");
            confinement.devices().forEach(device -> devices.add(device.text()));
        }
        if (!confinement.ulimits().isEmpty()) {
            ObjectNode ulimits = tree.putObject("ulimits");
            confinement
                    .ulimits()
                    .forEach((name, limit) ->
                            ulimits.putObject(name).put("soft", limit.soft()).put("hard", limit.hard()));
        }
    }

    static String write(JsonNode tree) {
        try {
            return Json.mapper().writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing a tree of plain data to memory failed", e);
        }
    }
}
