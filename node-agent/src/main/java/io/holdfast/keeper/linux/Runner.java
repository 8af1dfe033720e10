package io.holdfast.keeper.linux;

import java.util.HexFormat;

/**
 * The runner's machine code: position-independent, under 200 bytes. Its listings stand in the resources of this package as {@code
 * runner-x86-64.S} and {@code runner-aarch64.S}; a test assembles them and compares.
 */
final class Runner {
    /** Of a row, in bytes; the offsets are those of the listings. */
    static final int ROW_BYTES = 88;

    static final int MASK = 4;
    static final int ARGUMENTS = 8;
    static final int RESULT = 56;
    static final int STORE = 64;
    static final int ON_ZERO = 72;
    static final int ON_FAILURE = 80;

    static final int END = -1;
    static final int COMPARE = -2;

    private static final String X86_64 = "534889fb488b7b08488b7310488b53184c8b53204c8b43284c8b4b308b4b0485"
            + "c97430f6c1017403488b3ff6c1027403488b36f6c1047403488b12f6c1087403"
            + "4d8b12f6c11074034d8b00f6c12074034d8b098b0383f8ff744d83f8fe74370f"
            + "0548894338488b4b404885c974034889014885c0740e483d01f0ffff730f4883"
            + "c358eb80488b5b48e977ffffff488b5b50e96effffff488b074821f04831d048"
            + "f7d84819c0ebba5bc3";

    private static final String AARCH64 = "e90300aa208540a9228d41a9249542a92a0540b9aa0100344a000036000040f9"
            + "4a000836210040f94a001036420040f94a001836630040f94a002036840040f9"
            + "4a002836a50040f9280140b91f050031c00200541f090031e0010054010000d4"
            + "201d00f92a2140f94a0000b4400100f9a00000b41ffc3fb1a200005429610191"
            + "e1ffff17292540f9dfffff17292940f9ddffff17000040f90000018a1f0002eb"
            + "e0039fdaefffff17c0035fd6";

    private Runner() {}

    static byte[] code(Arch arch) {
        return HexFormat.of().parseHex(arch == Arch.X86_64 ? X86_64 : AARCH64);
    }
}
