// Workflows over long lists, each shape leaning on another part of the engine.

export interface ItemShape {
  /** Below `steps`, and what else the document says. */
  readonly document: string;
  /** Of the answer at the end. */
  readonly status: number;
  /** Someone follows the run meanwhile, and is woken at each of its turns. */
  readonly watched?: boolean;
}

const request = (service: string) =>
  `request: {method: POST, url: "${service}", body: {item: "{{ item }}", index: "{{ index }}"}}`;
const over = `over: "{{ trigger.body.items }}"`;
const short = `output: {first: "{{ steps.each.output[0] }}"}`;

/** Their names are those of workflows. `child` is a workflow that ends by itself. */
export const itemShapes = (service: string, child: string): Readonly<Record<string, ItemShape>> => ({
  scatter: {
    document: `steps:\n  each:\n    strategy: {type: scatter, ${over}}\n    ${request(service)}\n${short}`,
    status: 200,
  },
  // A window that always ends together makes turns of one size, which then fill the store's pages by chance well or badly.
  "fan-out": {
    document: `steps:\n  each:\n    strategy: {type: fan_out, concurrency: 64, ${over}}\n    ${request(`${service}varied`)}\n${short}`,
    status: 200,
  },
  "whole-output": {
    document: `steps:\n  each:\n    strategy: {type: scatter, ${over}}\n    ${request(service)}`,
    status: 200,
  },
  watched: {
    document: `steps:\n  each:\n    strategy: {type: scatter, ${over}}\n    ${request(service)}\n${short}`,
    status: 200,
    watched: true,
  },
  retried: {
    document: `steps:
  each:
    strategy: {type: scatter, ${over}}
    ${request(`${service}refuse-first`)}
    retry: {max: 3, delay: 10ms, max_delay: 20ms}\n${short}`,
    status: 200,
  },
  undone: {
    document: `steps:
  each:
    strategy: {type: scatter, ${over}}
    ${request(service)}
    compensate: {request: {method: POST, url: "${service}undo", body: {item: "{{ item }}"}}}
  last:
    after: [each]
    request: {method: POST, url: "${service}refuse"}`,
    status: 502,
  },
  values: {
    document: `steps:\n  each:\n    strategy: {type: scatter, ${over}}\n    value: {item: "{{ item }}", index: "{{ index }}"}\n${short}`,
    status: 200,
  },
  "read-before": {
    document: `steps:
  before:
    strategy: {type: scatter, ${over}}
    value: {item: "{{ item }}"}
  each:
    after: [before]
    strategy: {type: scatter, ${over}}
    request: {method: POST, url: "${service}", body: {item: "{{ steps.before.output[index].item }}"}}\n${short}`,
    status: 200,
  },
  computed: {
    document: `steps:
  each:
    strategy: {type: scatter, ${over}}
    request: {method: POST, url: "${service}", body: {item: {expr: "return item .. '!'", lang: lua}}}\n${short}`,
    status: 200,
  },
  children: {
    document: `steps:\n  each:\n    strategy: {type: scatter, ${over}}\n    workflow: {name: ${child}, body: {item: "{{ item }}"}}\n${short}`,
    status: 200,
  },
});
