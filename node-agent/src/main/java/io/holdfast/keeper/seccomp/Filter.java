package io.holdfast.keeper.seccomp;

import io.holdfast.keeper.linux.Arena;
import io.holdfast.keeper.linux.Memory;
import java.util.List;

/**
 * A filter in native memory, ready to be loaded; immutable, and it must stay reachable until the launch that loads it is over.
 *
 * @param flags of seccomp(2)
 * @param instructions how many
 */
public record Filter(int flags, int instructions, Memory program, Memory code) {

    static Filter of(List<Instruction> instructions, int flags) {
        Memory code = Memory.allocate(instructions.size() * Instruction.BYTES);
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            int at = i * Instruction.BYTES;
            code.putInt(at, instruction.code() | instruction.yes() << 16 | instruction.no() << 24);
            code.putInt(at + 4, instruction.operand());
        }
        // struct sock_fprog: length and, aligned, the address
        Memory program = Memory.allocate(16);
        program.putShort(0, (short) instructions.size());
        program.putLong(8, code.address());
        return new Filter(flags, instructions.size(), program, code);
    }

    /** Where rows of a program find it: here, or copied into an arena that is going to stand in another process. */
    public long addressIn(Arena arena) {
        if (!arena.isElsewhere()) {
            return program.address();
        }
        byte[] bytes = new byte[code.sizeBytes()];
        code.getBytes(0, bytes, 0, bytes.length);
        Arena.Block copy = arena.allocate(bytes.length);
        copy.bytes().put(0, bytes);
        return arena.allocate(16)
                .putShort(0, instructions)
                .putLong(8, copy.address())
                .address();
    }
}
