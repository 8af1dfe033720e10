-- What the tags of a version's groups stand for. A row without a digest waits to be resolved. A version that was stored before
-- this format has no rows: its tags are not pinned, so that what runs of it runs on.

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
