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
INSERT INTO cluster VALUES (1, 'cluster-1', 100);
INSERT INTO lead VALUES (1, '', 4, 0);
INSERT INTO job VALUES ('default', 'web', 3, 1, 0, 100, 300);
INSERT INTO job_version VALUES ('default', 'web', 3, '{"job":"web","type":"service","priority":50,"groups":[{"name":"app","count":2,"constraints":[],"network":{"mode":"private"},"restart":{"attempts":3,"delay":"1s"},"update":{"minHealthy":"12s"},"disconnect":"keep","tasks":[{"name":"main","image":"registry.test/app:1","command":["run"],"env":{},"user":"0","workDir":"/","stopSignal":"SIGTERM","stopGrace":"10s","resources":{"cpu":"100m","memory":"128Mi","pids":256}}]},{"name":"second","count":1,"constraints":[],"network":{"mode":"private"},"restart":{"attempts":3,"delay":"1s"},"update":{"minHealthy":"12s"},"disconnect":"keep","tasks":[{"name":"main","image":"registry.test/app:1","command":["run"],"env":{},"user":"0","workDir":"/","stopSignal":"SIGTERM","stopGrace":"10s","resources":{"cpu":"100m","memory":"128Mi","pids":256}}]}]}', 300);
PRAGMA application_id = 1213156420;
PRAGMA user_version = 1;
