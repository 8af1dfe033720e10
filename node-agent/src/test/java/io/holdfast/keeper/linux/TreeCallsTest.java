package io.holdfast.keeper.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@org.junit.jupiter.api.Tag("host-tools")
class TreeCallsTest {
    @TempDir
    Path directory;

    @Test
    void shouldHaveTheKernelsNumbers() throws Exception {
        Map<String, Integer> x86 = numbers("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
        Map<String, Integer> generic = numbers("/usr/include/asm-generic/unistd.h");
        for (Call call : Call.values()) {
            if (x86.containsKey(call.callName())) {
                assertThat(call.number(Arch.X86_64)).as(call.callName()).isEqualTo(x86.get(call.callName()));
            }
            if (generic.containsKey(call.callName())) {
                assertThat(call.number(Arch.AARCH64)).as(call.callName()).isEqualTo(generic.get(call.callName()));
            }
        }
        assertThat(x86).containsKeys("utimensat", "fsetxattr", "linkat");
        assertThat(generic).containsKeys("utimensat", "fsetxattr", "linkat");
    }

    private static Map<String, Integer> numbers(String header) throws Exception {
        Path file = Path.of(header);
        Assumptions.assumeTrue(Files.exists(file), "needs the kernel's headers, " + header);
        // the generic header names some after 3264 bits
        Pattern define = Pattern.compile("#define __NR(?:3264)?_(\\w+) (\\d+)");
        Map<String, Integer> numbers = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            Matcher matcher = define.matcher(line);
            if (matcher.lookingAt()) {
                numbers.put(matcher.group(1), Integer.parseInt(matcher.group(2)));
            }
        }
        return numbers;
    }

    @Test
    void shouldReadBackWhatItWrites() throws Exception {
        Syscalls syscalls = new Syscalls(new JnrKernel());
        TreeCalls calls = new TreeCalls(syscalls);
        int top = calls.openTop(directory.toString());
        int fd = calls.create(top, "a\u00ff", 0600);
        try {
            byte[] bytes = new byte[1 << 20];
            bytes[bytes.length - 1] = 7;
            calls.write(fd, bytes, 0, bytes.length, 5);
            calls.setTime(fd, 1, 2);
            calls.setMode(fd, 0640);
            calls.setAttribute(fd, "user.x", new byte[] {1, 0, (byte) 0xff});

            TreeCalls.Status status = calls.status(top, "a\u00ff");
            assertThat(status.size()).isEqualTo(bytes.length + 5);
            assertThat(status.seconds()).isEqualTo(1);
            assertThat(status.nanos()).isEqualTo(2);
            assertThat(status.mode()).isEqualTo(Uapi.S_IFREG | 0640);
            assertThat(calls.attributes(top, "a\u00ff")).contains("user.x");
            assertThat(calls.attribute(top, "a\u00ff", "user.x")).containsExactly(1, 0, 0xff);
            calls.makeSymbolicLink(top, "link", "\u00e4");
            assertThat(calls.readLink(top, "link")).isEqualTo("\u00e4");
            int listed = calls.openToList(top, ".");
            DirectoryReader names = new DirectoryReader(listed, syscalls);
            assertThat(Set.of(names.next(), names.next())).containsExactlyInAnyOrder("a\u00ff", "link");
            assertThat(names.next()).isEmpty();
            calls.close(listed);
            calls.unlink(top, "a\u00ff");
        } finally {
            calls.close(fd);
            calls.close(top);
        }
    }
}
