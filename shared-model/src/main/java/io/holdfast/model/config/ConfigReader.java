package io.holdfast.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.Problems;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.text.Suggestion;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Typed values of one process's configuration. A key is looked for among the flags ({@code --http-port}), then in the
 * environment ({@code HOLDFAST_SCHEDULER_HTTP_PORT}: role and key in capitals, dashes and dots as underscores), then in the
 * file ({@code http-port: 7470}; {@code node.lost-after} may stand as a mapping {@code node:} with a field {@code
 * lost-after:}), and has its default otherwise.
 *
 * <pre>{@code
 * ConfigReader in = ConfigReader.forRole("scheduler").flags(flags).environment(System.getenv()).file(path).open();
 * int port = in.integer("http-port", 7470, 0, 65_535);
 * long lostAfterMillis = in.durationMillis("node.lost-after", 10_000, 1_000, 3_600_000);
 * return in.finish(() -> new SchedulerConfig(port, lostAfterMillis));
 * }</pre>
 *
 * <p>Every method answers a stand-in when the value is wrong, and {@link #finish} tells all that was wrong at once. Messages
 * say where a value came from, and never show one that was asked for as a {@link #secret}, nor that of an unknown key.
 * Reads the file once, when opened. For one thread.
 */
public final class ConfigReader {
    /** Bytes of the largest file that is read. */
    public static final int MAX_FILE_BYTES = 1 << 20;

    /** Elements of the longest list. */
    public static final int MAX_ELEMENTS = 1_024;

    private final ConfigSources sources;
    private final Problems problems;
    private final Set<String> asked = new LinkedHashSet<>();

    ConfigReader(ConfigSources sources, Problems problems) {
        this.sources = sources;
        this.problems = problems;
    }

    /** @param role {@code scheduler}, {@code agent}, {@code keeper}: part of the environment's names */
    public static ConfigSources.Builder forRole(String role) {
        return new ConfigSources.Builder(role);
    }

    /** Whether the key stands anywhere. */
    public boolean has(String key) {
        return sources.find(key).isPresent();
    }

    public String text(String key, String otherwise) {
        return read(key, otherwise, Scalars::text);
    }

    /** A text that must be given. */
    public String requiredText(String key) {
        return required(key, "", Scalars::text);
    }

    /** One of few words. */
    public <T> T choice(String key, T otherwise, Collection<T> choices, Function<T, String> word) {
        return read(key, otherwise, (at, node) -> Fields.choice(at, node, choices, word));
    }

    public int integer(String key, int otherwise, int min, int max) {
        return (int) number(key, otherwise, min, max);
    }

    public long number(String key, long otherwise, long min, long max) {
        return read(key, otherwise, (at, node) -> Scalars.integer(at, ConfigSources.typed(node), min, max));
    }

    public boolean flag(String key, boolean otherwise) {
        return read(key, otherwise, (at, node) -> Scalars.flag(at, ConfigSources.typed(node)));
    }

    /** Bytes, of {@code 512Mi}. */
    public long sizeBytes(String key, long otherwise, long min, long max) {
        return read(key, otherwise, (at, node) -> Scalars.sizeBytes(at, node, min, max));
    }

    /** Milliseconds, of {@code 10s}. */
    public long durationMillis(String key, long otherwise, long min, long max) {
        return read(key, otherwise, (at, node) -> Scalars.durationMillis(at, node, min, max));
    }

    /** Thousandths of a core, of {@code 200m} or {@code 2}. */
    public long cpuMillis(String key, long otherwise, long min, long max) {
        return read(key, otherwise, (at, node) -> Scalars.cpuMillis(at, node, min, max));
    }

    /** A path; one in the file that is not absolute counts from the file's directory, others from the working directory. */
    public Path path(String key, Path otherwise) {
        return read(key, otherwise, pathReader(key));
    }

    public Path requiredPath(String key) {
        return required(key, Path.of(""), pathReader(key));
    }

    /** A list of texts; in flags and environment, separated by commas. */
    public List<String> texts(String key, List<String> otherwise) {
        return read(key, otherwise, this::texts);
    }

    /** Texts by name: a mapping in the file, {@code a=b,c=d} in flags and environment. */
    public SortedMap<String, String> mapping(String key) {
        SortedMap<String, String> mapping = new TreeMap<>();
        List<String> inFile = sources.below(key);
        inFile.forEach(asked::add);
        if (inFile.isEmpty() || sources.overridden(key)) {
            for (String pair : read(key, List.<String>of(), ConfigReader::pairs)) {
                int equals = pair.indexOf('=');
                if (equals < 0) {
                    reject(key, pair, "has no value: write name=value");
                } else {
                    mapping.put(
                            pair.substring(0, equals).strip(),
                            pair.substring(equals + 1).strip());
                }
            }
        } else {
            for (String one : inFile) {
                Optional<String> text = read(
                        one,
                        Optional.empty(),
                        (at, node) ->
                                Scalars.text(at, node).fold(value -> Outcome.ok(Optional.of(value)), Outcome::refused));
                text.ifPresent(value -> mapping.put(one.substring(key.length() + 1), value));
            }
        }
        return mapping;
    }

    /** A text that is never shown; empty where nothing is given. */
    public Secret secret(String key) {
        return read(
                key,
                Secret.NONE,
                (at, node) -> Scalars.text(at, node)
                        .fold(
                                text -> Outcome.ok(Secret.of(text)),
                                errors -> Outcome.refused(Rejected.invalid(at, "", "must be text in quotes"))));
    }

    /** Adds what the process itself finds wrong with a value, as {@code data-dir is not writable}. */
    public void reject(String key, String value, String message) {
        problems.add(key, value, message + sources.origin(key));
    }

    /** The configuration, made only if all is right; or everything that is wrong, unknown keys included. */
    public <T> Outcome<T> finish(Supplier<T> value) {
        for (String key : sources.unknown(asked)) {
            String hint = Suggestion.hint(key, asked);
            String known = hint.isEmpty() ? ": the keys are " + String.join(", ", asked) : hint;
            problems.add(key, "", "is not a key" + known + sources.origin(key));
        }
        return problems.outcome(value);
    }

    private <T> T read(String key, T otherwise, Fields.Reader<T> reader) {
        asked.add(key);
        JsonNode node = sources.find(key).map(ConfigSources.Found::node).orElse(null);
        if (node == null) {
            return otherwise;
        }
        if (node.isNull()) {
            problems.add(key, "", "has no value: give one, or leave the key out" + sources.origin(key));
            return otherwise;
        }
        return reader.read(key, node).fold(value -> value, errors -> {
            for (Rejected error : errors) {
                problems.add(error.path(), error.value(), error.message() + sources.origin(key));
            }
            return otherwise;
        });
    }

    private <T> T required(String key, T standIn, Fields.Reader<T> reader) {
        if (!has(key)) {
            problems.add(key, "", "is missing: give it in the file or as " + sources.variable(key));
        }
        return read(key, standIn, reader);
    }

    private Fields.Reader<Path> pathReader(String key) {
        return (at, node) -> {
            Outcome<String> text = Scalars.text(at, node);
            if (text instanceof Outcome.Refused<String> refused) {
                return Outcome.refused(refused.errors());
            }
            String given = ((Outcome.Ok<String>) text).value();
            if (given.isEmpty()) {
                return Outcome.refused(Rejected.invalid(at, "", "must be a path, not empty"));
            }
            try {
                return Outcome.ok(
                        sources.base(key).resolve(given).toAbsolutePath().normalize());
            } catch (InvalidPathException e) {
                return Outcome.refused(Rejected.invalid(at, given, "is not a path: " + e.getReason()));
            }
        };
    }

    private static Outcome<List<String>> pairs(String at, JsonNode node) {
        if (node.isObject()) {
            return Outcome.ok(List.of());
        }
        return ConfigSources.untyped(node)
                ? Outcome.ok(Arrays.stream(node.textValue().split(",", MAX_ELEMENTS + 1))
                        .filter(pair -> !pair.isBlank())
                        .toList())
                : Outcome.refused(Rejected.invalid(
                        at, Scalars.shown(node), "must be a mapping of names and texts, not " + Scalars.kind(node)));
    }

    private Outcome<List<String>> texts(String at, JsonNode node) {
        List<JsonNode> elements = new ArrayList<>();
        if (node.isTextual() && ConfigSources.untyped(node)) {
            for (String part : node.textValue().split(",", MAX_ELEMENTS + 1)) {
                elements.add(TextNode.valueOf(part.strip()));
            }
        } else if (node.isArray()) {
            node.forEach(elements::add);
        } else {
            String message = "must be a list of texts, not " + Scalars.kind(node);
            return Outcome.refused(Rejected.invalid(at, Scalars.shown(node), message));
        }
        if (elements.size() > MAX_ELEMENTS) {
            return Outcome.refused(Rejected.invalid(at, "", "is above " + MAX_ELEMENTS + " elements, the most"));
        }
        Problems found = new Problems();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            texts.add(found.take(Scalars.text(at + "[" + i + "]", elements.get(i)), ""));
        }
        texts.removeIf(String::isEmpty);
        return found.outcome(() -> List.copyOf(texts));
    }
}
