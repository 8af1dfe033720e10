package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The host's init for containers that ask for one: a small program that becomes process 1, hands signals on and reaps. It has to be
 * static, since the image has not the host's libraries.
 *
 * <p>It is executed from a sealed copy in memory, by descriptor (execveat(2)): so nothing of it is mounted into the root, and
 * /proc/1/exe inside the container is that copy, which nobody can write, and not the host's file (CVE-2019-5736). The copy is made
 * when the first container asks, and shared by all.
 */
final class InitProgram {
    /** In this order. Debian and Fedora have the first two from the package catatonit, the others are of tini and Docker. */
    static final List<Path> PLACES = List.of(
            Path.of("/usr/bin/catatonit"),
            Path.of("/usr/libexec/podman/catatonit"),
            Path.of("/usr/bin/tini-static"),
            Path.of("/usr/bin/docker-init"),
            Path.of("/usr/bin/tini"));

    private static final int MAX_BYTES = 16 << 20;
    private static final int ELF_HEADER_BYTES = 64;
    private static final int ELF_MAGIC = 0x464c457f;
    private static final int ELF_CLASS_64 = 2;
    private static final int EM_X86_64 = 62;
    private static final int EM_AARCH64 = 183;
    private static final int PT_INTERP = 3;
    private static final int NONE = -1;

    private final Path file;
    private final String why;
    private int copy = NONE;

    private InitProgram(Path file, String why) {
        this.file = file;
        this.why = why;
    }

    static InitProgram find(Arch arch) {
        return find(PLACES, arch);
    }

    static InitProgram find(List<Path> places, Arch arch) {
        List<String> reasons = new ArrayList<>();
        for (Path place : places) {
            try {
                read(place, arch);
                return new InitProgram(place, "");
            } catch (NoSuchFileException e) {
                continue; // not this one
            } catch (IOException e) {
                reasons.add(e.getMessage());
            }
        }
        return new InitProgram(
                Path.of(""),
                "this host has no init for containers"
                        + (reasons.isEmpty() ? "" : " (" + String.join(", ", reasons) + ")")
                        + ": install the package catatonit or tini and start the keeper again");
    }

    /** As the host names it; empty where there is none. */
    String name() {
        return why.isEmpty() ? file.getFileName().toString() : "";
    }

    /** Why there is none; empty where there is one. */
    String missing() {
        return why;
    }

    /** A descriptor that lives as long as this process. */
    synchronized int descriptor(Syscalls syscalls, Arch arch) throws LaunchException {
        if (!why.isEmpty()) {
            throw new LaunchException("init", 0, why);
        }
        if (copy == NONE) {
            try {
                copy = syscalls.sealedExecutable(name(), read(file, arch));
            } catch (IOException e) {
                int errno = e instanceof ErrnoException cause ? cause.errno() : 0;
                throw new LaunchException("init", errno, "the init " + file + ": " + e.getMessage());
            }
        }
        return copy;
    }

    /** @throws IOException for what is not to be executed as root of containers */
    private static byte[] read(Path file, Arch arch) throws IOException {
        if (!Files.getAttribute(file, "unix:uid").equals(0)
                || ((int) Files.getAttribute(file, "unix:mode") & 022) != 0
                || !Files.isRegularFile(file.toRealPath(), LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " can be written by others than root");
        }
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES || bytes.length < ELF_HEADER_BYTES) {
            throw new IOException(file + " is no program");
        }
        checkStatic(file, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), arch);
        return bytes;
    }

    /** See elf(5). */
    private static void checkStatic(Path file, ByteBuffer elf, Arch arch) throws IOException {
        int machine = arch == Arch.X86_64 ? EM_X86_64 : EM_AARCH64;
        if (elf.getInt(0) != ELF_MAGIC || elf.get(4) != ELF_CLASS_64 || elf.getShort(18) != machine) {
            throw new IOException(file + " is no program of this architecture");
        }
        long headers = elf.getLong(32);
        int size = Short.toUnsignedInt(elf.getShort(54));
        int count = Short.toUnsignedInt(elf.getShort(56));
        for (int i = 0; i < count; i++) {
            long at = headers + (long) i * size;
            if (at < 0 || at + Integer.BYTES > elf.capacity()) {
                throw new IOException(file + " is no program");
            }
            if (elf.getInt((int) at) == PT_INTERP) {
                throw new IOException(file + " is not static");
            }
        }
    }
}
