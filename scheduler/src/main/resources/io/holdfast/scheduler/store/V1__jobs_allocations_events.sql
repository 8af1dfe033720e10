-- The first format of the store. Times are milliseconds since the epoch, 0 for "not yet".
-- A released migration is never changed: the next format is the next file.

CREATE TABLE cluster (
    id                INTEGER PRIMARY KEY CHECK (id = 1),
    cluster_id        TEXT    NOT NULL,
    created_at_millis INTEGER NOT NULL
) STRICT;

-- One row. The epoch only grows; an empty holder is nobody.
CREATE TABLE lead (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    holder       TEXT    NOT NULL,
    epoch        INTEGER NOT NULL,
    until_millis INTEGER NOT NULL
) STRICT;

INSERT INTO lead (id, holder, epoch, until_millis) VALUES (1, '', 0, 0);

CREATE TABLE job (
    project           TEXT    NOT NULL,
    job               TEXT    NOT NULL,
    version           INTEGER NOT NULL,
    since_version     INTEGER NOT NULL,
    stopped           INTEGER NOT NULL CHECK (stopped IN (0, 1)),
    created_at_millis INTEGER NOT NULL,
    changed_at_millis INTEGER NOT NULL,
    PRIMARY KEY (project, job)
) STRICT, WITHOUT ROWID;

-- Specifications as canonical JSON: the present version of each job and some before it.
CREATE TABLE job_version (
    project             TEXT    NOT NULL,
    job                 TEXT    NOT NULL,
    version             INTEGER NOT NULL,
    spec                TEXT    NOT NULL,
    submitted_at_millis INTEGER NOT NULL,
    PRIMARY KEY (project, job, version)
) STRICT;

-- What nodes get of a group, by its hash, as long as an allocation names it.
CREATE TABLE spec (
    hash     TEXT PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE allocation (
    id                 TEXT    PRIMARY KEY,
    project            TEXT    NOT NULL,
    job                TEXT    NOT NULL,
    job_version        INTEGER NOT NULL,
    group_name         TEXT    NOT NULL,
    group_index        INTEGER NOT NULL,
    node_id            TEXT    NOT NULL,
    spec_hash          TEXT    NOT NULL,
    desired            TEXT    NOT NULL,
    state              TEXT    NOT NULL,
    reason             TEXT    NOT NULL,
    created_at_millis  INTEGER NOT NULL,
    started_at_millis  INTEGER NOT NULL,
    finished_at_millis INTEGER NOT NULL,
    tasks              TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- Says whether a specification is still named by anything.
CREATE INDEX allocation_spec ON allocation (spec_hash);

-- AUTOINCREMENT: an id is not given a second time when the newest events have been removed.
CREATE TABLE event (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at_millis INTEGER NOT NULL,
    type      TEXT    NOT NULL,
    project   TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    data      TEXT    NOT NULL
) STRICT;
