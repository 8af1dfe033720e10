package io.holdfast.scheduler.core;

import io.holdfast.model.Clock;
import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.line.NodeImages;
import io.holdfast.scheduler.store.Pinned;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final Map<Tag, Lookup> lookups = new LinkedHashMap<>();
    private int asked;

    record Tag(JobKey job, int version, String reference) {}

    /** @param found told what a tag stands for, and the name of the node that said so */
    ImageLookups(ImageLookup nodesAnswer, NodeTracker nodes, Clock clock, BiConsumer<Pinned, String> found) {
        this.nodesAnswer = nodesAnswer;
        this.nodes = nodes;
        this.clock = clock;
        this.found = found;
    }

    /** The job is as it is now: what it does not want any more is not asked for any more, and late answers are dropped. */
    void want(JobRecord job) {
        Map<String, List<Constraint>> wanted = wanted(job);
        int version = job.job().version();
        lookups.keySet()
                .removeIf(tag -> tag.job().equals(job.job().key())
                        && !(tag.version() == version && wanted.containsKey(tag.reference())));
        wanted.forEach((reference, constraints) -> lookups.computeIfAbsent(
                new Tag(job.job().key(), version, reference), tag -> new Lookup(tag, constraints)));
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
                        .forEach(pin -> wanted.putIfAbsent(pin.reference(), group.constraints()));
            }
        }
        return wanted;
    }

    /** Asks what can be asked now. */
    void advance() {
        if (lookups.isEmpty()) {
            return;
        }
        List<Node> ready = ready();
        for (Lookup lookup : List.copyOf(lookups.values())) {
            if (asked >= CoreLimits.LOOKUPS_AT_ONCE || ready.isEmpty()) {
                return;
            }
            if (lookup.due(clock.monotonicMillis())) {
                ask(lookup, lookup.choose(ready));
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
        nodesAnswer.resolve(node.id, lookup.tag.reference()).onComplete(answer -> {
            asked--;
            if (lookups.get(lookup.tag) != lookup) {
                return;
            }
            if (answer.succeeded() && !answer.result().digest().isEmpty()) {
                lookup.answered = true;
                NodeImages.Resolved image = answer.result();
                found.accept(
                        new Pinned(
                                lookup.tag.job(),
                                lookup.tag.version(),
                                lookup.tag.reference(),
                                image.digest(),
                                image.layers()),
                        lookup.node);
            } else {
                lookup.failed(
                        answer.succeeded()
                                ? "the answer has no digest"
                                : answer.cause().getMessage(),
                        clock.monotonicMillis());
                LOG.warn("{}", lookup.reason());
            }
        });
    }

    /** Why a job's groups wait, by group. */
    Map<String, String> reasons(JobRecord job) {
        Map<String, String> reasons = new HashMap<>();
        for (String group : job.job().pins().waiting()) {
            job.job()
                    .pins()
                    .of(group)
                    .filter(pin -> !pin.resolved())
                    .map(pin -> lookups.get(new Tag(job.job().key(), job.job().version(), pin.reference())))
                    .flatMap(lookup -> Optional.ofNullable(lookup).stream())
                    .findFirst()
                    .ifPresent(lookup -> reasons.put(group, reason(lookup)));
        }
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
        lookups.clear();
    }

    /** Whether nothing can be asked now and nothing is being asked. */
    boolean idle() {
        return asked == 0
                && (ready().isEmpty()
                        || lookups.values().stream().noneMatch(lookup -> lookup.due(clock.monotonicMillis())));
    }
}
