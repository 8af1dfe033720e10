// Simple rows for the aarch64 runner under an emulator: assembled and linked with runner-aarch64.S by RunnerTest. It prints one
// letter for each row that was rightly reached and exits with 0; a row that must not be reached prints X.

        .macro  row number, mask, a0, a1, a2, store, onzero, onfailure
        .word   \number
        .word   \mask
        .quad   \a0, \a1, \a2, 0, 0, 0
        .quad   0               // result
        .quad   \store, \onzero, \onfailure
        .endm

        .equ    WRITE, 64
        .equ    CLOSE, 57
        .equ    DUP, 23
        .equ    UMASK, 166
        .equ    END, -1
        .equ    COMPARE, -2

        .text
        .globl  _start
_start:
        ldr     x0, =first
        bl      run
        ldr     x0, =stored
        ldr     x0, [x0]
        sub     x0, x0, #1      // the first write's result, 1: exit code 0
        mov     x8, #93
        svc     #0

        .data
first:  row     WRITE, 0, 1, a, 1, stored, wrong, wrong
        row     CLOSE, 0, -1, 0, 0, 0, wrong, second            // fails, and may
        row     WRITE, 0, 1, x, 1, 0, wrong, wrong
second: row     WRITE, 4, 1, b, stored, 0, wrong, wrong         // length by its address
        row     UMASK, 0, 0, 0, 0, 0, third, third              // whatever it was
third:  row     UMASK, 0, 0, 0, 0, 0, fourth, wrong             // is 0 now
        row     WRITE, 0, 1, x, 1, 0, wrong, wrong
fourth: row     COMPARE, 0, stored, 0xff, 1, 0, fifth, wrong    // equal: 0
        row     WRITE, 0, 1, x, 1, 0, wrong, wrong
fifth:  row     COMPARE, 0, stored, 0xff, 2, 0, wrong, sixth    // different: failed
sixth:  row     WRITE, 0, 1, c, 1, 0, wrong, wrong
        row     END, 0, 0, 0, 0, 0, 0, 0
wrong:  row     WRITE, 0, 1, x, 1, 0, last, last
last:   row     END, 0, 0, 0, 0, 0, 0, 0
stored: .quad   0
a:      .ascii  "a"
b:      .ascii  "b"
c:      .ascii  "c"
x:      .ascii  "X"
