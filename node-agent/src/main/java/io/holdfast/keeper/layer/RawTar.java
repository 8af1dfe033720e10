package io.holdfast.keeper.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The entries of an archive, with names and extended attributes as the bytes they are. The library takes pax values for UTF-8, which
 * destroys capabilities and names that are none; so what it reads of a pax header is kept, and looked at again.
 */
final class RawTar extends TarArchiveInputStream {
    private static final int BLOCK_BYTES = 10_240;
    private static final int RECORD_BYTES = 512;
    private static final String ATTRIBUTE = "SCHILY.xattr.";

    private final LayerInput input;
    private final LayerLimits limits;
    private final ByteArrayOutputStream pax = new ByteArrayOutputStream();
    private final ByteArrayOutputStream globalPax = new ByteArrayOutputStream();
    private TarArchiveEntry paxEntry;
    private boolean inHeader;

    RawTar(LayerInput input, LayerLimits limits) {
        super(input, BLOCK_BYTES, RECORD_BYTES, "ISO-8859-1");
        this.input = input;
        this.limits = limits;
    }

    /** The next entry, its content not yet read; empty at the archive's end. The content of the one before must have been read. */
    Optional<TarEntry> next() throws IOException {
        pax.reset();
        globalPax.reset();
        paxEntry = null;
        inHeader = true;
        input.beginHeader();
        TarArchiveEntry entry = getNextEntry();
        input.endHeader();
        inHeader = false;
        if (globalPax.size() > 0) {
            checkGlobal(PaxRecords.parse(globalPax.toByteArray(), globalPax.size()));
        }
        if (entry == null) {
            return Optional.empty();
        }
        Map<String, String> records = pax.size() == 0 ? Map.of() : PaxRecords.parse(pax.toByteArray(), pax.size());
        try {
            return Optional.of(TarEntry.of(entry, records, attributes(records)));
        } catch (Refusal e) {
            throw new Refusal(Names.printable(entry.getName()) + ": " + e.getMessage());
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        int length = super.read(bytes, offset, count);
        if (inHeader && length > 0) {
            TarArchiveEntry current = getCurrentEntry();
            if (current.isPaxHeader()) {
                if (paxEntry != null && paxEntry != current) {
                    throw new Refusal("two pax headers for one entry");
                }
                paxEntry = current;
                pax.write(bytes, offset, length);
            } else if (current.isGlobalPaxHeader()) {
                globalPax.write(bytes, offset, length);
            }
        }
        return length;
    }

    /** Docker ignores global headers and GNU tar obeys them: one that makes a difference would be two layers in one. */
    private static void checkGlobal(Map<String, String> records) throws Refusal {
        for (String key : records.keySet()) {
            if (!key.equals("comment")) {
                throw new Refusal("a global pax header says " + Names.printable(key));
            }
        }
    }

    private Map<String, byte[]> attributes(Map<String, String> records) throws Refusal {
        Map<String, byte[]> attributes = new TreeMap<>();
        int bytes = 0;
        for (Map.Entry<String, String> entry : records.entrySet()) {
            if (entry.getKey().startsWith(ATTRIBUTE)) {
                String name = entry.getKey().substring(ATTRIBUTE.length());
                byte[] value = TarEntry.bytes(entry.getValue());
                bytes += name.length() + value.length;
                if (bytes > limits.attributeBytes()) {
                    throw new Refusal("extended attributes are above %d bytes".formatted(limits.attributeBytes()));
                }
                attributes.put(name, value);
            }
        }
        return attributes;
    }
}
