package io.holdfast.keeper;

import io.holdfast.keeper.Records.KeeperRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which keeper of this host gives out which host ids. Each claims its range with a file that names its data directory, in a
 * directory that all keepers of the host share and a reboot empties; a claim counts as long as the data directory still
 * stands and remembers the same range. A keeper that ended without its claim being removed so keeps the ids of what runs on.
 */
final class IdClaims {
    /** Above what distributions hand out by themselves (/etc/subuid begins at 100000), below 2³¹. */
    static final int FIRST_CHOICE = 0x2000_0000;

    static final Path SHARED = Path.of("/run/holdfast-id-ranges");
    private static final Logger LOG = LoggerFactory.getLogger(IdClaims.class);
    private static final String LOCK = "lock";
    private static final int MAX_LOCK_TRIES = 100;

    private final Path directory;

    IdClaims(Path directory) {
        this.directory = directory;
    }

    private record Claim(Path file, int first, int size, Path owner) {
        boolean overlaps(int otherFirst, int otherSize) {
            return (long) first < (long) otherFirst + otherSize && (long) otherFirst < (long) first + size;
        }
    }

    /**
     * The range of this keeper: as configured, as remembered, or the first that is free, in this order.
     *
     * @throws RefusedException when it is another's
     */
    KeeperRecord claim(Layout layout, KeeperConfig config) throws IOException, RefusedException {
        // lock files of one process are one lock: the monitor is for keepers in the same JVM
        synchronized (IdClaims.class) {
            try (FileChannel lock = lock()) {
                LOG.trace("locked {}", lock);
                return claimLocked(layout, config);
            }
        }
    }

    /**
     * The last keeper takes the lock's file away with it: what was locked must be what stands there now. That is told by the
     * file's inode and not by reading it, for closing any other descriptor of the file lets go of the lock (fcntl(2)).
     */
    FileChannel lock() throws IOException {
        Path file = directory.resolve(LOCK);
        for (int i = 0; i < MAX_LOCK_TRIES; i++) {
            FileChannel channel = null;
            try {
                Files.createDirectories(directory);
                try {
                    Files.createFile(file);
                } catch (FileAlreadyExistsException e) {
                    LOG.trace("{} stands already", file);
                }
                Object before = inode(file);
                channel = FileChannel.open(file, StandardOpenOption.WRITE);
                channel.lock();
                if (inode(file).equals(before)) {
                    return channel;
                }
            } catch (NoSuchFileException e) {
                LOG.trace("the last keeper has just taken {} away", file);
            }
            if (channel != null) {
                channel.close();
            }
        }
        throw new IOException("cannot lock " + file);
    }

    private static Object inode(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private KeeperRecord claimLocked(Layout layout, KeeperConfig config) throws IOException, RefusedException {
        Path owner = layout.data().toRealPath();
        List<Claim> others = new ArrayList<>();
        for (Claim claim : claims()) {
            if (claim.owner().equals(owner) || !isAlive(claim)) {
                Files.deleteIfExists(claim.file());
            } else {
                others.add(claim);
            }
        }
        Optional<KeeperRecord> remembered = Records.read(layout.keeperRecord(), KeeperRecord.class);
        KeeperRecord range;
        if (config.idRangeFirst() != 0) {
            range = new KeeperRecord(config.idRangeFirst(), config.idRangeSize());
        } else {
            range = remembered.isPresent()
                    ? new KeeperRecord(remembered.get().idRangeFirst(), config.idRangeSize())
                    : free(others, config.idRangeSize());
        }
        for (Claim other : others) {
            if (other.overlaps(range.idRangeFirst(), range.idRangeSize())) {
                throw RefusedException.conflict(
                        "host ids %d to %d are another keeper's (%s): set id-range-first and id-range-size",
                        range.idRangeFirst(), range.idRangeFirst() + range.idRangeSize() - 1, other.owner());
            }
        }
        Files.writeString(
                directory.resolve(Integer.toString(range.idRangeFirst())), range.idRangeSize() + "\n" + owner + "\n");
        Records.write(layout.keeperRecord(), range);
        return range;
    }

    private static KeeperRecord free(List<Claim> others, int size) throws RefusedException {
        for (long first = FIRST_CHOICE; first + size - 1 <= IdRanges.LAST_ID; first += size) {
            int candidate = (int) first;
            if (others.stream().noneMatch(claim -> claim.overlaps(candidate, size))) {
                return new KeeperRecord(candidate, size);
            }
        }
        throw RefusedException.conflict("no range of %d host ids is free: lower id-range-size", size);
    }

    /** Lets another keeper have the range. */
    void release(Layout layout) throws IOException {
        Path owner = layout.data().toRealPath();
        synchronized (IdClaims.class) {
            try (FileChannel lock = lock()) {
                for (Claim claim : claims()) {
                    if (claim.owner().equals(owner)) {
                        Files.deleteIfExists(claim.file());
                    }
                }
                if (claims().isEmpty()) {
                    LOG.trace("letting go of {}", lock);
                    Files.deleteIfExists(directory.resolve(LOCK));
                    Files.deleteIfExists(directory);
                }
            } catch (DirectoryNotEmptyException e) {
                // another keeper begins just now
            }
        }
    }

    private List<Claim> claims() throws IOException {
        List<Claim> claims = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "[0-9]*")) {
            for (Path file : files) {
                List<String> lines = Files.readAllLines(file);
                if (lines.size() == 2) {
                    claims.add(new Claim(
                            file,
                            Integer.parseInt(file.getFileName().toString()),
                            Integer.parseInt(lines.get(0)),
                            Path.of(lines.get(1))));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return claims;
    }

    private static boolean isAlive(Claim claim) throws IOException {
        return Records.read(claim.owner().resolve("keeper.json"), KeeperRecord.class)
                .filter(record -> record.idRangeFirst() == claim.first())
                .isPresent();
    }
}
