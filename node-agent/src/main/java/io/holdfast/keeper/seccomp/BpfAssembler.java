package io.holdfast.keeper.seccomp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts a graph of instructions in line. Jumps lead forwards only and conditional ones at most 255 instructions far, so it is written
 * from its end to its beginning: what a jump leads to has its place already, and where that is too far a stepping stone is put in
 * between. Without recursion, since a profile may hold long chains.
 */
final class BpfAssembler {
    private static final int FAR = 255;

    private final List<Instruction> reversed = new ArrayList<>();
    private final Map<BpfNode, Integer> places = new IdentityHashMap<>();
    /** The latest place of each returned value; a nearer copy is as short as a stepping stone to the old one. */
    private final Map<Integer, Integer> returns = new HashMap<>();

    private BpfAssembler() {}

    static List<Instruction> assemble(BpfNode first) {
        BpfAssembler assembler = new BpfAssembler();
        assembler.walk(first);
        List<Instruction> program = new ArrayList<>(assembler.reversed);
        Collections.reverse(program);
        return List.copyOf(program);
    }

    /** Followers before what they follow: each node is met twice, the second time when all behind it is in place. */
    private void walk(BpfNode first) {
        Deque<BpfNode> open = new ArrayDeque<>();
        Map<BpfNode, Boolean> opened = new IdentityHashMap<>();
        open.push(first);
        while (!open.isEmpty()) {
            BpfNode node = open.peek();
            if (places.containsKey(node)) {
                open.pop();
            } else if (opened.put(node, true) == null) {
                if (node instanceof BpfNode.Load load) {
                    open.push(load.next());
                } else if (node instanceof BpfNode.And and) {
                    open.push(and.next());
                } else if (node instanceof BpfNode.Jump jump) {
                    open.push(jump.yes());
                    open.push(jump.no());
                }
            } else {
                open.pop();
                place(node);
            }
        }
    }

    private void place(BpfNode node) {
        if (node instanceof BpfNode.Return value) {
            Integer known = returns.get(value.value());
            places.put(node, known == null ? putReturn(value.value()) : known);
        } else if (node instanceof BpfNode.Load load) {
            follow(load.next());
            places.put(node, put(new Instruction(Instruction.LOAD, 0, 0, load.offset())));
        } else if (node instanceof BpfNode.And and) {
            follow(and.next());
            places.put(node, put(new Instruction(Instruction.AND, 0, 0, and.mask())));
        } else if (node instanceof BpfNode.Jump jump) {
            int yes = places.get(jump.yes());
            int no = places.get(jump.no());
            while (distance(yes) > FAR || distance(no) > FAR) {
                if (distance(yes) > FAR) {
                    yes = nearer(jump.yes());
                } else {
                    no = nearer(jump.no());
                }
            }
            places.put(node, put(new Instruction(jump.code(), distance(yes), distance(no), jump.operand())));
        }
    }

    /** Of the next instruction to a place, as jumps count it. */
    private int distance(int place) {
        return reversed.size() - place - 1;
    }

    /** Makes the next instruction fall through to the node. */
    private void follow(BpfNode node) {
        if (distance(places.get(node)) == 0) {
            return;
        }
        if (node instanceof BpfNode.Return value) {
            putReturn(value.value());
        } else {
            put(new Instruction(Instruction.GO, 0, 0, distance(places.get(node))));
        }
    }

    /** A place from which the node is reached and that a jump put next can lead to. */
    private int nearer(BpfNode node) {
        if (node instanceof BpfNode.Return value) {
            int latest = returns.get(value.value());
            return distance(latest) > FAR ? putReturn(value.value()) : latest;
        }
        return put(new Instruction(Instruction.GO, 0, 0, distance(places.get(node))));
    }

    private int putReturn(int value) {
        int place = put(new Instruction(Instruction.RETURN, 0, 0, value));
        returns.put(value, place);
        return place;
    }

    private int put(Instruction instruction) {
        reversed.add(instruction);
        return reversed.size() - 1;
    }
}
