package io.holdfast.keeper;

import org.junit.jupiter.api.Tag;

/** The same with real containers: namespaces, pins and overlay roots are among what must not be left. */
@Tag("root")
class ContainerCrashTest extends CrashTest {
    @Override
    KeeperFixture fixture() throws Exception {
        return KeeperFixture.real(directory);
    }

    @Override
    String launcher() {
        return "real";
    }
}
