package io.holdfast.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/** Requests to a scheduler. Whatever does not succeed becomes a {@link CommandFailed} that says what to do. */
public final class ApiClient {
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int READ_TIMEOUT_MILLIS = 30_000;

    /** Items asked for at once; the API's largest page. */
    private static final int PAGE = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Endpoint endpoint;

    public ApiClient(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** A path below the root from its segments, each encoded. */
    public static String path(String... segments) {
        StringBuilder path = new StringBuilder();
        for (String segment : segments) {
            path.append('/').append(encode(segment));
        }
        return path.toString();
    }

    public JsonNode get(String path) {
        return json(open("GET", path, Map.of(), Map.of(), null, READ_TIMEOUT_MILLIS));
    }

    public JsonNode get(String path, Map<String, String> query) {
        return json(open("GET", path, query, Map.of(), null, READ_TIMEOUT_MILLIS));
    }

    /** Without a body. */
    public JsonNode post(String path) {
        return json(open("POST", path, Map.of(), Map.of(), null, READ_TIMEOUT_MILLIS));
    }

    /** All items of a list, page after page. */
    public ArrayNode list(String path) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        String after = "";
        do {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("limit", Integer.toString(PAGE));
            if (!after.isEmpty()) {
                query.put("after", after);
            }
            JsonNode page = json(open("GET", path, query, Map.of(), null, READ_TIMEOUT_MILLIS));
            page.path("items").forEach(items::add);
            after = page.path("next").asText("");
            after = page.path("next").isNull() ? "" : after;
        } while (!after.isEmpty());
        return items;
    }

    public JsonNode send(String method, String path, Document body, Map<String, String> headers) {
        return json(open(method, path, Map.of(), headers, body, READ_TIMEOUT_MILLIS));
    }

    public JsonNode delete(String path, Map<String, String> query) {
        return json(open("DELETE", path, query, Map.of(), null, READ_TIMEOUT_MILLIS));
    }

    public JsonNode delete(String path) {
        return json(open("DELETE", path, Map.of(), Map.of(), null, READ_TIMEOUT_MILLIS));
    }

    /** Sends an archive as it comes. */
    JsonNode upload(String path, Map<String, String> query, Archive archive, LongConsumer sent) {
        try {
            return JSON.readTree(Upload.post(uri(path, query), endpoint, CONNECT_TIMEOUT_MILLIS, archive, sent));
        } catch (JsonProcessingException e) {
            throw stranger();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** A body that is read as it comes; a read waits without end. The caller closes it. */
    public InputStream stream(String path, Map<String, String> query, Map<String, String> headers) {
        HttpURLConnection connection = open("GET", path, query, headers, null, 0);
        try {
            return connection.getInputStream();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** Upgraded to a WebSocket. */
    WebSocketClient webSocket(String path, Map<String, String> query, String subprotocol) {
        try {
            return WebSocketClient.open(uri(path, query), endpoint, subprotocol, CONNECT_TIMEOUT_MILLIS);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private HttpURLConnection open(
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            Document body,
            int readTimeoutMillis) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) uri(path, query).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
            connection.setReadTimeout(readTimeoutMillis);
            connection.setInstanceFollowRedirects(false); // the token goes to the address that was meant, nowhere else
            if (!endpoint.token().isEmpty()) {
                connection.setRequestProperty("Authorization", "Bearer " + endpoint.token());
            }
            headers.forEach(connection::setRequestProperty);
            if (body != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", body.contentType());
                // buffered: in streaming mode the JDK hides the body of a 401. It may send a request a second time when
                // a kept
                // connection turns out dead, and every request here is idempotent
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.bytes());
                }
            }
            int status = connection.getResponseCode();
            if (status / 100 != 2) {
                throw ApiProblem.of(endpoint, status, connection.getErrorStream());
            }
            return connection;
        } catch (IOException e) {
            throw unreachable(e);
        } catch (IllegalArgumentException e) {
            // a token with a line break, a header that HTTP does not allow
            throw new CommandFailed(
                    ExitCodes.USAGE,
                    "the token from " + endpoint.tokenSource()
                            + " cannot be sent: it holds characters that no token has");
        }
    }

    private URI uri(String path, Map<String, String> query) {
        StringBuilder uri = new StringBuilder(endpoint.address()).append(path).append("?project=");
        uri.append(encode(endpoint.project()));
        query.forEach((name, value) ->
                uri.append('&').append(encode(name)).append('=').append(encode(value)));
        return URI.create(uri.toString());
    }

    /** {@code URLEncoder} is for forms: a space in a path is {@code %20}. */
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode json(HttpURLConnection connection) {
        try (InputStream in = connection.getInputStream()) {
            return JSON.readTree(in);
        } catch (JsonProcessingException e) {
            throw stranger();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private CommandFailed stranger() {
        return new CommandFailed(
                ExitCodes.UNAVAILABLE, "what answers at " + endpoint.address() + " is not a holdfast scheduler");
    }

    private CommandFailed unreachable(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return new CommandFailed(
                    ExitCodes.UNAVAILABLE,
                    "the scheduler at " + endpoint.address() + " does not answer within " + READ_TIMEOUT_MILLIS / 1000
                            + " s: look at its log, or name another with --address");
        }
        if (e instanceof java.net.UnknownHostException) {
            return new CommandFailed(
                    ExitCodes.UNAVAILABLE, "there is no host as in " + endpoint.address() + ": check --address");
        }
        if (e instanceof java.net.ConnectException) {
            return new CommandFailed(
                    ExitCodes.UNAVAILABLE,
                    "nobody answers at " + endpoint.address()
                            + ": start a scheduler with holdfast dev (as root), or name one with --address");
        }
        return new CommandFailed(
                ExitCodes.UNAVAILABLE,
                "the connection to " + endpoint.address() + " broke: "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"));
    }
}
