package io.holdfast.placement;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.holdfast.placement", importOptions = ImportOption.DoNotIncludeTests.class)
class PlacementArchitectureTest {

    @ArchTest
    static final ArchRule pureFunctions = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.vertx..", "com.hazelcast..", "jnr..", "java.sql..", "java.io..", "java.nio..", "java.time..")
            .because(
                    "placement is a pure function: a preview, a replay from a seed and a benchmark call it with plain data");
}
