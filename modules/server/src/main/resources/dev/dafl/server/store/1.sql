-- A job is a document: what is asked for by itself has a column.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id TEXT UNIQUE,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX jobs_by_state ON jobs (state, id);
CREATE INDEX jobs_by_revision ON jobs (revision);

-- Of runs under way. A process is known by its id and when it began, since ids come again.
CREATE TABLE processes (
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    run TEXT NOT NULL,
    pid INTEGER NOT NULL,
    began TEXT NOT NULL,
    PRIMARY KEY (job, run)
);

CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created TEXT NOT NULL
);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL
);

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT INTO counters VALUES ('revision', 0);

-- What a job is to become that was asked to end.
CREATE TABLE intents (
    job INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    state TEXT NOT NULL
);
