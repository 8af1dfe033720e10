package io.holdfast.keeper.linux;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A launch program: rows of system calls that the {@link Runner} walks without touching the Java heap or libc, so that a child that
 * shares the JVM's address space may walk them.
 *
 * <p>Why not fork and Java: a JVM has many threads, and only the calling one exists in a fork; locks held by the others never come
 * free. Why not a helper binary: it would have to be shipped, found, protected from what it launches (CVE-2019-5736) and spoken to.
 *
 * <p>A row is added with its call and arguments: numbers, texts, {@link Arena.Block}s, a {@link LongSupplier} of what is only known once
 * the table is laid out, or an earlier {@link Row}, which stands for that row's result. A failed call goes on at the {@linkplain #failTo failure label} in force when the row was added. Not thread-safe.
 */
public final class Program {
    private final Arena arena;
    private final Arch arch;
    private final List<Row> rows = new ArrayList<>(256);
    private final Label end = new Label();
    private Label failure = end;
    private Arena.Block table;

    public Program(Arena arena, Arch arch) {
        this.arena = arena;
        this.arch = arch;
    }

    /** A place to go on at; {@link #place} puts it before the next row. */
    public static final class Label {
        private int index = -1;
    }

    public Arena arena() {
        return arena;
    }

    /**
     * From here on a failed call goes on at this label.
     *
     * @return the label that was in force
     */
    public Label failTo(Label label) {
        Label before = failure;
        failure = label;
        return before;
    }

    public void place(Label label) {
        label.index = rows.size();
    }

    public Row add(Call call, Object... args) {
        return row(call, call.number(arch), call.callName(), args);
    }

    /**
     * Compares memory with an expected value: fails with EPERM unless {@code (value at address & mask) == expected}.
     *
     * @param what what it makes sure of, for the message
     */
    public Row check(String what, long address, long mask, long expected) {
        return row(null, Runner.COMPARE, what, address, mask, expected);
    }

    /** Returns to the caller of {@link #run}; failed rows before any {@link #failTo} go on here. */
    public void end() {
        if (end.index < 0) {
            place(end);
        }
        row(null, Runner.END, "end");
    }

