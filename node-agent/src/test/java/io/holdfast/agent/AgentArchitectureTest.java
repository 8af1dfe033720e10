package io.holdfast.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls inside the agent. */
@AnalyzeClasses(packages = "io.holdfast.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class AgentArchitectureTest {

    @ArchTest
    static final ArchRule DECISIONS_ARE_PURE = noClasses()
            .that()
            .resideInAPackage("io.holdfast.agent.reconcile..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.vertx..", "com.hazelcast..", "java.io..", "java.nio..", "java.util.concurrent..", "org.slf4j..")
            .because("what to do next is a function of plain data, so that random lives of a node run in one thread");

    @ArchTest
    static final ArchRule DECISIONS_TAKE_THE_TIME_AS_AN_ARGUMENT = noClasses()
            .that()
            .resideInAPackage("io.holdfast.agent..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .because("the clock is injected: a test stops it, sets it back and lets it run");

    @ArchTest
    static final ArchRule HAZELCAST_STAYS_BEHIND_ITS_CLIENT = noClasses()
            .that()
            .resideInAPackage("io.holdfast.agent..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.hazelcast.map..")
            .because("calls on its maps block in places that do not look so; the cluster's AgentClient knows which");
}
