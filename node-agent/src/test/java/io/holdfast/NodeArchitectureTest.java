package io.holdfast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls between the two processes of a node, and inside the keeper. */
@AnalyzeClasses(
        packages = {"io.holdfast.agent", "io.holdfast.keeper"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class NodeArchitectureTest {

    @ArchTest
    static final ArchRule KEEPER_KNOWS_NO_FRAMEWORK = noClasses()
            .that()
            .resideInAPackage("io.holdfast.keeper..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "com.hazelcast..")
            .because("it runs as root, in a heap of 48 MiB, without a network: what is not there cannot be attacked");

    @ArchTest
    static final ArchRule KEEPER_KNOWS_NO_CLUSTER = noClasses()
            .that()
            .resideInAPackage("io.holdfast.keeper..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.holdfast.agent..",
                    "io.holdfast.cluster..",
                    "io.holdfast.model.job..",
                    "io.holdfast.model.state..")
            .because(
                    "it is a container runtime that anyone could reuse: its words are sandbox and container, not job and node");

    @ArchTest
    static final ArchRule AGENT_SPEAKS_OVER_THE_SOCKET = noClasses()
            .that()
            .resideInAPackage("io.holdfast.agent..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.holdfast.keeper",
                    "io.holdfast.keeper.linux..",
                    "io.holdfast.keeper.cgroup..",
                    "io.holdfast.keeper.root..",
                    "io.holdfast.keeper.log..")
            .because("the agent has no privileges: all it may ask of the keeper is in keeper.api and keeper.oci");

    @ArchTest
    static final ArchRule MESSAGES_STAND_ALONE = classes()
            .that()
            .resideInAnyPackage("io.holdfast.keeper.api..", "io.holdfast.keeper.oci..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "com.fasterxml.jackson..", "io.holdfast.keeper.api..", "io.holdfast.keeper.oci..")
            .because("both processes share these packages, and what they pull in the other side would have to carry");

    @ArchTest
    static final ArchRule NATIVE_CALLS_PASS_ONE_DOOR = noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.keeper.linux..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "com.kenai..")
            .because(
                    "errno becomes an exception with its call in one place, and tests can stand in for the kernel there");

    @ArchTest
    static final ArchRule CGROUPS_AND_LOGS_KNOW_NO_CONTAINER = noClasses()
            .that()
            .resideInAnyPackage("io.holdfast.keeper.cgroup..", "io.holdfast.keeper.log..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.holdfast.keeper", "io.holdfast.keeper.api..", "io.holdfast.keeper.root..")
            .because("they serve the keeper and are tested without it");

    @ArchTest
    static final ArchRule CLOCKS_STAND_IN_ONE_FILE = noClasses()
            .that()
            .resideInAPackage("io.holdfast.keeper")
            .and()
            .doNotHaveSimpleName("SystemKeeperClock")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .because("deadlines are told by an injected clock");
}
