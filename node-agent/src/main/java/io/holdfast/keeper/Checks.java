package io.holdfast.keeper;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.launch.SpecChecks;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Namespaces;
import io.holdfast.keeper.oci.Spec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a request must look like before anything is done for it. */
final class Checks {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?");
    private static final Pattern USER_NAME =
            Pattern.compile("[A-Za-z0-9_.][A-Za-z0-9_.@$-]{0,63}(:[A-Za-z0-9_.][A-Za-z0-9_.@$-]{0,63})?");
    private static final int MOST_OOM_SCORE = 1000;
    private static final int MOST_UMASK = 0777;
    private static final int LAST_SIGNAL = 64;
    private static final int LAST_INSIDE_ID = IdRanges.RANGE - 1;

    private Checks() {}

    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    static String id(String what, String id) throws RefusedException {
        if (id == null || !ID.matcher(id).matches()) {
            throw RefusedException.badRequest(
                    "%s id %s is not [a-z0-9][a-z0-9-]{0,63}", what, id == null ? "(none)" : shorten(id));
        }
        return id;
    }

    /** With nothing left open: no null in the keeper. */
    static Request.CreateSandbox sandbox(Request.CreateSandbox request) throws RefusedException {
        id("sandbox", request.id());
        String hostname =
                request.hostname() == null || request.hostname().isEmpty() ? request.id() : request.hostname();
        if (!HOSTNAME.matcher(hostname).matches()) {
            throw RefusedException.badRequest(
                    "hostname %s is not a host name of at most 64 characters", shorten(hostname));
        }
        if (!"private".equals(request.network()) && !"host".equals(request.network())) {
            throw RefusedException.badRequest("network %s is neither private nor host", request.network());
        }
        return new Request.CreateSandbox(
                request.id(),
                hostname,
                request.network(),
                request.userNamespace(),
                request.stopWhenDisconnected(),
                annotations(request.annotations()),
                request.namespaces());
    }

    static Request.StartContainer container(Request.StartContainer request) throws RefusedException {
        id("container", request.id());
        id("sandbox", request.sandbox());
        if (request.rootfs() == null) {
            throw RefusedException.badRequest("rootfs is missing: host, dir:/absolute/path or layers:…");
        }
        if (request.logMaxBytes() < Limits.MIN_LOG_BYTES || request.logMaxBytes() > Limits.MAX_LOG_BYTES) {
            throw RefusedException.badRequest(
                    "logMaxBytes %d is not between %d and %d",
                    request.logMaxBytes(), Limits.MIN_LOG_BYTES, Limits.MAX_LOG_BYTES);
        }
        Spec spec = request.spec();
        if (spec == null || spec.process() == null || spec.process().args().isEmpty()) {
            throw RefusedException.badRequest("spec.process.args is missing: the program to run");
        }
        Spec.Process process = spec.process();
        texts("spec.process.args", process.args());
        texts("spec.process.env", process.env());
        if (!process.cwd().startsWith("/") || process.cwd().indexOf('\0') >= 0) {
            throw RefusedException.badRequest("spec.process.cwd %s is not absolute", shorten(process.cwd()));
        }
        user("spec.process.user", process.user());
        between("spec.process.oomScoreAdj", process.oomScoreAdj(), -MOST_OOM_SCORE, MOST_OOM_SCORE);
        new ResourceChecks("spec.linux.resources").check(spec.linux().resources());
        if (request.diskBytes() != 0) {
            between("diskBytes", request.diskBytes(), Limits.MIN_DISK_BYTES, Limits.MAX_DISK_BYTES);
        }
        return new Request.StartContainer(
                request.id(),
                request.sandbox(),
                request.rootfs(),
                spec,
                request.logMaxBytes(),
                annotations(request.annotations()),
                request.init(),
                hostDevices(request.hostDevices()),
                request.diskBytes());
    }

    private static List<Request.HostDevice> hostDevices(List<Request.HostDevice> devices) throws RefusedException {
        for (int i = 0; i < devices.size(); i++) {
            Request.HostDevice device = devices.get(i);
            String path = device.path() == null ? "" : device.path();
            if (!path.startsWith("/dev/") || path.indexOf('\0') >= 0) {
                throw RefusedException.badRequest("hostDevices[%d].path %s is not below /dev", i, shorten(path));
            }
            if (device.access() == null || !device.access().matches("(?=.)r?w?m?")) {
                throw RefusedException.badRequest(
                        "hostDevices[%d].access %s is not of the letters rwm, in this order",
                        i, shorten(device.access()));
            }
        }
        return devices;
    }

    /** With nothing left open: no null in the keeper. */
    static Request.Exec exec(Request.Exec request) throws RefusedException {
        id("container", request.container());
        Request.ExecProcess process = request.process();
        if (process == null || process.args().isEmpty()) {
            throw RefusedException.badRequest("process.args is missing: the program to run");
        }
        texts("process.args", process.args());
        texts("process.env", process.env());
        if (process.cwd().indexOf('\0') >= 0
                || !process.cwd().isEmpty() && !process.cwd().startsWith("/")) {
            throw RefusedException.badRequest("process.cwd %s is not absolute", shorten(process.cwd()));
        }
        if (!process.user().equals(Request.ExecProcess.CONTAINERS_USER)) {
            user("process.user", process.user());
        }
        between("rows", request.rows(), 0, Limits.MAX_TERMINAL_SIZE);
        between("columns", request.columns(), 0, Limits.MAX_TERMINAL_SIZE);
        return request;
    }

