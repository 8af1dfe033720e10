package io.holdfast.model.job;

/** What happens to an instance whose node has lost the cluster. */
public enum DisconnectPolicy {
    /** It runs on and is reconciled on return. */
    KEEP("keep"),
    /** The node stops it before the cluster may replace it: never two at once. */
    STOP("stop");

    private final String text;

    DisconnectPolicy(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
