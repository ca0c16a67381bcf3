// What every server's half of the handshake must do: cases that throw when it does not.

import { flowCases } from "./handshake-contract/flow-cases.ts";
import { refusalCases } from "./handshake-contract/refusal-cases.ts";
import type { HandshakeCase } from "./handshake-contract/sample.ts";

export const handshakeContract: readonly HandshakeCase[] = [...flowCases, ...refusalCases];
