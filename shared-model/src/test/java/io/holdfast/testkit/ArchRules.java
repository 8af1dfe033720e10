package io.holdfast.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

/**
 * The rules about who may know whom, for the modules' tests. A module that uses them has archunit-junit5 among its test
 * dependencies. Each rule gives its reason when it is broken.
 */
public final class ArchRules {
    private static final String[] FRAMEWORKS = {
        "io.vertx..",
        "io.netty..",
        "com.hazelcast..",
        "jnr..",
        "com.kenai..",
        "java.sql..",
        "javax.sql..",
        "org.sqlite.."
    };

    private ArchRules() {}

    /** A module's own classes, without its tests. */
    public static JavaClasses classesOf(String... packages) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(packages);
    }

    /** Classes of {@code inPackage} use no framework. */
    public static ArchRule noFramework(String inPackage, String reason) {
        return noClasses()
                .that()
                .resideInAPackage(inPackage)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FRAMEWORKS)
                .because(reason);
    }

    /** Classes of {@code inPackage} know nothing of {@code others}. */
    public static ArchRule knowsNothingOf(String inPackage, String reason, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(inPackage)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .because(reason);
    }

    /** Nothing but {@link io.holdfast.model.SystemClock} asks the machine for the time, or draws from a hidden source. */
    public static ArchRule injectedTimeAndChance() {
        return noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.holdfast.model.SystemClock")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .callMethod(java.util.concurrent.ThreadLocalRandom.class, "current")
                .because(
                        "tests run a whole cluster in simulated time from a seed: take a Clock, an IdSource, a RandomGenerator");
    }

    /** Packages below {@code root} (as {@code io.holdfast.model}) form no circle. */
    public static ArchRule noCircles(String root) {
        return slices().matching(root + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("packages that need each other are one package, and are read, tested and moved only together");
    }
}
