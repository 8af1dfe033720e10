package io.holdfast.simulation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.holdfast.simulation", importOptions = ImportOption.DoNotIncludeTests.class)
class SimulationArchitectureTest {

    @ArchTest
    static final ArchRule noCluster = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "com.hazelcast..", "jnr..", "java.sql..", "java.time..")
            .because("a replay needs no cluster, and the same seed gives the same figures at any time");

    @ArchTest
    static final ArchRule filesInTraceOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.simulation.trace")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio..")
            .because("what is replayed is plain data, wherever it comes from");
}
