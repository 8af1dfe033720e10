package io.holdfast.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.document.Problems;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a configuration's values come from, the strongest first. Made by {@link ConfigReader#forRole}. */
public final class ConfigSources {
    private final String role;
    private final Map<String, String> flags;
    private final Map<String, String> environment;
    private final Map<String, JsonNode> file;
    private final Optional<Path> filePath;

    private ConfigSources(Builder builder, Map<String, JsonNode> file) {
        this.role = builder.role;
        this.flags = builder.flags;
        this.environment = builder.environment;
        this.filePath = builder.file;
        this.file = file;
    }

    /** A value and where it stood, in words. */
    record Found(JsonNode node, String origin) {}

    Optional<Found> find(String key) {
        if (flags.containsKey(key)) {
            return Optional.of(new Found(new Untyped(flags.get(key)), "flag --" + key.replace('.', '-')));
        }
        String variable = variable(key);
        if (environment.containsKey(variable)) {
            return Optional.of(new Found(new Untyped(environment.get(variable)), "environment " + variable));
        }
        return file.containsKey(key)
                ? Optional.of(new Found(
                        file.get(key), "file " + filePath.map(Path::toString).orElse("")))
                : Optional.empty();
    }

    /** The file's keys below this one, {@code key.…}. */
    List<String> below(String key) {
        return file.keySet().stream().filter(one -> one.startsWith(key + ".")).toList();
    }

    /** Whether a flag or a variable stands above the file. */
    boolean overridden(String key) {
        return find(key).filter(found -> untyped(found.node())).isPresent();
    }

    /** {@code  (from file /etc/holdfast/agent.yaml)}, to end a message with. */
    String origin(String key) {
        return find(key).map(found -> " (from " + found.origin() + ")").orElse("");
    }

    /** What relative paths of this key count from. */
    Path base(String key) {
        boolean fromFile = find(key).map(found -> !untyped(found.node())).orElse(false);
        Path directory = fromFile
                ? filePath.map(Path::toAbsolutePath).map(Path::getParent).orElse(null)
                : null;
        return directory == null ? Path.of("") : directory;
    }

    String variable(String key) {
        return "HOLDFAST_" + capitals(role) + "_" + capitals(key);
    }

    private static String capitals(String word) {
        return word.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }

    /** Keys that stand somewhere and are not known, in a stable order. */
    List<String> unknown(Set<String> known) {
        List<String> unknown = new ArrayList<>();
        flags.keySet().stream().sorted().filter(key -> !known.contains(key)).forEach(unknown::add);
        file.keySet().stream()
                .filter(key -> !known.contains(key) && !unknown.contains(key) && !emptySection(key, known))
                .forEach(unknown::add);
        List<String> variables = known.stream().map(this::variable).toList();
        String prefix = variable("");
        environment.keySet().stream()
                .sorted()
                .filter(name -> name.startsWith(prefix) && !variables.contains(name))
                .map(name ->
                        name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '-'))
                .filter(key -> !unknown.contains(key))
                .forEach(unknown::add);
        return unknown;
    }

    /** {@code node:} with all its fields commented out is no unknown key. */
    private boolean emptySection(String key, Set<String> known) {
        boolean empty = file.get(key).isNull() || file.get(key).isObject();
        return empty && known.stream().anyMatch(one -> one.startsWith(key + "."));
    }

    /** A text of a flag or variable: it may stand for a number or a flag, which in a file has a type of its own. */
    private static final class Untyped extends TextNode {
        private static final long serialVersionUID = 1;

        Untyped(String text) {
            super(text);
        }
    }

    static boolean untyped(JsonNode node) {
        return node instanceof Untyped;
    }

    /** What a flag's or variable's text stands for; a file's node stays what it is. */
    static JsonNode typed(JsonNode node) {
        if (!untyped(node)) {
            return node;
        }
        String text = node.textValue();
        if (text.matches("[+-]?[0-9]{1,30}")) {
            return BigIntegerNode.valueOf(new BigInteger(text));
        }
        return switch (text) {
            case "true" -> BooleanNode.TRUE;
            case "false" -> BooleanNode.FALSE;
            default -> node;
        };
    }

    /** Collects the sources; {@link #open} reads the file. */
    public static final class Builder {
        private final String role;
        private Map<String, String> flags = Map.of();
        private Map<String, String> environment = Map.of();
        private Optional<Path> file = Optional.empty();

        Builder(String role) {
            this.role = role;
        }

        /** Keys, as in the file, to what was given on the command line. */
        public Builder flags(Map<String, String> given) {
            this.flags = Map.copyOf(given);
            return this;
        }

        /** {@link System#getenv()}, in production. */
        public Builder environment(Map<String, String> variables) {
            this.environment = Map.copyOf(variables);
            return this;
        }

        /** A file that must be there. */
        public Builder file(Path path) {
            this.file = Optional.of(path);
            return this;
        }

        /** Reads the file. That it cannot be read is told by {@link ConfigReader#finish}, with all else. */
        public ConfigReader open() {
            Problems problems = new Problems();
            Map<String, JsonNode> values = new LinkedHashMap<>();
            file.ifPresent(path -> read(path, values, problems));
            return new ConfigReader(new ConfigSources(this, values), problems);
        }

        private static void read(Path path, Map<String, JsonNode> values, Problems problems) {
            byte[] bytes;
            try (InputStream in = Files.newInputStream(path)) {
                bytes = in.readNBytes(ConfigReader.MAX_FILE_BYTES + 1);
            } catch (NoSuchFileException e) {
                problems.add("config", path.toString(), "is not there: make the file, or name another with --config");
                return;
            } catch (IOException e) {
                problems.add("config", path.toString(), "cannot be read: " + reason(e));
                return;
            }
            if (new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
                    .lines()
                    .allMatch(line -> line.isBlank() || line.stripLeading().startsWith("#"))) {
                return; // nothing but comments says nothing, which is fine
            }
            MediaType type = MediaType.ofFileName(path.toString());
            JsonNode tree = Documents.parseSecretive(bytes, type, ConfigReader.MAX_FILE_BYTES)
                    .fold(node -> node, errors -> {
                        for (Rejected error : errors) {
                            problems.add(new Rejected(
                                    error.code(), "config", path.toString(), "cannot be used: " + error.message()));
                        }
                        return null;
                    });
            if (tree == null) {
                return;
            }
            if (!tree.isObject()) {
                problems.add(new Rejected(
                        ErrorCode.INVALID,
                        "config",
                        path.toString(),
                        "must hold keys and values as 'http-port: 7470', not " + Scalars.kind(tree)));
                return;
            }
            flatten("", tree, values, problems);
        }

        private static void flatten(String prefix, JsonNode tree, Map<String, JsonNode> into, Problems problems) {
            tree.properties().forEach(field -> {
                String key = prefix + field.getKey();
                if (field.getValue().isObject() && !field.getValue().isEmpty()) {
                    flatten(key + ".", field.getValue(), into, problems);
                } else if (into.putIfAbsent(key, field.getValue()) != null) {
                    problems.add(key, "", "stands twice in the file: once with dots, once as a mapping");
                }
            });
        }

        private static String reason(IOException e) {
            return e instanceof java.nio.file.AccessDeniedException
                    ? "permission denied"
                    : String.valueOf(e.getMessage());
        }
    }
}
