package io.holdfast.keeper;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an exec runs: the container's own process with other arguments. Its rights are the container's, whatever is asked. */
final class ExecProcesses {
    private static final String DEFAULT_TERM = "TERM=xterm";

    private ExecProcesses() {}

    static Spec.Process of(Spec.Process container, Request.Exec request) {
        Request.ExecProcess asked = request.process();
        return new Spec.Process(
                request.terminal(),
                new Spec.ConsoleSize(request.rows(), request.columns()),
                asked.args(),
                environment(container.env(), asked.env(), request.terminal()),
                asked.cwd().isEmpty() ? container.cwd() : asked.cwd(),
                asked.user().equals(Request.ExecProcess.CONTAINERS_USER) ? container.user() : asked.user(),
                container.capabilities(),
                container.noNewPrivileges(),
                container.rlimits(),
                container.apparmorProfile(),
                container.oomScoreAdj());
    }

    private static List<String> environment(List<String> own, List<String> added, boolean terminal) {
        Map<String, String> byName = new LinkedHashMap<>();
        if (terminal) {
            byName.put(name(DEFAULT_TERM), DEFAULT_TERM);
        }
        own.forEach(entry -> byName.put(name(entry), entry));
        added.forEach(entry -> byName.put(name(entry), entry));
        return new ArrayList<>(byName.values());
    }

    private static String name(String entry) {
        int end = entry.indexOf('=');
        return end < 0 ? entry : entry.substring(0, end);
    }
}
