package io.holdfast.keeper;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.cgroup.CgroupDriver;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accounts of all sandboxes. Thread-safe. */
final class Accounts {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    private final Layout layout;
    private final CgroupDriver cgroups;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    Accounts(Layout layout, CgroupDriver cgroups) {
        this.layout = layout;
        this.cgroups = cgroups;
    }

    Account of(String sandbox) throws IOException {
        Account known = accounts.get(sandbox);
        if (known != null) {
            return known;
        }
        Account read = new Account(layout.account(sandbox));
        Account other = accounts.putIfAbsent(sandbox, read);
        return other == null ? read : other;
    }

    /** An id may be used again, a start of it not. */
    static String line(Container container) {
        return container.id() + "@" + container.process().startedAtMillis();
    }

    /**
     * Takes over what an ended container has used; before its cgroup goes, and as often as one likes. Until the container is
     * forgotten its exit record remembers it, so nothing is written here.
     *
     * @return all that is known of it; a cgroup that is gone was taken over before
     */
    Reply.Usage settle(Container container) {
        try {
            Account account = of(container.record.sandbox());
            String line = line(container);
            cgroups.consumed(container.cgroup()).map(Accounts::usage).ifPresent(used -> account.put(line, used));
            return account.line(line);
        } catch (IOException e) {
            LOG.warn("account of sandbox {}: {}", container.record.sandbox(), e.getMessage());
            return Reply.Usage.NONE;
        }
    }

    /** What an exit record remembers. */
    void restore(Container container, Reply.Usage usage) throws IOException {
        of(container.record.sandbox()).put(line(container), usage);
    }

    /** Before the container's records go. */
    void keep(Container container) {
        Account account = accounts.get(container.record.sandbox());
        if (account == null) {
            return; // its sandbox is being removed
        }
        try {
            account.write();
        } catch (IOException e) {
            // a full disk, perhaps, which removing may help; what is in memory is written with the next change
            LOG.warn("account of sandbox {}: {}", container.record.sandbox(), e.getMessage());
        }
    }

    /** The container is forgotten; what it used is not: its line is on disk and counted there, the sum follows with the next write. */
    void fold(Container container) {
        Account account = accounts.get(container.record.sandbox());
        if (account != null) {
            account.fold(line(container));
        }
    }

    /** Lines of containers that an earlier keeper had begun to forget go into the sum. */
    void adopt(Sandbox sandbox, Collection<Container> containers) throws IOException {
        Set<String> known = containers.stream().map(Accounts::line).collect(Collectors.toSet());
        Account account = of(sandbox.id());
        for (String line : account.snapshot().kept().keySet()) {
            if (!known.contains(line)) {
                account.fold(line);
            }
        }
        account.write();
    }

    /** The sandbox is being removed, and its account with it. */
    void close(String sandbox) {
        Account account = accounts.remove(sandbox);
        if (account != null) {
            account.close();
        }
    }

    static Reply.Usage usage(CgroupDriver.Consumed used) {
        return new Reply.Usage(
                used.cpu().usageNanos(),
                used.cpu().userNanos(),
                used.cpu().systemNanos(),
                used.cpu().throttledPeriods(),
                used.cpu().throttledNanos(),
                used.io().readBytes(),
                used.io().writeBytes(),
                used.io().readOperations(),
                used.io().writeOperations(),
                used.oomKills());
    }
}
