package io.holdfast.scheduler.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** What is packed beside the classes. */
final class Resources {
    private Resources() {}

    /** Blocks; the resource must be there. */
    static byte[] bytes(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path beside " + beside.getName());
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + name + " from the class path failed", e);
        }
    }
}
