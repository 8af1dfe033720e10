package io.holdfast.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.Problems;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One element of {@code groups}. */
final class GroupDecoder {
    /** What other schedulers call modes that are to come here. */
    private static final List<String> LATER_NETWORKS = List.of("bridge", "overlay", "macvlan", "cni");

    private GroupDecoder() {}

    static GroupSpec decode(Fields fields) {
        Problems problems = fields.problems();
        String name = fields.requiredName("name", "a name for the group");
        int count = fields.value("count", 1, GroupDecoder::count);
        List<Constraint> constraints = new ArrayList<>();
        for (Fields.Element element :
                fields.elements("constraints", JobLimits.MAX_CONSTRAINTS, "constraints as '${node.arch} = amd64'")) {
            constraints.add(problems.take(Constraint.read(element.path(), element.node()), Constraint.STAND_IN));
        }
        PlacementPolicy placement = PlacementCodec.decode(fields);
        if (placement.allOrNothing() && count > JobLimits.MAX_GANG) {
            problems.add(
                    fields.path("count"),
                    Integer.toString(count),
                    "is above " + JobLimits.MAX_GANG
                            + " instances that are placed all or none: lower it, or leave allOrNothing out");
        }
        Fields network = fields.mapping("network");
        NetworkMode mode = network.value("mode", NetworkMode.PRIVATE, GroupDecoder::network);
        network.rejectUnknown();
        Fields restart = fields.mapping("restart");
        RestartPolicy policy = new RestartPolicy(
                (int) restart.integer("attempts", RestartPolicy.DEFAULT.attempts(), 0, JobLimits.MAX_RESTART_ATTEMPTS),
                restart.durationMillis(
                        "delay",
                        RestartPolicy.DEFAULT.delayMillis(),
                        JobLimits.MIN_RESTART_DELAY_MILLIS,
                        RestartPolicy.MAX_DELAY_MILLIS));
        restart.rejectUnknown();
        Fields update = fields.mapping("update");
        UpdatePolicy updates = new UpdatePolicy(update.durationMillis(
                "minHealthy", UpdatePolicy.DEFAULT.minHealthyMillis(), 0, JobLimits.MAX_MIN_HEALTHY_MILLIS));
        update.rejectUnknown();
        DisconnectPolicy disconnect = fields.choice(
                "disconnect", DisconnectPolicy.KEEP, Arrays.asList(DisconnectPolicy.values()), DisconnectPolicy::text);
        boolean userNamespace = fields.value("userNamespace", true, Scalars::flag);
        List<TaskSpec> tasks = new ArrayList<>();
        List<Fields.Element> elements = fields.requiredElements("tasks", JobLimits.MAX_TASKS, "tasks");
        for (Fields.Element element : elements) {
            tasks.add(TaskDecoder.decode(element.fields(problems)));
        }
        JobDecoder.refuseTwins(tasks.stream().map(TaskSpec::name).toList(), elements, "task", problems);
        fields.rejectUnknown();
        // names, commands and tasks that are missing have been told; the record itself takes none of them
        return new GroupSpec(
                name,
                count,
                constraints,
                placement,
                mode,
                policy,
                updates,
                disconnect,
                userNamespace,
                tasks.isEmpty() ? List.of(TaskDecoder.STAND_IN) : tasks);
    }

    private static Outcome<Integer> count(String path, JsonNode node) {
        Outcome<Long> any = Scalars.integer(path, node, 0, Long.MAX_VALUE);
        if (any instanceof Outcome.Ok<Long> ok && ok.value() > GroupSpec.MAX_COUNT) {
            return Outcome.refused(Rejected.invalid(
                    path,
                    Scalars.shown(node),
                    "is above " + GroupSpec.MAX_COUNT + " instances of one group: split it over several jobs"));
        }
        return Scalars.integer(path, node, 0, GroupSpec.MAX_COUNT)
                .fold(count -> Outcome.ok(count.intValue()), Outcome::refused);
    }

    private static Outcome<NetworkMode> network(String path, JsonNode node) {
        if (node.isTextual() && LATER_NETWORKS.contains(node.textValue())) {
            return Outcome.refused(Rejected.invalid(
                    path,
                    node.textValue(),
                    "comes later: private (loopback only) and host (the node's network) work now"));
        }
        return Fields.choice(path, node, Arrays.asList(NetworkMode.values()), NetworkMode::text);
    }
}
