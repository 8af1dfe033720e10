package io.holdfast.model.job;

/** What a job's end means. */
public enum JobType {
    /** Runs for ever; a task that ends is started again. */
    SERVICE("service", true),
    /** Runs to its end; exit code 0 completes it. */
    BATCH("batch", true),
    /** One instance on every node. */
    SYSTEM("system", false),
    /** A batch that starts anew by the clock. */
    PERIODIC("periodic", false);

    private final String text;
    private final boolean runnable;

    JobType(String text, boolean runnable) {
        this.text = text;
        this.runnable = runnable;
    }

    public String text() {
        return text;
    }

    /** Whether this version can run it; the others parse and are refused when submitted. */
    public boolean runnable() {
        return runnable;
    }
}
