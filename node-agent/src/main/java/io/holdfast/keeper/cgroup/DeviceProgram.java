package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec.DeviceRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles device rules to a program of type BPF_PROG_TYPE_CGROUP_DEVICE: v2 has no files for devices (admin-guide/cgroup-v2.rst,
 * "Device controller"). The kernel runs it whenever a process of the cgroup makes or opens a device file; 1 permits, 0 refuses.
 *
 * <p>It is read from the last rule to the first, with what is still asked in a register: a permission takes its accesses out of it,
 * and whoever asks for nothing more may pass; a denial of what is left refuses. So each access is decided by the last rule that
 * speaks of it.
 */
final class DeviceProgram {

    /** struct bpf_insn: code, destination and source register in one byte, offset, immediate value. */
    static final int INSTRUCTION_BYTES = 8;

    // struct bpf_cgroup_dev_ctx, include/uapi/linux/bpf.h
    private static final int CTX_ACCESS_TYPE = 0;
    private static final int CTX_MAJOR = 4;
    private static final int CTX_MINOR = 8;
    private static final int ACCESS_SHIFT = 16;
    private static final int TYPE_MASK = 0xffff;
    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;
    private static final int MKNOD = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;

    // instruction set, Documentation/bpf/standardization/instruction-set.rst: class, operation, source
    static final int LOAD_WORD = 0x61; // LDX | MEM | W
    static final int AND_32 = 0x54; // ALU | AND | K
    static final int SHIFT_RIGHT_32 = 0x74; // ALU | RSH | K
    static final int MOVE_32 = 0xbc; // ALU | MOV | X
    static final int MOVE_VALUE = 0xb7; // ALU64 | MOV | K
    static final int JUMP_NOT_EQUAL = 0x55; // JMP | JNE | K
    static final int JUMP_EQUAL = 0x15; // JMP | JEQ | K
    static final int EXIT = 0x95; // JMP | EXIT

    private static final int RESULT = 0;
    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int ASKED = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int SCRATCH = 6;

    record Instruction(int code, int destination, int source, int offset, int value) {}

    private final List<Instruction> instructions = new ArrayList<>();

    private DeviceProgram() {}

    /** @param rules as {@link DeviceRules#effective} gives them */
    static byte[] compile(List<DeviceRule> rules) {
        List<Instruction> instructions = instructions(rules);
        ByteBuffer bytes =
                ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
        for (Instruction each : instructions) {
            // both supported machines are little-endian: the destination in the low half
            bytes.put((byte) each.code()).put((byte) (each.source() << 4 | each.destination()));
            bytes.putShort((short) each.offset()).putInt(each.value());
        }
        return bytes.array();
    }

    static List<Instruction> instructions(List<DeviceRule> rules) {
        DeviceProgram program = new DeviceProgram();
        program.add(LOAD_WORD, TYPE, CONTEXT, CTX_ACCESS_TYPE, 0);
        program.add(MOVE_32, ASKED, TYPE, 0, 0);
        program.add(AND_32, TYPE, 0, 0, TYPE_MASK);
        program.add(SHIFT_RIGHT_32, ASKED, 0, 0, ACCESS_SHIFT);
        program.add(LOAD_WORD, MAJOR, CONTEXT, CTX_MAJOR, 0);
        program.add(LOAD_WORD, MINOR, CONTEXT, CTX_MINOR, 0);
        boolean open = true;
        for (int i = rules.size() - 1; i >= 0 && open; i--) {
            program.add(rules.get(i));
            // the verifier refuses a program with rows that nothing leads to
            open = !DeviceRules.isForEverything(rules.get(i));
        }
        if (open) {
            program.leave(0);
        }
        return List.copyOf(program.instructions);
    }

    private void add(DeviceRule rule) {
        List<Instruction> body = rule.allow() ? permission(rule) : denial(rule);
        List<Instruction> conditions = new ArrayList<>();
        if (!rule.type().equals("a")) {
            conditions.add(
                    new Instruction(JUMP_NOT_EQUAL, TYPE, 0, 0, rule.type().equals("b") ? BLOCK : CHARACTER));
        }
        if (rule.major() != DeviceRule.ALL) {
            conditions.add(new Instruction(JUMP_NOT_EQUAL, MAJOR, 0, 0, rule.major()));
        }
        if (rule.minor() != DeviceRule.ALL) {
            conditions.add(new Instruction(JUMP_NOT_EQUAL, MINOR, 0, 0, rule.minor()));
        }
        for (int i = 0; i < conditions.size(); i++) {
            Instruction jump = conditions.get(i);
            int overTheRest = conditions.size() - i - 1 + body.size();
            add(jump.code(), jump.destination(), 0, overTheRest, jump.value());
        }
        instructions.addAll(body);
    }

    private static List<Instruction> permission(DeviceRule rule) {
        if (DeviceRules.isForEverything(rule)) {
            return leaving(1);
        }
        List<Instruction> body = new ArrayList<>();
        body.add(new Instruction(AND_32, ASKED, 0, 0, ~access(rule)));
        body.add(new Instruction(JUMP_NOT_EQUAL, ASKED, 0, 2, 0));
        body.addAll(leaving(1));
        return body;
    }

    private static List<Instruction> denial(DeviceRule rule) {
        if (DeviceRules.isForEverything(rule)) {
            return leaving(0);
        }
        List<Instruction> body = new ArrayList<>();
        body.add(new Instruction(MOVE_32, SCRATCH, ASKED, 0, 0));
        body.add(new Instruction(AND_32, SCRATCH, 0, 0, access(rule)));
        body.add(new Instruction(JUMP_EQUAL, SCRATCH, 0, 2, 0));
        body.addAll(leaving(0));
        return body;
    }

    private static List<Instruction> leaving(int result) {
        return List.of(new Instruction(MOVE_VALUE, RESULT, 0, 0, result), new Instruction(EXIT, 0, 0, 0, 0));
    }

    private void leave(int result) {
        instructions.addAll(leaving(result));
    }

    private void add(int code, int destination, int source, int offset, int value) {
        instructions.add(new Instruction(code, destination, source, offset, value));
    }

    private static int access(DeviceRule rule) {
        return (rule.access().contains("m") ? MKNOD : 0)
                | (rule.access().contains("r") ? READ : 0)
                | (rule.access().contains("w") ? WRITE : 0);
    }
}
