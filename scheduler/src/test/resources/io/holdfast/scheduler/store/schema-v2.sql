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
CREATE TABLE cluster (
    id                INTEGER PRIMARY KEY CHECK (id = 1),
    cluster_id        TEXT    NOT NULL,
    created_at_millis INTEGER NOT NULL
) STRICT;
CREATE TABLE event (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at_millis INTEGER NOT NULL,
    type      TEXT    NOT NULL,
    project   TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    data      TEXT    NOT NULL
) STRICT;
CREATE TABLE image_pin (
    project    TEXT    NOT NULL,
    job        TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    group_name TEXT    NOT NULL,
    reference  TEXT    NOT NULL,
    digest     TEXT    NOT NULL,
    layers     TEXT    NOT NULL,
    PRIMARY KEY (project, job, version, group_name, reference)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE job_version (
    project             TEXT    NOT NULL,
    job                 TEXT    NOT NULL,
    version             INTEGER NOT NULL,
    spec                TEXT    NOT NULL,
    submitted_at_millis INTEGER NOT NULL,
    PRIMARY KEY (project, job, version)
) STRICT;
CREATE TABLE lead (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    holder       TEXT    NOT NULL,
    epoch        INTEGER NOT NULL,
    until_millis INTEGER NOT NULL
) STRICT;
CREATE TABLE spec (
    hash     TEXT PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX allocation_spec ON allocation (spec_hash);
