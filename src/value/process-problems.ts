// The errors of a process on its machine: its folders, its port, its configuration: a part of the catalogue.

export const processProblems = {
  data_in_use: {
    status: 500,
    title: "Another process uses the data folder",
    about:
      "Another process uses the data folder, or a newer version of Dispatched wrote it. Two engines on one folder would harm each other: stop the other, or name another folder with `--data`.",
  },
  keys_in_use: {
    status: 409,
    title: "The engine's present key is still needed",
    about:
      "`dispatched engine-key reseed` begins a fresh chain of keys. What the old chain wrapped would be lost to the engine, so it is refused until no active run and no standing grant is left under it. Sessions end with it: whoever had one signs in again. `dispatched engine-key forget-node` is refused for a node that is up, and for the only one that has the key of an epoch that is not over.",
  },
  node_not_found: {
    status: 404,
    title: "No node of this name is registered",
    about: "The name is mistyped, or the node was forgotten before. `dispatched doctor` shows the nodes.",
  },
  port_in_use: {
    status: 500,
    title: "Another process listens on the port",
    about: "Another process listens on this port. Name another with `--port`, or 0 for a free one.",
  },
  invalid_configuration: {
    status: 500,
    title: "The configuration is not valid",
    about:
      "A setting, or a file in `DISPATCHED_HOME`, is not what it must be. The message says which and why.",
  },
} as const;
