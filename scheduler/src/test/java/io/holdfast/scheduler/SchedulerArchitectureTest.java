package io.holdfast.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.holdfast.testkit.ArchRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom in the scheduler, and why. */
class SchedulerArchitectureTest {
    private static final String ROOT = "io.holdfast.scheduler.";
    private static final JavaClasses CLASSES = ArchRules.classesOf("io.holdfast.scheduler");

    @Test
    void shouldReconcileWithoutAnyFramework() {
        ArchRules.noFramework(
                        ROOT + "reconcile..",
                        "the reconciler is a pure function: tests and previews call it with plain data")
                .check(CLASSES);
        ArchRules.knowsNothingOf(
                        ROOT + "reconcile..",
                        "what decides knows nothing of what carries out",
                        ROOT + "core..",
                        ROOT + "store..",
                        ROOT + "publish..",
                        ROOT + "leader..",
                        ROOT + "api..",
                        ROOT + "line..")
                .check(CLASSES);
    }

    @Test
    void shouldAskTheCoreAndNobodyElseFromOutside() {
        for (String outside : List.of("api..", "line..", "dashboard..", "auth..")) {
            ArchRules.knowsNothingOf(
                            ROOT + outside,
                            "users and agents speak to the core, through its view and its commands: a second way to the "
                                    + "database or to Hazelcast would be a second truth",
                            ROOT + "store..",
                            ROOT + "publish..",
                            ROOT + "leader..",
                            ROOT + "reconcile..",
                            "com.hazelcast..",
                            "java.sql..")
                    .check(CLASSES);
        }
    }

    @Test
    void shouldKeepTheCoreFreeOfServersDatabasesAndHazelcast() {
        ArchRules.knowsNothingOf(
                        ROOT + "core..",
                        "the core runs in simulation, in one thread and in simulated time",
                        ROOT + "api..",
                        ROOT + "line..",
                        ROOT + "dashboard..",
                        "com.hazelcast..",
                        "java.sql..",
                        "io.vertx.ext..",
                        "io.vertx.core.http..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "core..", ROOT + "leader..", ROOT + "reconcile..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.vertx.core.Vertx")
                .because("threads and timers come from the loop that is given to them")
                .check(CLASSES);
    }

    @Test
    void shouldPublishAndLeadWithoutKnowingTheCore() {
        for (String part : List.of("publish..", "leader..", "loop..")) {
            ArchRules.knowsNothingOf(
                            ROOT + part,
                            "the core uses them, not they the core",
                            ROOT + "core..",
                            ROOT + "api..",
                            ROOT + "line..",
                            ROOT + "reconcile..")
                    .check(CLASSES);
        }
    }

    @Test
    void shouldStoreWithoutKnowingMoreOfTheCoreThanItsEvents() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "store..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "core..")
                .because("the store remembers what it is given, whoever decided it")
                .check(CLASSES);
    }

    @Test
    void shouldTakeTimeAndChanceFromOutside() {
        ArchRules.injectedTimeAndChance().check(CLASSES);
    }

    @Test
    void shouldSayInEveryPackageWhatLivesThere() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> silent = files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .distinct()
                    .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
                    .toList();
            assertThat(silent).isEmpty();
        }
    }
}
