package io.holdfast.scheduler.core;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.line.NodeImages;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.placement.table.AttributeMatch;
import io.holdfast.scheduler.store.Pinned;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One tag of one version of a job that is to become known, and how far that has come. */
final class Lookup {
    final JobKey job;
    final int version;
    final String reference;

    /** The name of the node that was asked last. */
    String node = "";

    private final List<Constraint> constraints;
    private boolean asking;

    /** It is known, and on its way into the store. */
    private boolean answered;

    private int attempts;
    private long notBeforeMillis = Long.MIN_VALUE;
    private String failure = "";

    /** @param constraints of a group that has the tag */
    Lookup(JobKey job, int version, String reference, List<Constraint> constraints) {
        this.job = job;
        this.version = version;
        this.reference = reference;
        this.constraints = constraints;
    }

    /** @param nowMillis monotonic */
    boolean due(long nowMillis) {
        return !asking && !answered && nowMillis >= notBeforeMillis;
    }

    /** For its turn, or for a node. */
    boolean waits() {
        return !asking && !answered;
    }

    /**
     * Another one each time. Rather one that the group may run on: it has the registry's credentials, and the image's platform.
     *
     * @param ready not empty
     */
    Node choose(List<Node> ready) {
        List<Node> fit = ready.stream()
                .filter(one -> constraints.stream().allMatch(constraint -> meets(one, constraint)))
                .toList();
        List<Node> from = fit.isEmpty() ? ready : fit;
        return from.get(Math.floorMod(reference.hashCode() + attempts, from.size()));
    }

    private static boolean meets(Node node, Constraint constraint) {
        Map<String, String> attributes = node.registration.attributes();
        String value = switch (constraint.attribute()) {
            case "node.id" -> attributes.getOrDefault("node.id", node.id);
            case "node.name" -> attributes.getOrDefault("node.name", node.registration.name());
            case NodeRegistration.POOL -> attributes.getOrDefault(NodeRegistration.POOL, NodeScope.DEFAULT_POOL);
            case NodeRegistration.DATACENTER ->
                attributes.getOrDefault(NodeRegistration.DATACENTER, NodeScope.DEFAULT_DATACENTER);
            default -> attributes.get(constraint.attribute());
        };
        return AttributeMatch.of(constraint).test(value == null ? "" : value);
    }

    void asks(Node asked) {
        asking = true;
        attempts++;
        node = asked.registration.name();
    }

    Pinned found(NodeImages.Resolved image) {
        asking = false;
        answered = true;
        return new Pinned(job, version, reference, image.digest(), image.layers());
    }

    void failed(String why, long nowMillis) {
        asking = false;
        String told = String.valueOf(why).replaceFirst("^(image )?" + Pattern.quote(reference) + ": ", "");
        failure = told.length() <= CoreLimits.LOOKUP_MESSAGE_LENGTH
                ? told
                : told.substring(0, CoreLimits.LOOKUP_MESSAGE_LENGTH - 1) + "…";
        notBeforeMillis = nowMillis + backOffMillis();
    }

    private long backOffMillis() {
        long millis = CoreLimits.LOOKUP_RETRY_MILLIS;
        for (int i = 1; i < attempts && millis < CoreLimits.LOOKUP_RETRY_MAX_MILLIS; i++) {
            millis *= 2;
        }
        return Math.min(millis, CoreLimits.LOOKUP_RETRY_MAX_MILLIS);
    }

    /** In one line. */
    String reason() {
        if (!failure.isEmpty()) {
            return "image " + reference + " is not resolved by node " + node + " and is asked for again: " + failure;
        }
        return asking || answered
                ? "waits for node " + node + " to resolve image " + reference
                : "image " + reference + " waits for its turn to be resolved";
    }
}
