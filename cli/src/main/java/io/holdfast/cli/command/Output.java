package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.Format;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The option of every command that reads. */
final class Output {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}; json and yaml are as the API has it.")
    private Format format = Format.table;

    void print(Console console, JsonNode data, Consumer<Console> people) {
        format.print(console, data, people);
    }
}
