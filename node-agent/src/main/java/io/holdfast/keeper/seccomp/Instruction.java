package io.holdfast.keeper.seccomp;

/** One instruction of classic BPF, as struct sock_filter has it (include/uapi/linux/filter.h). */
record Instruction(int code, int yes, int no, int operand) {
    static final int BYTES = 8;

    /** BPF_LD | BPF_W | BPF_ABS: a 32-bit word of struct seccomp_data. */
    static final int LOAD = 0x20;

    /** BPF_ALU | BPF_AND | BPF_K. */
    static final int AND = 0x54;

    /** BPF_JMP | BPF_JA. */
    static final int GO = 0x05;

    /** BPF_JMP | BPF_JEQ | BPF_K. */
    static final int IF_EQUAL = 0x15;

    /** BPF_JMP | BPF_JGT | BPF_K, unsigned. */
    static final int IF_GREATER = 0x25;

    /** BPF_JMP | BPF_JGE | BPF_K, unsigned. */
    static final int IF_AT_LEAST = 0x35;

    /** BPF_RET | BPF_K. */
    static final int RETURN = 0x06;
}
