package io.holdfast.model.job;

/** Names a job: a job lives in a project, and its name is unique there. */
public record JobKey(String project, String job) implements Comparable<JobKey> {
    public static final String DEFAULT_PROJECT = "default";

    @Override
    public int compareTo(JobKey other) {
        int byProject = project.compareTo(other.project);
        return byProject != 0 ? byProject : job.compareTo(other.job);
    }

    @Override
    public String toString() {
        return project + "/" + job;
    }
}
