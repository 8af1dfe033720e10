package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.model.error.ErrorCode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Holds the documentation to what it speaks of: links lead somewhere, the reference names what there is and nothing else. */
class DocsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path CLI_PAGE = ROOT.resolve("docs/reference/cli.md");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
    private static final Pattern CODE_CELL = Pattern.compile("(?m)^\\| ([0-9]+) \\|");
    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

    private static final Pattern REFERENCE = Pattern.compile("\\{@link (io\\.holdfast[\\w.]*)");

    /** A reader called {@code in} asked for a key. */
    private static final Pattern CONFIG_KEY = Pattern.compile("\\bin(?:\\.\\w+\\(|, )\\s*\"([a-z][a-z.-]*)\"");

    @Test
    void shouldLeadSomewhereWhenALinkIsRelative() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            String text = FENCED.matcher(Files.readString(page)).replaceAll("");
            for (String link : all(LINK, text)) {
                if (link.contains("://")) {
                    continue;
                }
                links++;
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty()
                        ? page
                        : page.resolveSibling(parts[0]).normalize();
                if (!Files.exists(target)
                        || parts.length == 2 && !anchors(target).contains(parts[1])) {
                    broken.add(ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(links).isGreaterThan(20);
        assertThat(broken).isEmpty();
    }

    @Test
    void shouldBeReachedFromTheIndexWhenAPageIsDocumentation() throws IOException {
        String maps = Files.readString(ROOT.resolve("docs/index.md"))
                + Files.readString(ROOT.resolve("docs/decisions/README.md"));
        List<String> lost = new ArrayList<>();
        for (Path page : pages()) {
            String name = page.getFileName().toString();
            if (page.startsWith(ROOT.resolve("docs")) && !name.equals("index.md") && !maps.contains(name + ")")) {
                lost.add(ROOT.relativize(page).toString());
            }
        }
        assertThat(lost).isEmpty();
    }

    @Test
    void shouldNameEveryCommandAndNoOther() throws IOException {
        Set<String> known = commands().stream().map(CommandSpec::name).collect(Collectors.toCollection(TreeSet::new));

        assertThat(new TreeSet<>(all(FIRST_CELL, section("Commands")))).isEqualTo(known);
    }

    @Test
    void shouldNameEveryOptionAndNoOther() throws IOException {
        Set<String> known = Stream.of(Stream.of(root().getCommandSpec()), commands().stream(), groupCommands())
                .flatMap(some -> some)
                .flatMap(command -> command.options().stream())
                .map(CommandLine.Model.OptionSpec::longestName)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(new TreeSet<>(all(OPTION, Files.readString(CLI_PAGE).replaceAll("\\| ---[ |-]*", ""), 0)))
                .isEqualTo(known);
    }

    @Test
    void shouldNameEveryExitCodeAndNoOther() throws IOException, IllegalAccessException {
        Set<String> known = new TreeSet<>();
        for (Field field : ExitCodes.class.getFields()) {
            known.add(String.valueOf(field.getInt(null)));
        }
        String section = section("Exit codes");
        for (ErrorCode code : ErrorCode.values()) {
            known.add(String.valueOf(code.exitCode()));
            assertThat(section.lines().filter(line -> line.startsWith("| " + code.exitCode() + " |")))
                    .as(code.code())
                    .singleElement()
                    .asString()
                    .contains("`" + code.code() + "`");
        }

        assertThat(new TreeSet<>(all(CODE_CELL, section))).isEqualTo(known);
    }

    @ParameterizedTest
    @CsvSource({
        "Scheduler, scheduler/src/main/java/io/holdfast/scheduler/SchedulerConfig.java",
        "Agent, node-agent/src/main/java/io/holdfast/agent/AgentConfig.java",
        "Keeper, node-agent/src/main/java/io/holdfast/keeper/KeeperConfig.java",
        "Policy, node-agent/src/main/java/io/holdfast/keeper/Policy.java"
    })
    void shouldNameEveryConfigurationKeyAndNoOther(String title, String source) throws IOException {
        String page = Files.readString(ROOT.resolve("docs/reference/configuration.md"));
        Set<String> asked = new TreeSet<>(all(CONFIG_KEY, Files.readString(ROOT.resolve(source))));

        assertThat(new TreeSet<>(all(FIRST_CELL, section(page, title)))).isEqualTo(asked);
    }

    /** Neither the compiler nor the formatter notices that a class has moved. */
    @Test
    void shouldNameClassesThatExistWhenAPackageDescribesItself() throws IOException {
        List<Path> sources = sources();
        List<String> wrong = new ArrayList<>();
        for (Path source : sources) {
            Path description = source.resolveSibling("package-info.java");
            if (source.toString().contains("/src/main/") && !Files.exists(description)) {
                wrong.add(ROOT.relativize(description) + " is missing");
            }
            if (!source.equals(description)) {
                continue;
            }
            String text = Files.readString(source).replaceAll("\\s+\\*\\s+", " ");
            for (String name : all(REFERENCE, text)) {
                String path = "/java/" + name.replace('.', '/');
                if (sources.stream()
                        .noneMatch(file -> file.toString().endsWith(path + ".java")
                                || file.getParent().toString().endsWith(path))) {
                    wrong.add(ROOT.relativize(source) + ": " + name);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module :
                List.of("shared-model", "placement", "simulation", "scheduler", "node-agent", "cli", "benchmarks")) {
            try (Stream<Path> paths = Files.walk(ROOT.resolve(module).resolve("src"))) {
                paths.filter(path -> path.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    private static CommandLine root() {
        return Holdfast.commandLine(io.holdfast.cli.output.Console.system());
    }

    private static List<CommandSpec> commands() {
        return root().getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden())
                .toList();
    }

    /** Those of {@code oci} have a page of their own. */
    private static Stream<CommandSpec> groupCommands() {
        return commands().stream()
                .filter(group -> !group.name().equals("oci"))
                .flatMap(group -> group.subcommands().values().stream())
                .map(CommandLine::getCommandSpec);
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String start : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "ops")) {
            try (Stream<Path> paths = Files.walk(ROOT.resolve(start))) {
                paths.filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }

    /** As web pages of repositories make them of headings. */
    private static Set<String> anchors(Path page) throws IOException {
        return all(HEADING, Files.readString(page)).stream()
                .map(heading -> heading.toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String section(String title) throws IOException {
        return section(Files.readString(CLI_PAGE), title);
    }

    private static String section(String page, String title) {
        return Arrays.stream(page.split("(?m)^## "))
                .filter(section -> section.startsWith(title + "\n"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no section " + title));
    }

    private static List<String> all(Pattern pattern, String text) {
        return all(pattern, text, 1);
    }

    private static List<String> all(Pattern pattern, String text, int group) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult result) -> result.group(group))
                .toList();
    }
}
