package io.holdfast.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.Problems;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.text.Cpus;
import io.holdfast.model.text.Sizes;
import io.holdfast.model.text.Suggestion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** One element of {@code tasks}. */
final class TaskDecoder {
    static final String ENV_NAME_REGEX = "[A-Za-z_][A-Za-z0-9_]*";

    private static final Pattern ENV_NAME = Pattern.compile(ENV_NAME_REGEX);
    static final String USER_NAME_REGEX = "[A-Za-z_][A-Za-z0-9_.-]{0,31}(:[A-Za-z_][A-Za-z0-9_.-]{0,31})?";

    private static final Pattern USER_NAME = Pattern.compile(USER_NAME_REGEX);
    private static final Pattern CPU_SET = Pattern.compile("[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?)*");
    private static final Pattern USER = Pattern.compile("([0-9]{1,5})(?::([0-9]{1,5}))?");

    /** What stands where a task could not be read; no document that has one decodes. */
    static final TaskSpec STAND_IN = new TaskSpec(
            "", new Image.Host(), List.of(""), new TreeMap<>(), TaskSpec.DEFAULT_USER, "/", 0, Resources.DEFAULT);

    private TaskDecoder() {}

    static TaskSpec decode(Fields fields) {
        Problems problems = fields.problems();
        String name = fields.requiredName("name", "a name for the task");
        Image image = fields.requiredValue(
                "image",
                "one of a registry as alpine:3.20, host (the node's own programs) or dir:/path (a root file system)",
                Image.HOST,
                TaskDecoder::image);
        PullPolicy pull = pull(fields, image);
        List<String> command = command(fields, image);
        List<String> args =
                words(fields, fields.elements("args", JobLimits.MAX_COMMAND_WORDS, "words: arguments, as [--verbose]"));
        SortedMap<String, String> env = env(fields);
        String user = fields.value("user", image.layered() ? "" : TaskSpec.DEFAULT_USER, TaskDecoder::user);
        String workDir =
                fields.value("workDir", image.layered() ? "" : TaskSpec.DEFAULT_WORK_DIR, TaskDecoder::workDir);
        String stopSignal =
                fields.value("stopSignal", image.layered() ? "" : Signals.DEFAULT_STOP, TaskDecoder::signal);
        long stopGraceMillis = fields.durationMillis(
                "stopGrace", TaskSpec.DEFAULT_STOP_GRACE_MILLIS, 0, JobLimits.MAX_STOP_GRACE_MILLIS);
        boolean init = fields.value("init", false, Scalars::flag);
        Confinement confinement = ConfinementDecoder.decode(fields);
        Resources resources = resources(fields.mapping("resources"), problems);
        fields.rejectUnknown();
        return new TaskSpec(
                name,
                image,
                pull,
                command.isEmpty() && !image.layered() ? STAND_IN.command() : command,
                args,
                env,
                user,
                workDir,
                stopSignal,
                stopGraceMillis,
                init,
                confinement,
                resources);
    }

    private static Outcome<String> signal(String path, JsonNode node) {
        return Scalars.text(path, node)
                .fold(
                        text -> Signals.names().contains(Signals.normal(text))
                                ? Outcome.ok(Signals.normal(text))
                                : Outcome.refused(Rejected.invalid(
                                        path,
                                        text,
                                        "is not a signal as SIGTERM, see signal(7)"
                                                + Suggestion.hint(text, Signals.names()))),
                        Outcome::refused);
    }

    private static Outcome<Image> image(String path, JsonNode node) {
        return Scalars.text(path, node).fold(text -> Image.parse(path, text), Outcome::refused);
    }

    private static PullPolicy pull(Fields fields, Image image) {
        if (!image.layered() && !fields.node("pull").isMissingNode()) {
            fields.problems()
                    .add(fields.path("pull"), "", "has no meaning for image " + image.reference() + ": leave it out");
            return PullPolicy.IF_ABSENT;
        }
        return fields.choice("pull", PullPolicy.IF_ABSENT, List.of(PullPolicy.values()), PullPolicy::text);
    }

    private static List<String> command(Fields fields, Image image) {
        String what = "words: the program and its arguments, as [/bin/sh, -c, date]";
        boolean mayLack = image.layered() && !fields.names().contains("command");
        List<Fields.Element> elements = mayLack
                ? fields.elements("command", JobLimits.MAX_COMMAND_WORDS, what)
                : fields.requiredElements("command", JobLimits.MAX_COMMAND_WORDS, what);
        List<String> command = words(fields, elements);
        if (!command.isEmpty()
                && command.get(0).isEmpty()
                && elements.get(0).node().isTextual()) {
            fields.problems().add(elements.get(0).path(), "", "is empty: give the path or name of a program");
        }
        return command;
    }

    private static List<String> words(Fields fields, List<Fields.Element> elements) {
        Problems problems = fields.problems();
        List<String> words = new ArrayList<>();
        for (Fields.Element element : elements) {
            String word = problems.take(Scalars.text(element.path(), element.node()), "");
            int bytes = utf8Length(word);
            if (bytes > JobLimits.MAX_WORD_BYTES) {
                problems.add(
                        element.path(),
                        "",
                        "of " + bytes + " bytes is above " + JobLimits.MAX_WORD_BYTES
                                + ", the most that the kernel takes: pass it in a file");
            }
            words.add(word);
        }
        return words;
    }

