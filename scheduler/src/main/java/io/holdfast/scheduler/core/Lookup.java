package io.holdfast.scheduler.core;

import io.holdfast.model.job.Constraint;
import java.util.List;

/** One tag that is to become known, and how far that has come. */
final class Lookup {
    final ImageLookups.Tag tag;

    /** The name of the node that was asked last. */
    String node = "";

    /** It is known, and on its way into the store. */
    boolean answered;

    private final List<Constraint> constraints;
    private boolean asking;
    private int attempts;
    private long notBeforeMillis = Long.MIN_VALUE;
    private String failure = "";

    /** @param constraints of a group that has the tag */
    Lookup(ImageLookups.Tag tag, List<Constraint> constraints) {
        this.tag = tag;
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
        return from.get(Math.floorMod(tag.reference().hashCode() + attempts, from.size()));
    }

    private static boolean meets(Node node, Constraint constraint) {
        boolean equal = constraint.value().equals(node.registration.attributes().get(constraint.attribute()));
        return equal == (constraint.operator() == Constraint.Operator.EQUAL);
    }

    void asks(Node asked) {
        asking = true;
        attempts++;
        node = asked.registration.name();
    }

    void failed(String why, long nowMillis) {
        asking = false;
        String told = String.valueOf(why)
                .replaceFirst("^(image )?" + java.util.regex.Pattern.quote(tag.reference()) + ": ", "");
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
            return "image " + tag.reference() + " is not resolved by node " + node + " and is asked for again: "
                    + failure;
        }
        return asking || answered
                ? "waits for node " + node + " to resolve image " + tag.reference()
                : "image " + tag.reference() + " waits for its turn to be resolved";
    }
}
