// The runner for aarch64: see runner-x86-64.S for the shape of a row and the rules.

        .text
        .globl  run
run:
        mov     x9, x0                  // the row; system calls preserve all registers but x0
walk:
        ldp     x0, x1, [x9, #8]
        ldp     x2, x3, [x9, #24]
        ldp     x4, x5, [x9, #40]
        ldr     w10, [x9, #4]
        cbz     w10, ready
        tbz     w10, #0, 1f
        ldr     x0, [x0]
1:      tbz     w10, #1, 2f
        ldr     x1, [x1]
2:      tbz     w10, #2, 3f
        ldr     x2, [x2]
3:      tbz     w10, #3, 4f
        ldr     x3, [x3]
4:      tbz     w10, #4, 5f
        ldr     x4, [x4]
5:      tbz     w10, #5, ready
        ldr     x5, [x5]
ready:
        ldr     w8, [x9]
        cmn     w8, #1
        b.eq    end
        cmn     w8, #2
        b.eq    compare
        svc     #0
store:
        str     x0, [x9, #56]
        ldr     x10, [x9, #64]
        cbz     x10, branch
        str     x0, [x10]
branch:
        cbz     x0, zero
        cmn     x0, #4095
        b.hs    failed                  // unsigned: -4095 to -1
        add     x9, x9, #88
        b       walk
zero:
        ldr     x9, [x9, #72]
        b       walk
failed:
        ldr     x9, [x9, #80]
        b       walk
compare:
        ldr     x0, [x0]
        and     x0, x0, x1
        cmp     x0, x2
        csetm   x0, ne                  // 0, or -1
        b       store
end:
        ret
