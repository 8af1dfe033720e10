package io.holdfast.keeper.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No guard without a test that bears its tag, and none that the documentation does not explain. */
@Tag("host-tools")
class GuardTest {
    private static final Path ROOT =
            Path.of("").toAbsolutePath().getFileName().toString().equals("node-agent")
                    ? Path.of("").toAbsolutePath().getParent()
                    : Path.of("").toAbsolutePath();

    private static Set<String> guards() {
        Set<String> guards = new TreeSet<>();
        for (Guard guard : Guard.values()) {
            guards.add(guard.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return guards;
    }

    private static Set<String> all(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void shouldHaveATestForEveryGuard() throws Exception {
        Set<String> tagged = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(ROOT.resolve("node-agent/src/test/java"))) {
            sources.filter(path -> path.toString().endsWith("Test.java")).forEach(path -> {
                try {
                    tagged.addAll(all(Pattern.compile("@Tag\\(\"guard-([a-z-]+)\"\\)"), Files.readString(path)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        assertThat(tagged).isEqualTo(guards());
    }

    @Test
    void shouldExplainEveryGuard() throws Exception {
        String page = Files.readString(ROOT.resolve("docs/how-to/test-guards.md"));
        assertThat(all(Pattern.compile("(?m)^\\| `([a-z-]+)` \\|"), page)).isEqualTo(guards());
    }
}
