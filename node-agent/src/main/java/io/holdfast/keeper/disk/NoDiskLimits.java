package io.holdfast.keeper.disk;

import java.io.IOException;
import java.nio.file.Path;

/** On a host that has no means. */
record NoDiskLimits(String missing) implements DiskLimits {
    @Override
    public String kind() {
        return "none";
    }

    @Override
    public void impose(Path root, long bytes) throws IOException {
        throw new IOException("this node cannot limit disks: " + missing);
    }

    @Override
    public void settle(Path root) {
        // nothing was imposed
    }

    @Override
    public void lift(Path root) {
        // nothing was imposed
    }

    @Override
    public long used(Path root) {
        return 0;
    }
}