    private static void user(String what, Spec.User user) throws RefusedException {
        if (!user.username().isEmpty() && !USER_NAME.matcher(user.username()).matches()) {
            throw RefusedException.badRequest(
                    "%s.username %s is no user or user:group", what, shorten(user.username()));
        }
        insideId(what + " uid", user.uid());
        insideId(what + " gid", user.gid());
        if (user.additionalGids().size() > Limits.MAX_GROUPS) {
            throw RefusedException.badRequest("%s.additionalGids has more than %d entries", what, Limits.MAX_GROUPS);
        }
        for (int gid : user.additionalGids()) {
            insideId(what + " additional gid", gid);
        }
        between(what + ".umask", user.umask(), 0, MOST_UMASK);
    }

    /**
     * What the launch would refuse, before anything is made for it.
     *
     * @param namespaces of the sandbox
     */
    static void rights(Spec spec, Namespaces namespaces) throws RefusedException {
        try {
            SpecChecks.check(spec, namespaces);
        } catch (LaunchException e) {
            throw RefusedException.badRequest("spec.%s", e.getMessage());
        }
    }

    static Request.CreateContainer create(Request.CreateContainer request) throws RefusedException {
        id("container", request.id());
        if (request.bundle() == null || !request.bundle().startsWith("/")) {
            throw RefusedException.badRequest("bundle %s is not an absolute path", request.bundle());
        }
        if (request.name() == null || request.name().isEmpty()) {
            throw RefusedException.badRequest("name is missing: the container's id in its client's words");
        }
        Spec spec = request.spec();
        if (spec == null || spec.process() == null || spec.process().args().isEmpty()) {
            throw RefusedException.badRequest("process.args is missing: the program to run");
        }
        texts("process.args", spec.process().args());
        texts("process.env", spec.process().env());
        if (!spec.process().cwd().startsWith("/")) {
            throw RefusedException.badRequest(
                    "process.cwd %s is not absolute", shorten(spec.process().cwd()));
        }
        new ResourceChecks("linux.resources").check(spec.linux().resources());
        boolean logged = request.stdio() == null || request.stdio().pid() == 0;
        return new Request.CreateContainer(
                request.id(),
                request.name(),
                request.bundle(),
                spec,
                logged ? Request.Stdio.NONE : request.stdio(),
                logged
                        ? between("logMaxBytes", request.logMaxBytes(), Limits.MIN_LOG_BYTES, Limits.MAX_LOG_BYTES)
                        : Limits.MIN_LOG_BYTES,
                request.consoleSocket() == null ? "" : request.consoleSocket(),
                annotations(request.annotations()));
    }

    static void signal(int signal) throws RefusedException {
        if (signal < 1 || signal > LAST_SIGNAL) {
            throw RefusedException.badRequest("signal %d is not between 1 and %d", signal, LAST_SIGNAL);
        }
    }

    static long between(String what, long value, long least, long most) throws RefusedException {
        if (value < least || value > most) {
            throw RefusedException.badRequest("%s %d is not between %d and %d", what, value, least, most);
        }
        return value;
    }

    private static void texts(String what, List<String> texts) throws RefusedException {
        if (texts.size() > Limits.MAX_ARGUMENTS) {
            throw RefusedException.badRequest("%s has more than %d entries", what, Limits.MAX_ARGUMENTS);
        }
        for (String text : texts) {
            if (text.indexOf('\0') >= 0) {
                throw RefusedException.badRequest("%s holds a NUL character", what);
            }
        }
    }

    private static void insideId(String what, int id) throws RefusedException {
        between(what, id, 0, LAST_INSIDE_ID);
    }

    private static Map<String, String> annotations(Map<String, String> annotations) throws RefusedException {
        if (annotations == null) {
            return Map.of();
        }
        if (annotations.size() > Limits.MAX_ANNOTATIONS) {
            throw RefusedException.badRequest("more than %d annotations", Limits.MAX_ANNOTATIONS);
        }
        for (Map.Entry<String, String> entry : annotations.entrySet()) {
            if (entry.getValue() == null
                    || entry.getKey().length() + entry.getValue().length() > Limits.MAX_ANNOTATION_CHARS) {
                throw RefusedException.badRequest(
                        "annotation %s has no value or more than %d characters",
                        shorten(entry.getKey()), Limits.MAX_ANNOTATION_CHARS);
            }
        }
        return Map.copyOf(new HashMap<>(annotations));
    }

    static String shorten(String text) {
        if (text == null) {
            return "(none)";
        }
        String cut = text.length() <= 80 ? text : text.substring(0, 79) + "…";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
