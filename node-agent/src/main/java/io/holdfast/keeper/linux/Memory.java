package io.holdfast.keeper.linux;

import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A block of zeroed native memory in the machine's byte order, freed once unreachable. Not thread-safe. */
public final class Memory {
    private final Pointer pointer;
    private final int sizeBytes;

    private Memory(Pointer pointer, int sizeBytes) {
        this.pointer = pointer;
        this.sizeBytes = sizeBytes;
    }

    public static Memory allocate(int sizeBytes) {
        return new Memory(
                Runtime.getSystemRuntime().getMemoryManager().allocateDirect(Math.max(sizeBytes, 8), true), sizeBytes);
    }

    /** The text as NUL-terminated UTF-8. */
    public static Memory text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Memory memory = allocate(bytes.length + 1);
        memory.putBytes(0, bytes);
        return memory;
    }

    public long address() {
        return pointer.address();
    }

    public int sizeBytes() {
        return sizeBytes;
    }

    public void putLong(long offset, long value) {
        pointer.putLong(offset, value);
    }

    public void putInt(long offset, int value) {
        pointer.putInt(offset, value);
    }

    public void putShort(long offset, int value) {
        pointer.putShort(offset, (short) value);
    }

    public void putBytes(long offset, byte[] bytes) {
        pointer.put(offset, bytes, 0, bytes.length);
    }

    public void putBytes(long offset, byte[] bytes, int from, int length) {
        pointer.put(offset, bytes, from, length);
    }

    public long getLong(long offset) {
        return pointer.getLong(offset);
    }

    public int getInt(long offset) {
        return pointer.getInt(offset);
    }

    public int getShort(long offset) {
        return pointer.getShort(offset);
    }

    public void getBytes(long offset, byte[] bytes, int to, int length) {
        pointer.get(offset, bytes, to, length);
    }

    public void clear(long offset, long length) {
        pointer.setMemory(offset, length, (byte) 0);
    }
}
