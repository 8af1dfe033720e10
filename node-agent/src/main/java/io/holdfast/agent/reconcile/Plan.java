package io.holdfast.agent.reconcile;

import io.holdfast.model.state.AllocationReport;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What follows from a {@link Sight}.
 *
 * @param reports of all allocations that are wanted or run and are not busy
 * @param memory to remember from now on, of all that are not busy
 * @param forgotten allocations that need not be remembered any longer
 * @param missingSpecs hashes of specifications that are needed and not at hand
 * @param images that are needed now, also those that are there
 * @param wakeAtMillis when time alone changes the answer, {@link Long#MAX_VALUE} for never
 */
public record Plan(
        List<Work> works,
        List<AllocationReport> reports,
        Map<String, Remembered> memory,
        Set<String> forgotten,
        Set<String> missingSpecs,
        Set<ImageWish> images,
        long wakeAtMillis) {
    public Plan {
        works = List.copyOf(works);
        reports = List.copyOf(reports);
        memory = Map.copyOf(memory);
        forgotten = Set.copyOf(forgotten);
        missingSpecs = Set.copyOf(missingSpecs);
        images = Set.copyOf(images);
    }
}
