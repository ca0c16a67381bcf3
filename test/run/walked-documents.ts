// Documents for random walks: together they use everything that a run can do.

const call = (path: string) => `request: {method: POST, url: "https://a.example/${path}"}`;
const undo = `compensate: {request: {method: POST, url: "https://a.example/undo"}, when_unknown: true}`;

const documents: readonly string[] = [
  `timeout: 60s
steps:
  a: {${call("a")}, retry: {max: 2, delay: 1s}, ${undo}}
  b: {request: {method: GET, url: "https://a.example/b"}, timeout: 5s, on_error: continue}
  c: {value: "{{ steps.a.output }}", after: [a, b], join: any}
  d: {${call("d")}, after: [a], on_crash: fail, compensate: {request: {method: POST, url: "https://a.example/u/{{ steps.d.output.id }}"}}}
  e: {${call("e")}, after: [c, d], when: "steps.d.output.id == 1"}`,
  `steps:
  scatter: {${call("s")}, strategy: {type: scatter, over: trigger.body.list}, retry: {max: 1, delay: 1s}, ${undo}}
  fan: {${call("f/{{ item }}")}, after: [scatter], strategy: {type: fan_out, over: [1, 2, 3, 4, 5], concurrency: 2, on_error: continue}, ${undo}}
  some: {value: "{{ item }}", after: [fan], strategy: {type: scatter, over: steps.fan.output, min_success: 2}}
  chunks: {${call("c")}, after: [some], strategy: {type: batch, over: [1, 2, 3, 4, 5], size: 2}, timeout: 30s, compensate: {request: {method: POST, url: "https://a.example/u/{{ steps.chunks.output.id }}"}}}
  sum: {${call("r")}, after: [scatter], strategy: {type: reduce, over: [1, 2, 3], initial: 0, expr: "result ?? acc"}}
  race: {request: {method: GET, url: "https://a.example/{{ item }}"}, strategy: {type: race, over: trigger.body.list}, on_error: continue}`,
  `concurrency: {key: "{{ trigger.body.k }}", limit: 1}
steps:
  one: {wait: {signal: one, schema: {type: object}, timeout: 10s, on_timeout: reject}}
  two: {wait: {any: [one, two], timeout: 5s, on_timeout: continue}, after: [one]}
  three: {wait: {all: [one, three]}, after: [two], timeout: 40s}
  asked: {${call("ask/{{ callback.token }}")}, wait: {timeout: 20s}, ${undo}}
  each: {${call("ask/{{ callback.token }}")}, wait: {timeout: 20s}, strategy: {type: scatter, over: [1, 2]}, ${undo}}
  told: {wait: {event: shipped, subject: "{{ trigger.body.k }}", when: "event.data.n == 1", timeout: 30s}, on_error: continue}
  slept: {sleep: 3s, after: [asked]}
  till: {sleep: {until: "{{ trigger.body.till }}"}, on_error: continue}`,
  `steps:
  child: {workflow: {name: inner, body: {n: 1}}, timeout: 30s}
  kids: {workflow: {name: inner, version: 2, body: "{{ item }}"}, after: [child], strategy: {type: fan_out, over: [1, 2, 3], concurrency: 2}, ${undo}}
  last: {${call("x")}, after: [kids], ${undo}}`,
  `triggers: [{type: http, respond: {status: 201, body: "{{ steps.job.output }}", after: job}}]
steps:
  job: {${call("job")}, response: {poll: {while: "steps.job.response.body.id == 1", every: 2s, max: 20s}}, retry: {max: 1, delay: 1s}, directives: [retry, fail, poll, skip], ${undo}}
  jobs: {${call("jobs")}, response: {poll: {while: "steps.jobs.response.body.id == 1", every: 1s}}, strategy: {type: scatter, over: [1, 2]}, ${undo}}
  done: {${call("done")}, after: [job], directives: [complete, retry], on_error: continue}`,
  `steps:
  a: {${call("a")}, compensate: {request: {method: POST, url: "https://a.example/undo"}, response: {poll: {while: "steps.a.response.body.id == 1", every: 1s, max: 20s}}}}
  b: {${call("b")}, strategy: {type: scatter, over: [1, 2, 3]}, compensate: {request: {method: POST, url: "https://a.example/undo"}, response: {poll: {while: {expr: "return steps.b.output.id == 1", lang: lua}, every: 1s}}}}
  c: {${call("c")}, after: [a, b], directives: [retry, poll, fail], ${undo}}
  d: {${call("d")}, after: [c]}`,
  `labels: {l: {expr: "return trigger.body.k", lang: lua}}
steps:
  lua: {value: {expr: "return 1", lang: lua}, when: "return true"}
  query: {${call("q")}, after: [lua], response: {poll: {while: {expr: "return steps.query.output.id == 1", lang: lua}, every: 1s}}}
  items: {value: {expr: "return item", lang: lua}, strategy: {type: reduce, over: {expr: "$.trigger.body.list[*]", lang: jsonpath}, initial: 0, expr: "return acc + result", lang: lua}}
  told: {wait: {event: shipped, when: {expr: "return event.data.n == 1", lang: lua}}, after: [items], timeout: 30s}
output: {expr: "return steps.items.output", lang: lua}`,
];

/** As YAML. */
export const walkedDocuments: readonly string[] = documents.map((rest) => {
  const triggers = rest.startsWith("triggers") ? "" : "triggers: [{type: http}]\n";
  return `name: w\nversion: 1\n${triggers}${rest}`;
});
