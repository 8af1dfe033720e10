package io.holdfast.placement.repack;

import java.util.List;

/**
 * A plan: moves in the order in which each has room when its turn comes. Whoever carries it out may stop after any of them.
 *
 * @param nodes ids of those that hold something now and nothing afterwards
 * @param devices how many more are whole afterwards
 */
public record Repacking(List<Move> moves, List<String> nodes, int devices) {
    public Repacking {
        moves = List.copyOf(moves);
        nodes = List.copyOf(nodes);
    }
}
