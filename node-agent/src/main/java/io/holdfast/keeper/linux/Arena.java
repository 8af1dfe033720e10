package io.holdfast.keeper.linux;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Native memory that one launch program is laid out in: rows, strings, structures, stacks, all allocated before the clone, since its
 * child may allocate nothing. It must not be used again before the program's last child has ended or executed. Not thread-safe.
 */
public final class Arena {
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int ALIGNMENT = 16;

    private static final long NOWHERE = 0;

    private final List<Chunk> full = new ArrayList<>();
    private final long base;
    private final Chunk first;
    private Chunk chunk;

    public Arena() {
        this(NOWHERE);
    }

    private Arena(long base) {
        this.base = base;
        first = new Chunk(CHUNK_BYTES, base);
        chunk = first;
    }

    /**
     * Memory that is written here and read elsewhere: blocks say the addresses that they will have when {@link #image} stands at this
     * base in another process.
     */
    public static Arena at(long base) {
        return new Arena(base);
    }

    public boolean isElsewhere() {
        return base != NOWHERE;
    }

    /** All that was allocated, in the order of its addresses. */
    public byte[] image() {
        int bytes = full.stream().mapToInt(Chunk::sizeBytes).sum() + chunk.buffer.position();
        byte[] image = new byte[bytes];
        int at = 0;
        for (Chunk whole : full) {
            whole.buffer.get(0, image, at, whole.sizeBytes());
            at += whole.sizeBytes();
        }
        chunk.buffer.get(0, image, at, chunk.buffer.position());
        return image;
    }

    /** A place in native memory, zeroed. */
    public record Block(ByteBuffer bytes, long address) {
        public Block putLong(int offset, long value) {
            bytes.putLong(offset, value);
            return this;
        }

        public Block putInt(int offset, int value) {
            bytes.putInt(offset, value);
            return this;
        }

        public Block putShort(int offset, int value) {
            bytes.putShort(offset, (short) value);
            return this;
        }

        public long getLong(int offset) {
            return bytes.getLong(offset);
        }

        public int getInt(int offset) {
            return bytes.getInt(offset);
        }
    }

    private static final class Chunk {
        private final ByteBuffer buffer;
        private final long address;

        /** @param base where it will stand in another process, or {@link #NOWHERE} for where it is */
        Chunk(int sizeBytes, long base) {
            buffer = (base == NOWHERE ? ByteBuffer.allocateDirect(sizeBytes) : ByteBuffer.allocate(sizeBytes))
                    .order(ByteOrder.nativeOrder());
            address = base == NOWHERE ? MemoryIO.getInstance().getDirectBufferAddress(buffer) : base;
        }

        int sizeBytes() {
            return buffer.capacity();
        }
    }

    public Block allocate(int sizeBytes) {
        int size = (sizeBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (chunk.buffer.remaining() < size + ALIGNMENT) {
            full.add(chunk);
            long next = base == NOWHERE ? NOWHERE : chunk.address + chunk.sizeBytes();
            chunk = new Chunk(Math.max(CHUNK_BYTES, size + ALIGNMENT), next);
        }
        // a direct buffer may start at any address: align the address, not the offset
        int at = chunk.buffer.position();
        at += (int) (-(chunk.address + at) & (ALIGNMENT - 1));
        chunk.buffer.position(at + size);
        ByteBuffer slice = chunk.buffer.slice(at, size).order(ByteOrder.nativeOrder());
        return new Block(slice, chunk.address + at);
    }

    /** @return the address of the text as NUL-terminated UTF-8 */
    public long text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Block block = allocate(bytes.length + 1);
        block.bytes().put(0, bytes);
        return block.address();
    }

    /** @return the address of an array of the texts' addresses, ended by 0, as execve(2) wants it */
    public long texts(List<String> texts) {
        Block array = allocate((texts.size() + 1) * 8);
        for (int i = 0; i < texts.size(); i++) {
            array.putLong(i * 8, text(texts.get(i)));
        }
        return array.address();
    }

    /** Forgets everything, zeroes what was used, keeps the first chunk. */
    public void reset() {
        full.clear();
        chunk = first;
        int used = first.buffer.position();
        byte[] zeros = new byte[used];
        first.buffer.put(0, zeros);
        first.buffer.position(0);
    }
}
