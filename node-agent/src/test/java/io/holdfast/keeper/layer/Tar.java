package io.holdfast.keeper.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Writes archives header by header, wrong ones as well. Names are bytes, one to a char. */
final class Tar {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** What a header says; what is not said is as in most archives. */
    record Header(
            String name,
            char type,
            int mode,
            long uid,
            long gid,
            long size,
            long seconds,
            String link,
            int major,
            int minor) {
        static Header of(String name, char type) {
            return new Header(name, type, type == '5' ? 0755 : 0644, 0, 0, 0, 1_700_000_000L, "", 0, 0);
        }

        Header mode(int bits) {
            return new Header(name, type, bits, uid, gid, size, seconds, link, major, minor);
        }

        Header owner(long user, long group) {
            return new Header(name, type, mode, user, group, size, seconds, link, major, minor);
        }

        Header size(long bytes) {
            return new Header(name, type, mode, uid, gid, bytes, seconds, link, major, minor);
        }

        Header seconds(long time) {
            return new Header(name, type, mode, uid, gid, size, time, link, major, minor);
        }

        Header link(String target) {
            return new Header(name, type, mode, uid, gid, size, seconds, target, major, minor);
        }

        Header device(int majorNumber, int minorNumber) {
            return new Header(name, type, mode, uid, gid, size, seconds, link, majorNumber, minorNumber);
        }
    }

    static Header file(String name) {
        return Header.of(name, '0');
    }

    static Header directory(String name) {
        return Header.of(name, '5');
    }

    static Header symbolicLink(String name, String target) {
        return Header.of(name, '2').link(target);
    }

    static Header hardLink(String name, String target) {
        return Header.of(name, '1').link(target);
    }

    Tar add(Header header) {
        out.writeBytes(header(header));
        return this;
    }

    Tar add(Header header, String content) {
        add(header.size(content.length()));
        return raw(padded(content.getBytes(StandardCharsets.ISO_8859_1)));
    }

    Tar file(String name, String content) {
        return add(file(name), content);
    }

    /** Keys and values for the next entry. */
    Tar pax(String... records) {
        return pax('x', records);
    }

    Tar pax(char type, String... records) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < records.length; i += 2) {
            text.append(record(records[i], records[i + 1]));
        }
        return add(Header.of("pax", type), text.toString());
    }

    private static String record(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.length() + 1;
        while (String.valueOf(length).length() + rest.length() != length) {
            length = String.valueOf(length).length() + rest.length();
        }
        return length + rest;
    }

    Tar raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** With its end. */
    byte[] bytes() {
        byte[] open = open();
        return Arrays.copyOf(open, open.length + 2 * BLOCK);
    }

    byte[] open() {
        return out.toByteArray();
    }

    static DiffId idOf(byte[] archive) {
        try {
            return DiffId.ofHex(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(archive)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] padded(byte[] content) {
        return Arrays.copyOf(content, (content.length + BLOCK - 1) / BLOCK * BLOCK);
    }

    static byte[] header(Header header) {
        byte[] block = new byte[BLOCK];
        text(block, 0, 100, header.name);
        octal(block, 100, 8, header.mode);
        octal(block, 108, 8, header.uid);
        octal(block, 116, 8, header.gid);
        octal(block, 124, 12, header.size);
        octal(block, 136, 12, header.seconds);
        block[156] = (byte) header.type;
        text(block, 157, 100, header.link);
        text(block, 257, 8, "ustar\00000");
        octal(block, 329, 8, header.major);
        octal(block, 337, 8, header.minor);
        sign(block);
        return block;
    }

    /** Makes a changed header right again. */
    static void sign(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
        block[155] = ' ';
    }

    private static void text(byte[] block, int at, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length > length) {
            throw new IllegalArgumentException("use pax for " + text);
        }
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    private static void octal(byte[] block, int at, int length, long value) {
        String digits = Long.toOctalString(value);
        if (value < 0 || digits.length() > length - 1) {
            block[at] = (byte) (value < 0 ? 0xff : 0x80);
            for (int i = 0; i < length - 1; i++) {
                int shift = 8 * (length - 2 - i);
                block[at + 1 + i] = (byte) (shift >= 64 ? value >> 63 : value >> shift);
            }
            return;
        }
        text(block, at, length, "0".repeat(length - 1 - digits.length()) + digits);
    }
}
