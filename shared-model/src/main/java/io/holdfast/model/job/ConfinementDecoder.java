package io.holdfast.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.Problems;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.text.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The fields of a task that widen or narrow what it may do. */
final class ConfinementDecoder {
    private static final String DEFAULT_FILTER = "default";
    static final String NO_FILTER = "unconfined";

    /** Of capabilities(7), Linux 5.9: what the oldest supported kernel knows. */
    static final List<String> CAPABILITIES = List.of(
            "CAP_AUDIT_CONTROL",
            "CAP_AUDIT_READ",
            "CAP_AUDIT_WRITE",
            "CAP_BLOCK_SUSPEND",
            "CAP_BPF",
            "CAP_CHECKPOINT_RESTORE",
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_IPC_LOCK",
            "CAP_IPC_OWNER",
            "CAP_KILL",
            "CAP_LEASE",
            "CAP_LINUX_IMMUTABLE",
            "CAP_MAC_ADMIN",
            "CAP_MAC_OVERRIDE",
            "CAP_MKNOD",
            "CAP_NET_ADMIN",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_BROADCAST",
            "CAP_NET_RAW",
            "CAP_PERFMON",
            "CAP_SETFCAP",
            "CAP_SETGID",
            "CAP_SETPCAP",
            "CAP_SETUID",
            "CAP_SYSLOG",
            "CAP_SYS_ADMIN",
            "CAP_SYS_BOOT",
            "CAP_SYS_CHROOT",
            "CAP_SYS_MODULE",
            "CAP_SYS_NICE",
            "CAP_SYS_PACCT",
            "CAP_SYS_PTRACE",
            "CAP_SYS_RAWIO",
            "CAP_SYS_RESOURCE",
            "CAP_SYS_TIME",
            "CAP_SYS_TTY_CONFIG",
            "CAP_WAKE_ALARM");

