// Step 7 of the schema of the SQLite store: bodies that stand apart from the events of their run.

export const bodiesStep = `
  CREATE TABLE chunk (
    no INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    body INTEGER NOT NULL,
    place INTEGER NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX chunk_body ON chunk (run, body, place);
  `;
