package io.holdfast.keeper.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the {@code config.json} of a bundle. It finds everything that is wrong with it, not only the first thing, each with the path of
 * its field; nothing is made of a configuration that has any. Properties that the specification does not know are passed over, as it
 * wants. Thread-safe.
 */
public final class ConfigReader {
    /** Of one file; those of large pods have some 100 KiB. */
    public static final int MAX_BYTES = 4 << 20;

    private static final int MAX_NESTING = 32;
    private static final int MAX_PROBLEMS = 50;
    private static final int MAX_HOSTNAME = 64;
    private static final Pattern VERSION = Pattern.compile("1\\.\\d+\\.\\d+([-+].*)?");
    private static final Pattern CGROUPS_PATH =
            Pattern.compile("/?[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,254}" + "(/[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,254}){0,15}");
    private static final Pattern NUMBER_LIST = Pattern.compile("(\\d+(-\\d+)?)(,\\d+(-\\d+)?)*");

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final ConfigSchema SCHEMA = ConfigSchema.read();

    private ConfigReader() {}

    /** @param field its path, as {@code linux.namespaces[2].type}; empty for the document itself */
    public record Problem(String field, String message) {
        @Override
        public String toString() {
            return field.isEmpty() ? message : field + ": " + message;
        }
    }

    /**
     * @param spec what was read; without meaning where there are problems
     * @param problems in the order of the schema, at most {@value #MAX_PROBLEMS}
     */
    public record Result(Spec spec, List<Problem> problems) {}

    public static Result read(byte[] json) {
        List<Problem> problems = new ArrayList<>();
        JsonNode tree;
        try {
            tree = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return failed("is not JSON: " + ConfigSchema.shown(e.getOriginalMessage()));
        } catch (IOException e) {
            return failed("cannot be read: " + e.getMessage());
        }
        if (!(tree instanceof ObjectNode document)) {
            return failed("is not an object");
        }
        SCHEMA.check(document, (field, message) -> add(problems, field, message));
        if (!problems.isEmpty()) {
            return new Result(null, problems);
        }
        signed(document);
        unlimited(document.path("linux").path("resources"));
        Spec spec;
        try {
            spec = MAPPER.treeToValue(document, Spec.class);
        } catch (JsonProcessingException e) {
            return failed(ConfigSchema.shown(e.getOriginalMessage()));
        }
        judge(spec, problems);
        return new Result(raisable(spec), List.copyOf(problems));
    }

    private static Result failed(String message) {
        return new Result(null, List.of(new Problem("", message)));
    }

