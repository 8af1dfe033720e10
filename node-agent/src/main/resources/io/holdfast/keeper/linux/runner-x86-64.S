# The runner for x86-64: walks the rows of a launch program. void run(struct row *first)
#
# It touches no stack between entry and return, no heap, no libc: only registers and rows. So the child of a clone3 that
# shares the address space may go on in it, on any stack or none.
#
#   row: 0 number (32 bits; -1 ends the walk, -2 compares)
#        4 mask   (32 bits; bit i set: argument i is the address of its value)
#        8 six arguments (64 bits each)
#       56 result
#       64 where to store the result as well, or 0
#       72 row to go on with when the result is 0
#       80 row to go on with when the call failed (result -4095 to -1)
#       88 the next row
#
# Comparing: argument 0 is the address of a value, of which the bits in argument 1 must equal argument 2; the result is 0,
# or -1 where they differ.

        .text
        .globl  run
run:
        push    %rbx
        mov     %rdi, %rbx
walk:
        mov     8(%rbx), %rdi
        mov     16(%rbx), %rsi
        mov     24(%rbx), %rdx
        mov     32(%rbx), %r10
        mov     40(%rbx), %r8
        mov     48(%rbx), %r9
        mov     4(%rbx), %ecx
        test    %ecx, %ecx
        jz      ready
        test    $1, %cl
        jz      1f
        mov     (%rdi), %rdi
1:      test    $2, %cl
        jz      2f
        mov     (%rsi), %rsi
2:      test    $4, %cl
        jz      3f
        mov     (%rdx), %rdx
3:      test    $8, %cl
        jz      4f
        mov     (%r10), %r10
4:      test    $16, %cl
        jz      5f
        mov     (%r8), %r8
5:      test    $32, %cl
        jz      ready
        mov     (%r9), %r9
ready:
        mov     (%rbx), %eax
        cmp     $-1, %eax
        je      end
        cmp     $-2, %eax
        je      compare
        syscall
store:
        mov     %rax, 56(%rbx)
        mov     64(%rbx), %rcx
        test    %rcx, %rcx
        jz      branch
        mov     %rax, (%rcx)
branch:
        test    %rax, %rax
        jz      zero
        cmp     $-4095, %rax
        jae     failed
        add     $88, %rbx
        jmp     walk
zero:
        mov     72(%rbx), %rbx
        jmp     walk
failed:
        mov     80(%rbx), %rbx
        jmp     walk
compare:
        mov     (%rdi), %rax
        and     %rsi, %rax
        xor     %rdx, %rax
        neg     %rax            # sets carry unless zero
        sbb     %rax, %rax      # 0, or -1
        jmp     store
end:
        pop     %rbx
        ret
