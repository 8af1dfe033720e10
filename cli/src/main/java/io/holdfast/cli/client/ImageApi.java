package io.holdfast.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Table;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What the API has of a node's images. */
public final class ImageApi {
    /** Between two looks at how a pull gets on. */
    static final long LOOK_MILLIS = 250;

    /** Looks in a row that may fail, as while a node's agent is started anew, before a pull is given up. */
    static final int MAX_MISSED_LOOKS = 40;

    /** A node removes for some seconds at a time; more than this is no cleaning up any more. */
    static final int MAX_PRUNES = 1_000;

    private final ApiClient api;

    public ImageApi(ApiClient api) {
        this.api = api;
    }

    private static String path(EachNode.Node node) {
        return ApiClient.path("v1", "nodes", node.id(), "images");
    }

    public JsonNode list(EachNode.Node node) {
        return api.get(path(node));
    }

    public JsonNode inspect(EachNode.Node node, String reference) {
        return api.get(path(node) + "/inspect", Map.of("reference", reference));
    }

    public JsonNode remove(EachNode.Node node, String reference) {
        return api.delete(path(node), Map.of("reference", reference));
    }

    /** Again and again while the node gets on and something is left. */
    public JsonNode prune(EachNode.Node node) {
        ObjectNode sum = JsonNodeFactory.instance.objectNode();
        JsonNode round = sum;
        for (int i = 0; i == 0 || i < MAX_PRUNES && round.path("left").asInt() > 0; i++) {
            round = api.post(path(node) + "/prune");
            sum.put("node", round.path("node").asText());
            for (String count : new String[] {"images", "layers", "freedBytes"}) {
                sum.put(count, sum.path(count).asLong() + round.path(count).asLong());
            }
            sum.put("left", round.path("left").asInt());
            if (round.path("layers").asInt() == 0) {
                break;
            }
        }
        return sum;
    }

    /**
     * Has it pulled, and waits for that.
     *
     * @param progress told what the node says of it
     * @return the image, as the node's only one
     */
    public JsonNode pull(EachNode.Node node, String reference, Consumer<String> progress) {
        byte[] body = JsonNodeFactory.instance
                .objectNode()
                .put("reference", reference)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        String full = api.send("POST", path(node), new Document(body, "application/json"), Map.of())
                .path("reference")
                .asText();
        while (true) {
            JsonNode told = look(node, full);
            JsonNode image = told.path("items").path(0);
            if (image.isMissingNode()) {
                throw new CommandFailed(
                        ExitCodes.UNAVAILABLE, "the node knows nothing of " + full + " any more: pull it again");
            }
            if (image.path("progress").isTextual()) {
                progress.accept(Table.printable(image.path("progress").asText()));
                pause();
            } else if (image.path("failure").isTextual()) {
                throw new CommandFailed(
                        ExitCodes.JOB_FAILED,
                        Table.printable(image.path("failure").asText()));
            } else {
                return told;
            }
        }
    }

    /**
     * Sends it an archive, and waits until its images are there.
     *
     * @param reference the only image's name; empty for those in the archive
     * @param progress told how far it has come
     * @return the images
     */
    public JsonNode load(EachNode.Node node, Archive archive, String reference, Consumer<String> progress) {
        Map<String, String> query = reference.isEmpty() ? Map.of() : Map.of("reference", reference);
        SendProgress sent = new SendProgress(archive.name(), archive.sizeBytes(), progress);
        return api.upload(path(node) + "/import", query, archive, sent::bytes);
    }

    private JsonNode look(EachNode.Node node, String reference) {
        for (int missed = 0; ; missed++) {
            try {
                return api.get(path(node), Map.of("reference", reference));
            } catch (CommandFailed e) {
                if (e.exitCode() != ExitCodes.UNAVAILABLE || missed == MAX_MISSED_LOOKS) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCodes.INTERRUPTED, "interrupted; the node goes on pulling");
        }
    }
}
