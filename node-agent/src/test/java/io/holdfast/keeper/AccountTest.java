package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountTest {
    @TempDir
    Path directory;

    @Test
    void shouldCountAnEndOnceHoweverOftenItIsRecorded() throws Exception {
        Account account = open();
        account.put("c1@1", usage(10));
        account.write();
        // killed before the end was told: the next keeper reads the same counters again, or later ones
        account = open();
        account.put("c1@1", usage(12));
        account.put("c1@1", usage(0));
        account.write();

        assertThat(total(open())).isEqualTo(12);
    }

    @Test
    void shouldKeepWhatForgottenContainersUsed() throws Exception {
        Account account = open();
        account.put("c1@1", usage(10));
        account.put("c1@2", usage(5));
        account.fold("c1@1");
        account.fold("c1@1");
        account.write();

        Account.Snapshot read = open().snapshot();

        assertThat(read.removed().cpuNanos()).isEqualTo(10);
        assertThat(read.kept()).isEqualTo(Map.of("c1@2", usage(5)));
    }

    @Test
    void shouldRememberTheNetworkForWhenItIsGone() throws Exception {
        Account account = open();
        List<Reply.NetworkInterface> seen = List.of(new Reply.NetworkInterface("lo", 1, 2, 3, 4));
        account.network(seen);
        account.write();

        assertThat(open().snapshot().network()).isEqualTo(seen);
    }

    @Test
    void shouldTryAgainWhatCouldNotBeWritten() throws Exception {
        Path later = directory.resolve("later");
        Account account = new Account(later.resolve("account.json"));
        account.put("c1@1", usage(10));
        assertThatThrownBy(account::write).isInstanceOf(IOException.class);

        Files.createDirectory(later);
        account.write();

        assertThat(total(new Account(later.resolve("account.json")))).isEqualTo(10);
    }

    @Test
    void shouldWriteNothingOnceItsSandboxIsRemoved() throws Exception {
        Account account = open();
        account.close();
        account.put("c1@1", usage(10));
        account.write();

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldReadInterfacesBelowTheHeadings() {
        String text = """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:     168       2    0    0    0     0          0         0      169       3    0    0    0     0       0          0
                  eth0:1000000000000 4 0 0 0 0 0 0 5 6 0 0 0 0 0 0
                """;

        assertThat(NetworkCounters.parse(text))
                .containsExactly(
                        new Reply.NetworkInterface("lo", 168, 2, 169, 3),
                        new Reply.NetworkInterface("eth0", 1_000_000_000_000L, 4, 5, 6));
    }

    private Account open() throws IOException {
        return new Account(directory.resolve("account.json"));
    }

    private static long total(Account account) {
        Account.Snapshot snapshot = account.snapshot();
        return snapshot.kept().values().stream()
                .reduce(snapshot.removed(), Reply.Usage::plus)
                .cpuNanos();
    }

    private static Reply.Usage usage(long cpuNanos) {
        return new Reply.Usage(cpuNanos, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
}
