package io.holdfast.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A job's file: the document as it is to be sent, and the job's name, which the request's path wants. All else in it is for
 * the scheduler to judge.
 */
public record JobFile(String job, Document document) {

    /** The largest body that the API takes. */
    public static final int MAX_BYTES = 1 << 20;

    /**
     * @param file a path, or {@code -} for standard input
     */
    public static JobFile read(String file, InputStream standardInput) {
        byte[] bytes = bytes(file, standardInput);
        MediaType type = MediaType.ofFileName(file);
        Outcome<JsonNode> parsed = Documents.parse(bytes, type, MAX_BYTES);
        JsonNode tree = parsed.fold(ok -> ok, errors -> {
            throw refused(file, errors);
        });
        if (!tree.isObject()) {
            throw new CommandFailed(65, named(file) + " is not a job: it must begin with the likes of 'job: hello'");
        }
        JsonNode name = tree.path("job");
        if (!name.isTextual() || name.textValue().isBlank()) {
            throw new CommandFailed(
                    65,
                    named(file) + " is not a valid job",
                    List.of("job: "
                            + (name.isMissingNode()
                                    ? "is missing: give the job a name, as 'job: hello'"
                                    : name + " is not a name: it must be text, as 'job: hello'")));
        }
        return new JobFile(name.textValue(), new Document(bytes, type.text()));
    }

    /** A job of our own making. */
    public static JobFile of(ObjectNode tree) {
        byte[] bytes = tree.toString().getBytes(StandardCharsets.UTF_8);
        return new JobFile(tree.path("job").textValue(), new Document(bytes, MediaType.JSON.text()));
    }

    private static CommandFailed refused(String file, List<Rejected> errors) {
        Rejected first = errors.get(0);
        return new CommandFailed(first.code().exitCode(), named(file) + ": " + first.message());
    }

    private static byte[] bytes(String file, InputStream standardInput) {
        try (InputStream in = file.equals("-") ? standardInput : Files.newInputStream(Path.of(file))) {
            return in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new CommandFailed(ExitCodes.NO_INPUT, "there is no file " + file);
        } catch (AccessDeniedException e) {
            throw new CommandFailed(ExitCodes.NO_INPUT, "the file " + file + " is not readable for you");
        } catch (IOException e) {
            String why = Files.isDirectory(Path.of(file)) ? "it is a directory" : e.getMessage();
            throw new CommandFailed(ExitCodes.NO_INPUT, "the file " + file + " cannot be read: " + why);
        }
    }

    private static String named(String file) {
        return file.equals("-") ? "standard input" : file;
    }
}
