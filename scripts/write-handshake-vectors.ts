// Writes testdata/handshake: `npm run handshake-vectors`. What changes there, changes the protocol for every client.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { handshakeVectors } from "./handshake-vectors/all.ts";

const folder = join(import.meta.dirname, "../testdata/handshake");
mkdirSync(folder, { recursive: true });
for (const [name, text] of handshakeVectors()) writeFileSync(join(folder, name), text);
