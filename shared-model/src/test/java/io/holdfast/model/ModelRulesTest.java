package io.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.holdfast.testkit.ArchRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ModelRulesTest {
    private static final JavaClasses CLASSES = ArchRules.classesOf("io.holdfast");

    @Test
    void shouldKnowNoFramework() {
        ArchRules.noFramework(
                        "io.holdfast.model..",
                        "the command line and the keeper carry the model without Vert.x, Hazelcast, jnr or JDBC, and its values outlive all of them")
                .check(CLASSES);
    }

    @Test
    void shouldStandBelowAllElse() {
        ArchRules.knowsNothingOf(
                        "io.holdfast.model..",
                        "arrows point one way: everything knows the model, the model knows nobody",
                        "io.holdfast.cluster..",
                        "io.holdfast.placement..",
                        "io.holdfast.scheduler..",
                        "io.holdfast.agent..",
                        "io.holdfast.keeper..",
                        "io.holdfast.cli..")
                .check(CLASSES);
    }

    @Test
    void shouldTakeTimeAndChanceFromOutside() {
        ArchRules.injectedTimeAndChance().check(CLASSES);
    }

    @Test
    void shouldHaveNoCircles() {
        ArchRules.noCircles("io.holdfast.model").check(CLASSES);
    }

    /** The rule itself must be able to fail: the test kit's own waiting asks the machine's clock. */
    @Test
    void shouldNoticeWhoAsksTheMachineForTheTime() {
        JavaClasses testkit = new ClassFileImporter().importPackages("io.holdfast.testkit");
        assertThatThrownBy(() -> ArchRules.injectedTimeAndChance().check(testkit))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Await");
    }

    @Test
    void shouldSayInEveryPackageWhatLivesThere() throws IOException {
        for (String root : List.of("src/main/java", "src/test/java/io/holdfast/testkit")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                List<Path> silent = files.filter(file -> file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .distinct()
                        .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
                        .toList();
                assertThat(silent).isEmpty();
            }
        }
    }
}
