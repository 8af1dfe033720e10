package io.holdfast.cli.client;

/**
 * Where requests go.
 *
 * @param address as {@code http://127.0.0.1:7470}, without a slash at its end
 * @param token empty where none was found
 * @param tokenSource where the token came from, for messages
 */
public record Endpoint(String address, String token, String tokenSource, String project) {

    public static final String DEFAULT_ADDRESS = "http://127.0.0.1:7470";

    /** Without the token: this may stand in a message. */
    @Override
    public String toString() {
        return address + " (project " + project + ")";
    }
}
