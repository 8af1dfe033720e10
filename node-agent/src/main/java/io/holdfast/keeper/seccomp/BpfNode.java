package io.holdfast.keeper.seccomp;

/** An instruction with what follows it, before places are known. Nodes may be shared: they form a graph without circles. */
sealed interface BpfNode {

    record Return(int value) implements BpfNode {}

    record Load(int offset, BpfNode next) implements BpfNode {}

    record And(int mask, BpfNode next) implements BpfNode {}

    /** @param code one of {@link Instruction}'s conditional jumps */
    record Jump(int code, int operand, BpfNode yes, BpfNode no) implements BpfNode {}
}