    /** Of getrlimit(2). */
    static final List<String> ULIMITS = List.of(
            "as",
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    static final String SYSCTL_REGEX = "[a-z0-9_-]+(\\.[a-zA-Z0-9_-]+)+";
    private static final Pattern SYSCTL = Pattern.compile(SYSCTL_REGEX);

    static final String PROFILE_REGEX = "[A-Za-z0-9][A-Za-z0-9_./-]{0,127}";
    private static final Pattern PROFILE = Pattern.compile(PROFILE_REGEX);

    /** A path without dots that lead elsewhere, and what may be done with it. */
    static final String DEVICE_REGEX = "/dev(?:/(?!\\.\\.?(?:/|:|$))[A-Za-z0-9_.,+@#-]+)+(?::(?=[rwm])r?w?m?)?";

    private static final Pattern DEVICE = Pattern.compile(DEVICE_REGEX);

    private ConfinementDecoder() {}

    static Confinement decode(Fields fields) {
        Problems problems = fields.problems();
        Fields capabilities = fields.mapping("capabilities");
        List<String> add = capabilities(capabilities, "add", false);
        List<String> drop = capabilities(capabilities, "drop", true);
        capabilities.rejectUnknown();
        for (String both : add) {
            if (drop.contains(both)) {
                problems.add(capabilities.path("drop"), both, "stands in add too: it can be only one of them");
            }
        }
        boolean readOnlyRoot = fields.value("readOnlyRoot", false, Scalars::flag);
        boolean noNewPrivileges = fields.value("noNewPrivileges", true, Scalars::flag);
        boolean seccomp = fields.choice("seccomp", DEFAULT_FILTER, List.of(DEFAULT_FILTER, NO_FILTER), word -> word)
                .equals(DEFAULT_FILTER);
        String profile = fields.value("apparmorProfile", "", ConfinementDecoder::profile);
        return new Confinement(
                add,
                drop,
                readOnlyRoot,
                noNewPrivileges,
                seccomp,
                profile,
                sysctls(fields),
                ulimits(fields),
                devices(fields));
    }

    private static List<String> capabilities(Fields fields, String key, boolean all) {
        List<String> names = new ArrayList<>();
        for (Fields.Element element : fields.elements(key, CAPABILITIES.size() + 1, "capabilities as CAP_SYS_TIME")) {
            names.add(fields.problems().take(capability(element.path(), element.node(), all), CAPABILITIES.get(0)));
        }
        return names;
    }

    private static Outcome<String> capability(String path, JsonNode node, boolean all) {
        Outcome<String> text = Scalars.text(path, node);
        if (!(text instanceof Outcome.Ok<String> ok)) {
            return text;
        }
        String upper = ok.value().toUpperCase(Locale.ROOT);
        if (all && upper.equals(Confinement.ALL)) {
            return Outcome.ok(Confinement.ALL);
        }
        String name = upper.startsWith("CAP_") ? upper : "CAP_" + upper;
        return CAPABILITIES.contains(name)
                ? Outcome.ok(name)
                : Outcome.refused(Rejected.invalid(
                        path,
                        ok.value(),
                        "is not a capability as CAP_SYS_TIME, see capabilities(7)"
                                + Suggestion.hint(name, CAPABILITIES)));
    }

    private static Outcome<String> profile(String path, JsonNode node) {
        return Scalars.text(path, node)
                .fold(
                        text -> PROFILE.matcher(text).matches()
                                ? Outcome.ok(text)
                                : Outcome.refused(Rejected.invalid(
                                        path,
                                        text,
                                        "is no name of a profile: write 1 to 128 letters, digits and _ . / -, a letter"
                                                + " or digit first")),
                        Outcome::refused);
    }

    private static List<TaskDevice> devices(Fields fields) {
        List<TaskDevice> devices = new ArrayList<>();
        for (Fields.Element element :
                fields.elements("devices", JobLimits.MAX_DEVICES, "device files as /dev/fuse or /dev/kvm:rw")) {
            String text = fields.problems().take(device(element.path(), element.node()), "");
            if (text.isEmpty()) {
                continue; // told already
            }
            String[] parts = text.split(":", 2);
            TaskDevice device = new TaskDevice(parts[0], parts.length == 2 ? parts[1] : TaskDevice.FULL_ACCESS);
            if (devices.stream().anyMatch(other -> other.path().equals(device.path()))) {
                fields.problems().add(element.path(), text, "stands there twice: a device has one access");
            }
            devices.add(device);
        }
        return devices;
    }

    private static Outcome<String> device(String path, JsonNode node) {
        return Scalars.text(path, node)
                .fold(
                        text -> text.length() <= JobLimits.MAX_DEVICE_TEXT
                                        && DEVICE.matcher(text).matches()
                                ? Outcome.ok(text)
                                : Outcome.refused(Rejected.invalid(
                                        path,
                                        text,
                                        "is no device file: write a path below /dev of at most "
                                                + JobLimits.MAX_DEVICE_TEXT
                                                + " characters and, where not all is wanted, a colon and of rwm what"
                                                + " is, as /dev/kvm:rw")),
                        Outcome::refused);
    }

    private static SortedMap<String, String> sysctls(Fields fields) {
        Fields given = fields.mapping("sysctls");
        Problems problems = fields.problems();
        SortedMap<String, String> sysctls = new TreeMap<>();
        if (tooMany(given, fields.path("sysctls"), "parameters")) {
            return sysctls;
        }
        for (String name : given.names()) {
            if (name.length() > JobLimits.MAX_SYSCTL_NAME
                    || !SYSCTL.matcher(name).matches()) {
                problems.add(
                        given.path(name),
                        "",
                        "is no name of a kernel parameter: write it in dots, as net.core.somaxconn");
            }
            String value = given.text(name, "");
            if (value.length() > JobLimits.MAX_SYSCTL_VALUE || value.indexOf('\n') >= 0) {
                problems.add(
                        given.path(name),
                        "",
                        "is not one line of at most " + JobLimits.MAX_SYSCTL_VALUE + " characters");
            }
            sysctls.put(name, value);
        }
        return sysctls;
    }

    private static SortedMap<String, Ulimit> ulimits(Fields fields) {
        Fields given = fields.mapping("ulimits");
        SortedMap<String, Ulimit> ulimits = new TreeMap<>();
        for (String name : given.names()) {
            JsonNode node = given.node(name);
            if (!ULIMITS.contains(name)) {
                fields.problems()
                        .add(
                                given.path(name),
                                "",
                                "is not a limit of getrlimit(2): there are " + String.join(", ", ULIMITS)
                                        + Suggestion.hint(name, ULIMITS));
            } else if (!node.isMissingNode()) {
                ulimits.put(name, ulimit(given, name, node));
            }
        }
        return ulimits;
    }

    private static Ulimit ulimit(Fields given, String name, JsonNode node) {
        if (!node.isObject()) {
            long both = given.integer(name, 0, 0, JobLimits.MAX_ULIMIT);
            return new Ulimit(both, both);
        }
        Fields pair = given.mapping(name);
        long hard = pair.integer("hard", -1, 0, JobLimits.MAX_ULIMIT);
        long soft = pair.integer("soft", -1, 0, JobLimits.MAX_ULIMIT);
        boolean wrong =
                pair.names().contains("soft") && soft < 0 || pair.names().contains("hard") && hard < 0;
        if (!wrong && (soft < 0 || hard < 0)) {
            given.problems().add(given.path(name), "", "needs both soft and hard, or one number for both");
        } else if (!wrong && soft > hard) {
            given.problems()
                    .add(pair.path("soft"), Long.toString(soft), "is above hard (" + hard + "): give at most that");
        }
        pair.rejectUnknown();
        // what is wrong has been told; the record itself does not take it
        return soft < 0 || hard < soft ? new Ulimit(0, 0) : new Ulimit(soft, hard);
    }

    private static boolean tooMany(Fields given, String path, String what) {
        if (given.names().size() > JobLimits.MAX_SYSCTLS) {
            given.problems()
                    .add(
                            path,
                            given.names().size() + " " + what,
                            "is above " + JobLimits.MAX_SYSCTLS + ", the most of one task");
            return true;
        }
        return false;
    }
}