    private Row row(Call call, int number, String name, Object... args) {
        Row row = new Row(rows.size(), call, number, name, args, failure);
        rows.add(row);
        return row;
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** Lays the table out and walks it. Rows hold their results afterwards. */
    public void run(Kernel kernel) {
        layOut();
        kernel.run(table.address());
        Reference.reachabilityFence(arena);
    }

    /** Writes the table into the arena, for somebody else to walk. No row may be added any more. */
    public void layOut() {
        table = arena.allocate((rows.size() + 1) * Runner.ROW_BYTES);
        for (Row row : rows) {
            row.writeTo(table);
        }
    }

    /** The table's address once it is laid out: an argument of a row that is to hand the results on. */
    public LongSupplier tableAddress() {
        return () -> table.address();
    }

    public LongSupplier tableBytes() {
        return () -> (long) rows.size() * Runner.ROW_BYTES;
    }

    /**
     * Takes the results that another process came to by walking the same rows.
     *
     * @return false where it is not the table of this program
     */
    public boolean adoptResults(byte[] walked) {
        if (walked.length != tableBytes().getAsLong()) {
            return false;
        }
        table.bytes().put(0, walked);
        return true;
    }

    /** Goes on at a label, whatever came before. */
    public void jump(Label label) {
        row(null, Runner.COMPARE, "jump", arena.allocate(8), 0, 0).onZero(label);
    }

    /** The first row that failed and was not allowed to; null when none did. */
    public Row failed() {
        for (Row row : rows) {
            if (row.hasFailed()) {
                return row;
            }
        }
        return null;
    }

    /** One system call. */
    public final class Row {
        /** No error number: the row has not been reached. */
        private static final long NOT_RUN = Long.MIN_VALUE;

        private final int index;
        private final Call call;
        private final int number;
        private final String name;
        private final Object[] args;
        private final Label onFailure;
        private boolean allowed;
        private Label whenAllowed;
        private Label onZero;
        private long store;
        private String zeroMeans = "";
        private String purpose = "";

        private Row(int index, Call call, int number, String name, Object[] args, Label onFailure) {
            this.index = index;
            this.call = call;
            this.number = number;
            this.name = name;
            this.args = args;
            this.onFailure = onFailure;
        }

        /** The next row follows also when this one failed. */
        public Row mayFail() {
            allowed = true;
            return this;
        }

        /** A failure is expected, too, and goes on at the label. */
        public Row mayFail(Label label) {
            allowed = true;
            whenAllowed = label;
            return this;
        }

        /** Goes on at the label when the result is 0. */
        public Row onZero(Label label) {
            onZero = label;
            return this;
        }

        /** A result of 0 is a failure, as of a poll that ran out of time. */
        public Row zeroIsFailure(String message) {
            zeroMeans = message;
            onZero = onFailure;
            return this;
        }

        /** Where to store the result too. */
        public Row storeAt(long address) {
            store = address;
            return this;
        }

        /** What the call is for, said in the message when it fails. */
        public Row purpose(String text) {
            purpose = text;
            return this;
        }

        public Call call() {
            return call;
        }

        public String name() {
            return name;
        }

        public String purpose() {
            return purpose;
        }

        public List<Object> args() {
            return List.of(args);
        }

        public boolean isReached() {
            return result() != NOT_RUN;
        }

        /** The call's result, or the negative error number; {@code Long.MIN_VALUE} where it was not reached. */
        public long result() {
            return table == null ? NOT_RUN : table.getLong(index * Runner.ROW_BYTES + Runner.RESULT);
        }

        public int errno() {
            long result = result();
            return result < 0 && result >= -4095 ? (int) -result : 0;
        }

        private boolean hasFailed() {
            return !allowed && (errno() != 0 || result() == 0 && !zeroMeans.isEmpty());
        }

        /** The call with its arguments and what came of it. */
        public String describe() {
            String reason = result() == 0 && !zeroMeans.isEmpty() ? zeroMeans : Errno.describe(errno());
            String text = call == null ? name : describeCall();
            return (purpose.isEmpty() ? "" : purpose + ": ") + text + ": " + reason;
        }

        private String describeCall() {
            Object[] shown = new Object[args.length];
            for (int i = 0; i < args.length; i++) {
                Object arg = args[i];
                if (arg instanceof Row row) {
                    shown[i] = row.result();
                } else if (arg instanceof Arena.Block block) {
                    shown[i] = block.address();
                } else if (arg instanceof LongSupplier later) {
                    shown[i] = later.getAsLong();
                } else {
                    shown[i] = arg;
                }
            }
            return ErrnoException.describe(name, shown);
        }

        private void writeTo(Arena.Block table) {
            int at = index * Runner.ROW_BYTES;
            int mask = 0;
            for (int i = 0; i < args.length; i++) {
                Object arg = args[i];
                long value;
                if (arg instanceof Row row) {
                    mask |= 1 << i;
                    value = address(row.index) + Runner.RESULT;
                } else if (arg instanceof String text) {
                    value = arena.text(text);
                } else if (arg instanceof Arena.Block block) {
                    value = block.address();
                } else if (arg instanceof LongSupplier later) {
                    value = later.getAsLong();
                } else {
                    value = ((Number) arg).longValue();
                }
                table.putLong(at + Runner.ARGUMENTS + i * 8, value);
            }
            table.putInt(at, number);
            table.putInt(at + Runner.MASK, mask);
            table.putLong(at + Runner.RESULT, NOT_RUN);
            table.putLong(at + Runner.STORE, store);
            table.putLong(at + Runner.ON_ZERO, onZero == null ? address(index + 1) : address(onZero.index));
            table.putLong(at + Runner.ON_FAILURE, failureAddress());
        }

        private long failureAddress() {
            if (!allowed) {
                return address(onFailure.index);
            }
            return address(whenAllowed == null ? index + 1 : whenAllowed.index);
        }

        private long address(int row) {
            if (row < 0) {
                throw new IllegalStateException(
                        "row " + index + " (" + name + ") goes on at a label that was never placed");
            }
            return table.address() + (long) row * Runner.ROW_BYTES;
        }
    }
}
