package io.holdfast.placement.table;

import io.holdfast.placement.request.Ask;
import java.util.HashMap;
import java.util.Map;

/** Who is where: the instances of each group, those of each job, and those that want to be apart from a job. Of what has none, nothing is kept. */
public final class Company {
    private final Map<String, Siblings> groups = new HashMap<>();
    private final Map<String, Siblings> jobs = new HashMap<>();

    /** By the job that they want to be apart from. */
    private final Map<String, Siblings> apart = new HashMap<>();

    void change(int row, Ask ask, int more) {
        count(groups, ask.group(), row, more);
        count(jobs, ask.job(), row, more);
        for (int i = 0; i < ask.requirements().apartFrom().size(); i++) {
            count(apart, ask.requirements().apartFrom().get(i), row, more);
        }
    }

    private static void count(Map<String, Siblings> all, String key, int row, int more) {
        if (key.isEmpty()) {
            return;
        }
        Siblings some = all.computeIfAbsent(key, any -> new Siblings());
        some.add(row, more);
        if (some.total() == 0) {
            all.remove(key);
        }
    }

    /** Attributes of nodes have changed. */
    void forgetValues() {
        groups.values().forEach(Siblings::forgetValues);
    }

    /** To be asked for anew once anything has changed. */
    public Siblings ofGroup(String group) {
        return groups.getOrDefault(group, Siblings.NONE);
    }

    public Siblings ofJob(String job) {
        return jobs.getOrDefault(job, Siblings.NONE);
    }

    public Siblings apartFrom(String job) {
        return apart.getOrDefault(job, Siblings.NONE);
    }
}
