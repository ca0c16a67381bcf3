// The errors that no answer of a server tells: `dispatched/client` and the command line find them themselves.

interface ClientProblem {
  readonly title: string;
  /** What it means and what to do, for the page of the code. */
  readonly about: string;
}

/** Each code has a page in `docs/errors`; a test holds the two together. */
export const clientProblems = {
  unreachable: {
    title: "The server cannot be reached",
    about:
      "Nothing answers at the address, the connection broke before the answer was whole, something answers that is not Dispatched, or its certificate is not trusted (`NODE_EXTRA_CA_CERTS` names the file of an authority of your own). Look whether the address is right (`DISPATCHED_URL`, or `url` in `credentials.json`) and whether the server is up: `dispatched dev` starts one on this machine, `dispatched login --url URL` names another address of one that has moved. The server may have done what it was asked for, and only the answer be lost: `dispatched runs list` shows whether a run was started, and of a start the message tells the `--idempotency-key` with which it can be sent again and starts no second run, of an event its `--id`.",
  },
  server_not_trusted: {
    title: "Another server answers than the one that is pinned",
    about:
      "What answers at the address could not prove that it has the key by which this device knows the server, or has nothing that the recovery key opens. Nothing secret was sent to it. Somebody may stand between: compare the key that it shows with what the operator of the server says. If the server has another key now, `dispatched login --server-key KEY` pins it; with a recovery sheet, look whether it is that of this server and tenant.",
  },
  server_rolled_back: {
    title: "The server's store went back to an earlier state",
    about:
      "The tenant's audit log is not the one that this device saw last: entries are missing, or are others. When the operator has put a backup back, `dispatched audit verify --accept` takes the log as it is for the one to go on from. Otherwise somebody has put an older state, or another history, in its place: what happened since, such as a revoked grant or a deleted secret, may be undone. Ask the operator before you go on. From then on this device signs in no more, until `dispatched audit verify` finds in the log what was seen here, or `--accept` was given.",
  },
  audit_broken: {
    title: "The audit log does not hold",
    about:
      "The code of an entry does not fit the entry and all before it: it was altered, removed, or put in by somebody without the key. The message says from which entry on; what stands before it holds. Keep a copy (`dispatched audit export --out FILE`) and ask the operator who can write to the store.",
  },
  invalid_key_text: {
    title: "A key was mistyped, cut, or is another kind of key",
    about:
      "The text of a key holds its kind, a version and a checksum, and one of these does not fit; the message says which key it was given as. Copy it once more, whole. Keys of a server begin with `dsrv1_`.",
  },
  usage: {
    title: "The command line is not right",
    about:
      "A command, an option or an argument is none, or a file that was named cannot be read or written. Nothing was done. `dispatched COMMAND --help` says what a command takes, with examples.",
  },
  demo_failed: {
    title: "The demo cannot go on",
    about:
      "The engine that `dispatched demo` starts for itself ended, or did not get ready; the message shows what it wrote. `dispatched doctor` looks at what an engine needs on this machine.",
  },
} as const satisfies Record<string, ClientProblem>;

export type ClientProblemCode = keyof typeof clientProblems;
