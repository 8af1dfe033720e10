package io.holdfast.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that hold a format still: what the program writes must be what the file says, to the byte. {@code -Dholdfast.golden=write}
 * writes them anew; a changed one wants a new version of its format, or a reason in the commit why old readers do not mind.
 */
public final class Golden {
    private Golden() {}

    /** @param path from the module's directory, as {@code src/test/resources/golden/job-1.json} */
    public static void check(String path, String actual) {
        try {
            Path file = Path.of(path);
            if ("write".equals(System.getProperty("holdfast.golden"))) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
                return;
            }
            String expected = Files.readString(file);
            if (!expected.equals(actual)) {
                throw new AssertionError("the format of " + path + " has changed (see " + Golden.class.getSimpleName()
                        + ")\nexpected: " + expected + "\nbut was:  " + actual);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot read " + path + ": run once with -Dholdfast.golden=write", e);
        }
    }
}