    private static void add(List<Problem> problems, String field, String message) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new Problem(field, message));
        }
    }

    /** Numbers above 2^63 become the negative ones of the same 64 bits: so the model has them. */
    private static void signed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> {
                JsonNode value = object.get(name);
                if (value.isBigInteger() && value.bigIntegerValue().compareTo(BigInteger.valueOf(Long.MAX_VALUE)) > 0) {
                    object.set(name, LongNode.valueOf(value.bigIntegerValue().longValue()));
                } else {
                    signed(value);
                }
            });
        } else {
            node.forEach(ConfigReader::signed);
        }
    }

    /** A limit below 0 is none, which the model says by leaving it out. */
    private static void unlimited(JsonNode resources) {
        for (String field : List.of("memory/limit", "memory/reservation", "cpu/quota", "pids/limit")) {
            String[] parts = field.split("/");
            if (resources.path(parts[0]) instanceof ObjectNode part
                    && part.path(parts[1]).asLong() < 0) {
                part.remove(parts[1]);
            }
        }
    }

    /**
     * Without ambient capabilities that the kernel does not raise because they are not inheritable: tools still write such
     * configurations, and other runtimes pass over them, too.
     */
    private static Spec raisable(Spec spec) {
        if (spec.process() == null) {
            return spec;
        }
        Spec.Capabilities named = spec.process().capabilities();
        List<String> ambient =
                named.ambient().stream().filter(named.inheritable()::contains).toList();
        return spec.withProcess(spec.process()
                .withCapabilities(new Spec.Capabilities(
                        named.bounding(), named.effective(), named.inheritable(), named.permitted(), ambient)));
    }

    private static void judge(Spec spec, List<Problem> problems) {
        if (!VERSION.matcher(spec.ociVersion()).matches()) {
            add(
                    problems,
                    "ociVersion",
                    ConfigSchema.shown(spec.ociVersion()) + " is not a version 1.x of the specification");
        }
        if (spec.process() == null) {
            add(problems, "process", "is missing: there would be nothing to start");
        } else {
            process(spec.process(), problems);
        }
        host(spec, problems);
        for (int i = 0; i < spec.mounts().size(); i++) {
            mount(spec.mounts().get(i), "mounts[" + i + "]", problems);
        }
        linux(spec, problems);
    }

    private static void process(Spec.Process process, List<Problem> problems) {
        if (process.args().isEmpty() || process.args().get(0).isEmpty()) {
            add(problems, "process.args", "names no program");
        }
        if (process.user().umask() > 0777) {
            add(problems, "process.user.umask", process.user().umask() + " is above 511 (octal 777)");
        }
        Set<String> types = new HashSet<>();
        for (int i = 0; i < process.rlimits().size(); i++) {
            Spec.Rlimit limit = process.rlimits().get(i);
            String path = "process.rlimits[" + i + "]";
            if (!types.add(limit.type())) {
                add(problems, path + ".type", limit.type() + " is there twice");
            }
            if (Long.compareUnsigned(limit.soft(), limit.hard()) > 0) {
                add(problems, path + ".soft", "is above the hard limit");
            }
        }
        if (process.oomScoreAdj() < -1000 || process.oomScoreAdj() > 1000) {
            add(problems, "process.oomScoreAdj", process.oomScoreAdj() + " is not between -1000 and 1000");
        }
    }

    private static void host(Spec spec, List<Problem> problems) {
        if (spec.hostname().length() > MAX_HOSTNAME) {
            add(problems, "hostname", "has more than 64 characters");
        }
        if (spec.domainname().length() > MAX_HOSTNAME) {
            add(problems, "domainname", "has more than 64 characters");
        }
        boolean uts = has(spec, "uts");
        if (!uts && !spec.hostname().isEmpty()) {
            add(problems, "hostname", "would be the host's: linux.namespaces has no uts");
        }
        if (!uts && !spec.domainname().isEmpty()) {
            add(problems, "domainname", "would be the host's: linux.namespaces has no uts");
        }
    }

    private static void mount(Spec.Mount mount, String path, List<Problem> problems) {
        boolean bind = "bind".equals(mount.type())
                || mount.options().contains("bind")
                || mount.options().contains("rbind");
        if (!bind && (mount.type() == null || mount.type().isEmpty())) {
            add(problems, path + ".type", "is missing");
        }
        if (bind && (mount.source() == null || mount.source().isEmpty())) {
            add(problems, path + ".source", "is missing");
        }
    }

    private static boolean has(Spec spec, String type) {
        return spec.linux().namespaces().stream()
                .anyMatch(namespace -> namespace.type().equals(type));
    }

    private static void linux(Spec spec, List<Problem> problems) {
        Spec.Linux linux = spec.linux();
        namespaces(spec, problems);
        mappings(linux.uidMappings(), "linux.uidMappings", spec, problems);
        mappings(linux.gidMappings(), "linux.gidMappings", spec, problems);
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < linux.devices().size(); i++) {
            Spec.Device device = linux.devices().get(i);
            String path = "linux.devices[" + i + "]";
            if (!paths.add(device.path())) {
                add(problems, path + ".path", device.path() + " is there twice");
            }
            if (device.fileMode() > 07777) {
                add(problems, path + ".fileMode", device.fileMode() + " is above 4095 (octal 7777)");
            }
        }
        if (!linux.cgroupsPath().isEmpty()
                && !CGROUPS_PATH.matcher(linux.cgroupsPath()).matches()) {
            add(
                    problems,
                    "linux.cgroupsPath",
                    ConfigSchema.shown(linux.cgroupsPath()) + " is not a path of at most 16 names of"
                            + " letters, digits, _ . : - that do not begin with a dot");
        }
        Spec.Cpu cpu = linux.resources().cpu();
        list(cpu.cpus(), "linux.resources.cpu.cpus", problems);
        list(cpu.mems(), "linux.resources.cpu.mems", problems);
        if (cpu.shares() != 0 && (cpu.shares() < 2 || cpu.shares() > 262_144)) {
            add(problems, "linux.resources.cpu.shares", cpu.shares() + " is not between 2 and 262144");
        }
        Spec.Memory memory = linux.resources().memory();
        if (memory.swap() > 0 && memory.swap() < memory.limit()) {
            add(problems, "linux.resources.memory.swap", "(memory plus swap) is below linux.resources.memory.limit");
        }
        Sysctls.check(spec, (field, message) -> add(problems, field, message));
    }

    private static void list(String text, String path, List<Problem> problems) {
        if (!text.isEmpty() && !NUMBER_LIST.matcher(text).matches()) {
            add(problems, path, "\"" + ConfigSchema.shown(text) + "\" is not a list like 0-3,8");
        }
    }

    private static void namespaces(Spec spec, List<Problem> problems) {
        Set<String> types = new HashSet<>();
        for (int i = 0; i < spec.linux().namespaces().size(); i++) {
            Spec.Namespace namespace = spec.linux().namespaces().get(i);
            String path = "linux.namespaces[" + i + "]";
            if (!types.add(namespace.type())) {
                add(problems, path + ".type", namespace.type() + " is there twice");
            }
            if (namespace.type().equals("time")) {
                add(problems, path + ".type", "time namespaces are not supported");
            }
            if (namespace.type().equals("mount") && !namespace.path().isEmpty()) {
                add(problems, path + ".path", "a mount namespace cannot be joined, only made");
            }
        }
        if (!types.contains("mount")) {
            add(problems, "linux.namespaces", "has no mount namespace: the container's mounts would be the host's");
        }
    }

    private static void mappings(List<Spec.IdMapping> mappings, String path, Spec spec, List<Problem> problems) {
        boolean ownUser = spec.linux().namespaces().stream()
                .anyMatch(namespace ->
                        namespace.type().equals("user") && namespace.path().isEmpty());
        if (ownUser && mappings.isEmpty()) {
            add(problems, path, "is empty: a new user namespace needs mappings");
        }
        if (!has(spec, "user") && !mappings.isEmpty()) {
            add(problems, path, "is of no use: linux.namespaces has no user");
        }
        for (int i = 0; i < mappings.size(); i++) {
            Spec.IdMapping line = mappings.get(i);
            if (line.size() == 0) {
                add(problems, path + "[" + i + "].size", "is 0");
            }
        }
    }
}
