package io.holdfast.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.text.Names;

/** {@code pool} and {@code datacenters}, of a job and of what nodes are given of it; written only where they differ from the default. */
final class ScopeCodec {
    private ScopeCodec() {}

    static NodeScope decode(Fields fields) {
        return new NodeScope(
                fields.value("pool", NodeScope.DEFAULT_POOL, ScopeCodec::pool),
                fields.distinctNames("datacenters", JobLimits.MAX_DATACENTERS, "datacenters"));
    }

    static void encode(ObjectNode tree, NodeScope scope) {
        if (!scope.pool().equals(NodeScope.DEFAULT_POOL)) {
            tree.put("pool", scope.pool());
        }
        JobEncoder.words(tree, "datacenters", scope.datacenters());
    }

    private static Outcome<String> pool(String path, JsonNode node) {
        return Scalars.text(path, node)
                .fold(
                        pool -> pool.equals(NodeScope.ANY_POOL) || Names.valid(pool)
                                ? Outcome.ok(pool)
                                : Outcome.refused(Rejected.invalid(
                                        path, pool, Names.RULE + ", or \"*\" for every pool" + hint(pool))),
                        Outcome::refused);
    }

    private static String hint(String pool) {
        return Names.like(pool).map(near -> ", as '" + near + "'").orElse("");
    }
}
