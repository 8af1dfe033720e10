package io.holdfast.keeper.seccomp;

import java.util.List;

/** Runs a filter as the kernel would, and counts what it executes. */
final class BpfMachine {
    private final List<Instruction> program;
    int executed;

    BpfMachine(List<Instruction> program) {
        this.program = program;
        verify();
    }

    /** What the kernel checks when a filter is loaded: known instructions, jumps inside, a return at the end. */
    private void verify() {
        for (int at = 0; at < program.size(); at++) {
            Instruction instruction = program.get(at);
            int furthest = switch (instruction.code()) {
                case Instruction.LOAD -> {
                    require(instruction.operand() % 4 == 0 && instruction.operand() < 64, at);
                    yield 0;
                }
                case Instruction.AND, Instruction.RETURN -> 0;
                case Instruction.GO -> instruction.operand();
                case Instruction.IF_EQUAL, Instruction.IF_GREATER, Instruction.IF_AT_LEAST ->
                    Math.max(instruction.yes(), instruction.no());
                default -> throw new AssertionError("unknown instruction at " + at + ": " + instruction);
            };
            require(instruction.yes() >= 0 && instruction.yes() <= 255, at);
            require(instruction.no() >= 0 && instruction.no() <= 255, at);
            require(
                    furthest >= 0 && at + furthest + 1 < program.size() || instruction.code() == Instruction.RETURN,
                    at);
        }
        require(program.get(program.size() - 1).code() == Instruction.RETURN, program.size() - 1);
    }

    private void require(boolean condition, int at) {
        if (!condition) {
            throw new AssertionError("instruction " + at + " of " + program.size() + ": " + program.get(at));
        }
    }

    int run(int number, int architecture, long... arguments) {
        int accumulator = 0;
        int at = 0;
        executed = 0;
        while (true) {
            Instruction instruction = program.get(at++);
            executed++;
            int operand = instruction.operand();
            switch (instruction.code()) {
                case Instruction.LOAD -> accumulator = word(operand, number, architecture, arguments);
                case Instruction.AND -> accumulator &= operand;
                case Instruction.GO -> at += operand;
                case Instruction.IF_EQUAL -> at += accumulator == operand ? instruction.yes() : instruction.no();
                case Instruction.IF_GREATER ->
                    at += Integer.compareUnsigned(accumulator, operand) > 0 ? instruction.yes() : instruction.no();
                case Instruction.IF_AT_LEAST ->
                    at += Integer.compareUnsigned(accumulator, operand) >= 0 ? instruction.yes() : instruction.no();
                default -> {
                    return operand;
                }
            }
        }
    }

    private static int word(int offset, int number, int architecture, long[] arguments) {
        if (offset == BpfCompiler.NUMBER) {
            return number;
        }
        if (offset == BpfCompiler.ARCHITECTURE) {
            return architecture;
        }
        long argument = arguments[(offset - BpfCompiler.ARGUMENTS) / 8];
        return (int) (offset % 8 == 0 ? argument : argument >>> 32);
    }
}
