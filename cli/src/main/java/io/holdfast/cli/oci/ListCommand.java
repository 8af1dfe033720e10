package io.holdfast.cli.oci;

import io.holdfast.keeper.api.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** All containers that were made of bundles. */
@Command(name = "list", description = "Show the containers that were made of bundles.")
final class ListCommand implements Callable<Integer> {
    @ParentCommand
    private OciCommand oci;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "table or json.")
    private String format = "table";

    @Option(
            names = {"-q", "--quiet"},
            description = "Only the ids.")
    private boolean quiet;

    @Override
    public Integer call() {
        return oci.carryOut(() -> {
            List<Map<String, Object>> rows = new ArrayList<>();
            try (Containers containers = Containers.connect(oci)) {
                for (Reply.SandboxStatus sandbox : containers.client().list().items()) {
                    if (sandbox.annotations().containsKey(Containers.NAME)) {
                        sandbox.containers().forEach(container -> rows.add(row(sandbox, container)));
                    }
                }
            }
            print(rows);
            return 0;
        });
    }

    private static Map<String, Object> row(Reply.SandboxStatus sandbox, Reply.ContainerStatus container) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", sandbox.annotations().get(Containers.NAME));
        row.put("pid", container.pid());
        row.put("status", container.state().equals("exited") ? "stopped" : container.state());
        row.put("bundle", sandbox.annotations().get(Containers.ROOT_BUNDLE));
        return row;
    }

    private void print(List<Map<String, Object>> rows) throws java.io.IOException {
        if (format.equals("json")) {
            oci.console().out().println(OciJson.pretty(rows));
            return;
        }
        if (!quiet) {
            oci.console().out().printf("%-40s %-8s %-9s %s%n", "ID", "PID", "STATUS", "BUNDLE");
        }
        for (Map<String, Object> row : rows) {
            if (quiet) {
                oci.console().out().println(row.get("id"));
            } else {
                oci.console()
                        .out()
                        .printf(
                                "%-40s %-8s %-9s %s%n",
                                row.get("id"), row.get("pid"), row.get("status"), row.get("bundle"));
            }
        }
    }
}