    private static SortedMap<String, String> env(Fields fields) {
        Fields given = fields.mapping("env");
        Problems problems = fields.problems();
        SortedMap<String, String> env = new TreeMap<>();
        if (given.names().size() > JobLimits.MAX_ENV) {
            problems.add(
                    fields.path("env"),
                    given.names().size() + " variables",
                    "is above " + JobLimits.MAX_ENV + ", the most of one task");
            return env;
        }
        for (String name : given.names()) {
            if (name.length() > JobLimits.MAX_ENV_NAME_LENGTH
                    || !ENV_NAME.matcher(name).matches()) {
                problems.add(
                        given.path(name),
                        "",
                        "is no name of a variable: write 1 to " + JobLimits.MAX_ENV_NAME_LENGTH
                                + " letters, digits and _, no digit first");
            }
            String value = given.text(name, "");
            int bytes = name.length() + 1 + utf8Length(value);
            if (bytes > JobLimits.MAX_WORD_BYTES) {
                problems.add(
                        given.path(name),
                        "",
                        "of " + bytes + " bytes with its name is above " + JobLimits.MAX_WORD_BYTES
                                + ", the most that the kernel takes: pass it in a file");
            }
            env.put(name, value);
        }
        return env;
    }

    private static Outcome<String> user(String path, JsonNode node) {
        String text = Scalars.shown(node);
        boolean kind = node.isTextual() || node.isIntegralNumber();
        var form = USER.matcher(text);
        if (node.isTextual() && USER_NAME.matcher(text).matches()) {
            return Outcome.ok(text);
        }
        if (!kind || !form.matches()) {
            return Outcome.refused(Rejected.invalid(
                    path,
                    text,
                    "must be numbers as \"1000\" or \"1000:1000\" (user, group), or names as \"www-data\" or"
                            + " \"www-data:adm\""));
        }
        int uid = Integer.parseInt(form.group(1));
        int gid = form.group(2) == null ? 0 : Integer.parseInt(form.group(2));
        if (uid > JobLimits.MAX_ID || gid > JobLimits.MAX_ID) {
            return Outcome.refused(Rejected.invalid(
                    path, text, "is above " + JobLimits.MAX_ID + ", the highest id inside a container"));
        }
        // 007 and 7 are one user: one spelling, or equal jobs would differ
        return Outcome.ok(form.group(2) == null ? Integer.toString(uid) : uid + ":" + gid);
    }

    private static Outcome<String> workDir(String path, JsonNode node) {
        return Scalars.text(path, node).fold(text -> absolute(path, text, text), Outcome::refused);
    }

    /** An absolute path without {@code ..}, which would mean different things before and after symbolic links. */
    static Outcome<String> absolute(String path, String shown, String file) {
        if (!file.startsWith("/")) {
            return Outcome.refused(Rejected.invalid(path, shown, "must be an absolute path: begin it with /"));
        }
        if (file.length() > JobLimits.MAX_PATH_LENGTH) {
            return Outcome.refused(Rejected.invalid(
                    path, shown, "is above " + JobLimits.MAX_PATH_LENGTH + " characters, the longest path"));
        }
        if (List.of(file.split("/")).contains("..")) {
            return Outcome.refused(Rejected.invalid(path, shown, "must not hold ..: write the path out"));
        }
        return Outcome.ok(file);
    }

    private static Resources resources(Fields fields, Problems problems) {
        Resources usual = Resources.DEFAULT;
        long cpu = fields.cpuMillis("cpu", usual.cpuMillis(), JobLimits.MIN_CPU_MILLIS, JobLimits.MAX_CPU_MILLIS);
        long cpuMax = fields.cpuMillis("cpuMax", 0, JobLimits.MIN_CPU_MILLIS, JobLimits.MAX_CPU_MILLIS);
        long memory =
                fields.sizeBytes("memory", usual.memoryBytes(), JobLimits.MIN_MEMORY_BYTES, JobLimits.MAX_MEMORY_BYTES);
        long memoryMax = fields.sizeBytes("memoryMax", 0, JobLimits.MIN_MEMORY_BYTES, JobLimits.MAX_MEMORY_BYTES);
        long pids = fields.integer("pids", usual.pids(), JobLimits.MIN_PIDS, JobLimits.MAX_PIDS);
        if (memoryMax != 0 && memoryMax < memory) {
            problems.add(
                    fields.path("memoryMax"),
                    Sizes.format(memoryMax),
                    "is below memory (" + Sizes.format(memory) + "): give at least that much, or leave memoryMax out");
        }
        if (cpuMax != 0 && cpuMax < cpu) {
            problems.add(
                    fields.path("cpuMax"),
                    Cpus.format(cpuMax),
                    "is below cpu (" + Cpus.format(cpu) + "): give at least that much, or leave cpuMax out");
        }
        long swap = fields.sizeBytes("swap", 0, 0, JobLimits.MAX_MEMORY_BYTES);
        String cpuSet = fields.value("cpuSet", "", TaskDecoder::cpuSet);
        long ioWeight = fields.integer("ioWeight", 0, JobLimits.MIN_IO_WEIGHT, JobLimits.MAX_IO_WEIGHT);
        long disk = fields.sizeBytes("disk", 0, JobLimits.MIN_DISK_BYTES, JobLimits.MAX_DISK_BYTES);
        fields.rejectUnknown();
        return new Resources(cpu, cpuMax, memory, memoryMax, pids, swap, cpuSet, ioWeight, disk);
    }

    private static Outcome<String> cpuSet(String path, JsonNode node) {
        return Scalars.text(path, node)
                .fold(
                        text -> text.length() <= JobLimits.MAX_CPU_SET
                                        && CPU_SET.matcher(text).matches()
                                ? Outcome.ok(text)
                                : Outcome.refused(Rejected.invalid(
                                        path, text, "must be numbers of processors, as 0-3,8: lscpu shows them")),
                        Outcome::refused);
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
