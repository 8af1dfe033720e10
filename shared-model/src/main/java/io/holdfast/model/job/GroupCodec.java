package io.holdfast.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.document.Problems;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * {@link GroupDocument} to canonical JSON and back, and the hash of that text, which names a specification wherever a manifest
 * mentions it. Equal documents give equal text. Pure; safe for any thread.
 *
 * <p>The format has a version. A field that older agents can do without may be added only if its default is not written, or
 * else every running instance would seem changed after an upgrade; anything else takes the next version.
 */
public final class GroupCodec {
    /** Of the text's format. */
    public static final int VERSION = 1;

    /** Characters of a hash: 128 bits of SHA-256, in hex. */
    public static final int HASH_LENGTH = 32;

    private GroupCodec() {}

    public static String encode(GroupDocument document) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("version", VERSION);
        tree.put("type", document.type().text());
        ScopeCodec.encode(tree, document.scope());
        ObjectNode group = JobEncoder.tree(document.group());
        group.remove("count");
        group.remove("update");
        tree.set("group", group);
        return JobEncoder.write(tree);
    }

    /** The hash of a group's document, {@link #HASH_LENGTH} characters: {@code specHash}. */
    public static String specHash(GroupDocument document) {
        return hash(encode(document));
    }

    /** The hash of an encoded document. Who has fetched a text by its hash compares: the text is then what was meant. */
    public static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every one must have", e);
        }
    }

    /** The document of a text, or what is wrong with it; another version is refused before all else. */
    public static Outcome<GroupDocument> decode(String text) {
        return Documents.parse(text.getBytes(StandardCharsets.UTF_8), MediaType.JSON, JobLimits.MAX_CANONICAL_BYTES)
                .fold(GroupCodec::decode, Outcome::refused);
    }

    private static Outcome<GroupDocument> decode(JsonNode tree) {
        JsonNode version = tree.path("version");
        if (!version.isInt() || version.intValue() != VERSION) {
            return Outcome.refused(Rejected.invalid(
                    "version",
                    Scalars.shown(version),
                    "is not a version this program reads (" + VERSION + "): run agents and schedulers of one release"));
        }
        Problems problems = new Problems();
        Fields fields = Fields.of(tree, "", problems);
        fields.node("version");
        JobType type = fields.requiredValue(
                "type",
                "the job's type",
                JobType.SERVICE,
                (at, node) -> Fields.choice(at, node, Arrays.asList(JobType.values()), JobType::text));
        NodeScope scope = ScopeCodec.decode(fields);
        GroupSpec group = GroupDecoder.decode(Fields.of(fields.required("group", "the group"), "group", problems));
        fields.rejectUnknown();
        return problems.outcome(() -> new GroupDocument(type, scope, group));
    }
}
