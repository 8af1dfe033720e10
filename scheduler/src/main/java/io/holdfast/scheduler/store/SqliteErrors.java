package io.holdfast.scheduler.store;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** SQLite's errors as sentences with a way out. The primary codes: https://sqlite.org/rescode.html */
final class SqliteErrors {
    private static final int PRIMARY = 0xff;

    private SqliteErrors() {}

    /** @param what was tried: {@code commit} */
    static StoreException of(String what, String file, SQLException e) {
        int code = e instanceof SQLiteException s ? s.getResultCode().code & PRIMARY : -1;
        String message;
        if (code == SQLiteErrorCode.SQLITE_NOTADB.code) {
            message = file + " is no database, or its beginning is damaged: put a copy in its place, or move it away";
        } else if (code == SQLiteErrorCode.SQLITE_CORRUPT.code) {
            message = file + " is damaged: put a copy in its place, or move it away";
        } else if (code == SQLiteErrorCode.SQLITE_FULL.code) {
            message = what + " failed: no space is left for " + file;
        } else if (code == SQLiteErrorCode.SQLITE_READONLY.code
                || code == SQLiteErrorCode.SQLITE_CANTOPEN.code
                || code == SQLiteErrorCode.SQLITE_PERM.code) {
            message = what + " failed: " + file + " or its directory is not writable";
        } else if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
            message = what + " failed: another program has held " + file + " locked for "
                    + StoreLimits.BUSY_TIMEOUT_MILLIS + " ms";
        } else if (code == SQLiteErrorCode.SQLITE_IOERR.code) {
            message = what + " failed: the disk of " + file + " reports an error";
        } else {
            message = what + " failed on " + file;
        }
        return new StoreException(message, e);
    }
}
