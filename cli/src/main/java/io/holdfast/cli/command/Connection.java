package io.holdfast.cli.command;

import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.Endpoint;
import io.holdfast.cli.client.EndpointLookup;
import io.holdfast.cli.output.Console;
import picocli.CommandLine.Option;

/** The options of every command that asks a scheduler. */
final class Connection {
    @Option(
            names = "--address",
            paramLabel = "URL",
            description =
                    "The scheduler's API; else HOLDFAST_ADDRESS, the running dev, " + Endpoint.DEFAULT_ADDRESS + ".")
    private String address = "";

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The bearer token; else HOLDFAST_TOKEN, the running dev's.")
    private String token = "";

    @Option(names = "--project", paramLabel = "NAME", description = "Whose jobs; else HOLDFAST_PROJECT, default.")
    private String project = "";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The data directory of the dev or scheduler that is meant, to take the token from.")
    private String dataDir = "";

    Endpoint endpoint(Console console) {
        return new EndpointLookup(console.environment()).find(address, token, project, dataDir);
    }

    ApiClient open(Console console) {
        return new ApiClient(endpoint(console));
    }
}
