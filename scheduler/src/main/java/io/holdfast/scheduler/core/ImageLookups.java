package io.holdfast.scheduler.core;

import io.holdfast.model.Clock;
import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Constraint.Operator;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.line.NodeImages;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.scheduler.store.Pinned;
import io.vertx.core.AsyncResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what the tags of jobs stand for: each is asked of one ready node, of the next where that one cannot say, at growing
 * distances, until it is known or nobody wants it. Nothing of it outlives an epoch; the next leader asks anew. On the core's loop.
 */
final class ImageLookups {
    private static final Logger LOG = LoggerFactory.getLogger(ImageLookups.class);

    private final ImageLookup nodesAnswer;
    private final NodeTracker nodes;
    private final Clock clock;
    private final BiConsumer<Pinned, String> found;

    /** By reference, of the present version of each job that waits. */
    private final Map<JobKey, Map<String, Lookup>> byJob = new LinkedHashMap<>();

    private int asked;

    /** @param found told what a tag stands for, and the name of the node that said so */
    ImageLookups(ImageLookup nodesAnswer, NodeTracker nodes, Clock clock, BiConsumer<Pinned, String> found) {
        this.nodesAnswer = nodesAnswer;
        this.nodes = nodes;
        this.clock = clock;
        this.found = found;
    }

    /** The job is as it is now: what it does not want any more is not asked for any more, and late answers are dropped. */
    void want(JobRecord job) {
        Map<String, Lookup> present = byJob.getOrDefault(job.job().key(), Map.of());
        Map<String, Lookup> wanted = new LinkedHashMap<>();
        wanted(job).forEach((reference, constraints) -> {
            Lookup before = present.get(reference);
            boolean same = before != null && before.version == job.job().version();
            wanted.put(
                    reference,
                    same ? before : new Lookup(job.job().key(), job.job().version(), reference, constraints));
        });
        if (wanted.isEmpty()) {
            byJob.remove(job.job().key());
        } else {
            byJob.put(job.job().key(), wanted);
        }
    }

    /** The tags that must be known before something can be placed, with what the first group that has it demands of a node. */
    private static Map<String, List<Constraint>> wanted(JobRecord job) {
        Map<String, List<Constraint>> wanted = new LinkedHashMap<>();
        if (!job.job().stopped()) {
            for (GroupSpec group : job.job().spec().groups()) {
                job.job()
                        .pins()
                        .of(group.name())
                        .filter(pin -> !pin.resolved() && group.count() > 0)
                        .forEach(pin -> wanted.putIfAbsent(
                                pin.reference(), demands(job.job().spec().scope(), group)));
            }
        }
        return wanted;
    }

    private static List<Constraint> demands(NodeScope scope, GroupSpec group) {
        List<Constraint> demands = new ArrayList<>(group.constraints());
        if (!scope.pool().equals(NodeScope.ANY_POOL)) {
            demands.add(new Constraint(NodeRegistration.POOL, Operator.EQUAL, scope.pool()));
        }
        if (!scope.datacenters().isEmpty()) {
            String any = String.join(",", scope.datacenters());
            demands.add(new Constraint(NodeRegistration.DATACENTER, Operator.IN, any));
        }
        return demands;
    }

    /** Asks what can be asked now. */
    void advance() {
        List<Node> ready = byJob.isEmpty() ? List.of() : ready();
        if (ready.isEmpty()) {
            return;
        }
        for (Map<String, Lookup> ofJob : List.copyOf(byJob.values())) {
            for (Lookup lookup : ofJob.values()) {
                if (asked >= CoreLimits.LOOKUPS_AT_ONCE) {
                    return;
                }
                if (lookup.due(clock.monotonicMillis())) {
                    ask(lookup, lookup.choose(ready));
                }
            }
        }
    }

    private List<Node> ready() {
        return nodes.nodes().stream()
                .filter(node -> node.takesWork() && node.line)
                .toList();
    }

    private void ask(Lookup lookup, Node node) {
        asked++;
        lookup.asks(node);
        nodesAnswer.resolve(node.id, lookup.reference).onComplete(answer -> {
            asked--;
            if (byJob.getOrDefault(lookup.job, Map.of()).get(lookup.reference) == lookup) {
                answered(lookup, answer);
            }
        });
    }

    private void answered(Lookup lookup, AsyncResult<NodeImages.Resolved> answer) {
        // what a node says becomes part of a reference, in the store and on other nodes
        if (answer.succeeded() && Image.isDigest(answer.result().digest())) {
            found.accept(lookup.found(answer.result()), lookup.node);
            return;
        }
        String why = answer.succeeded()
                ? "the node's answer has no digest"
                : String.valueOf(answer.cause().getMessage());
        lookup.failed(why, clock.monotonicMillis());
        LOG.warn("{}", lookup.reason());
    }

    /** Why a job's groups wait, by group. */
    Map<String, String> reasons(JobRecord job) {
        Map<String, String> reasons = new HashMap<>();
        Map<String, Lookup> own = byJob.getOrDefault(job.job().key(), Map.of());
        job.job().pins().all().stream()
                .filter(pin -> !pin.resolved() && own.containsKey(pin.reference()))
                .forEach(pin -> reasons.putIfAbsent(pin.group(), reason(own.get(pin.reference()))));
        return reasons;
    }

    private String reason(Lookup lookup) {
        if (!lookup.waits() || !ready().isEmpty()) {
            return lookup.reason();
        }
        long known = nodes.nodes().stream().filter(node -> node.registered).count();
        return known == 0
                ? "there are no nodes"
                : known + (known == 1 ? " node takes no new work" : " nodes take no new work");
    }

    void clear() {
        byJob.clear();
    }

    /** Whether nothing can be asked now and nothing is being asked. */
    boolean idle() {
        return asked == 0
                && (ready().isEmpty()
                        || byJob.values().stream()
                                .flatMap(ofJob -> ofJob.values().stream())
                                .noneMatch(lookup -> lookup.due(clock.monotonicMillis())));
    }
}
