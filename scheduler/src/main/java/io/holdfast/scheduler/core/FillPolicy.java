package io.holdfast.scheduler.core;

import io.holdfast.placement.table.Fit;
import io.holdfast.placement.table.Node;
import java.util.Map;
import java.util.Objects;

/**
 * How nodes are filled.
 *
 * @param otherwise in pools that are not named
 */
public record FillPolicy(Fit otherwise, Map<String, Fit> byPool) {
    public static final FillPolicy PACK = new FillPolicy(Fit.PACK, Map.of());

    public FillPolicy {
        Objects.requireNonNull(otherwise, "otherwise");
        byPool = Map.copyOf(byPool);
    }

    Fit of(Node node) {
        return byPool.getOrDefault(node.pool(), otherwise);
    }
}
