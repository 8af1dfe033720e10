package io.holdfast.keeper.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import io.holdfast.keeper.linux.Guard;
import io.holdfast.keeper.linux.TestGuards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs the tests of the guards with all guards on, and once for each guard without it: then they must fail. No test of the usual
 * runs; {@code bin/test-guards} runs it. The property {@code guards} names those to try, separated by blanks.
 */
@Tag("root")
class GuardsProof {

    private static List<String> guards() {
        String asked = System.getProperty("guards", "").trim();
        return asked.isEmpty()
                ? Arrays.stream(Guard.values())
                        .map(guard -> guard.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .toList()
                : List.of(asked.split("\\s+"));
    }

    private static TestExecutionSummary run(List<String> tags) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectPackage("io.holdfast.keeper"))
                                .filters(TagFilter.includeTags(
                                        tags.stream().map(tag -> "guard-" + tag).toList()))
                                .build(),
                        summary);
        return summary.getSummary();
    }

    private static TreeSet<String> failed(TestExecutionSummary summary) {
        TreeSet<String> names = new TreeSet<>();
        summary.getFailures()
                .forEach(failure -> failure.getTestIdentifier()
                        .getSource()
                        .filter(MethodSource.class::isInstance)
                        .map(source -> ((MethodSource) source).getMethodName())
                        .ifPresent(names::add));
        return names;
    }

    @Test
    void shouldGoRedWhenAGuardIsOff() {
        List<String> guards = guards();
        TestExecutionSummary all = run(guards);
        assertThat(failed(all)).as("with all guards on").isEmpty();
        assertThat(all.getTestsFailedCount()).isZero();
        assertThat(all.getTestsSucceededCount()).isGreaterThanOrEqualTo(guards.isEmpty() ? 0 : 1);
        System.out.printf("all guards on: %d tests green, as it should be%n", all.getTestsSucceededCount());
        List<String> unnoticed = new ArrayList<>();
        for (String guard : guards) {
            System.setProperty(TestGuards.PROPERTY, guard);
            try {
                TreeSet<String> red = failed(run(List.of(guard)));
                System.out.printf(
                        "without %s: %s%n",
                        guard, red.isEmpty() ? "NO TEST NOTICES" : "red, as it should be: " + String.join(" ", red));
                if (red.isEmpty()) {
                    unnoticed.add(guard);
                }
            } finally {
                System.clearProperty(TestGuards.PROPERTY);
            }
        }
        assertThat(unnoticed).as("guards that no test misses").isEmpty();
    }
}
