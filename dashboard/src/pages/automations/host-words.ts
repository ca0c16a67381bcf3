// A rule for a host in words, and as the command that puts it.

export interface Bounds {
  readonly rate: string | null;
  readonly concurrency: number | null;
  readonly breaker: string | null;
  /** The only ones that may call it; of the operator's there are none. */
  readonly workflows?: readonly string[] | null;
}

const manyOf = (count: string, one: string) => `${count} ${one}${count === "1" ? "" : "s"}`;

/** `10 calls in 1s · 4 at once · rests 30s after 5 failures · only for pay-invoice, refund-*`. */
export function boundsInWords({ rate, concurrency, breaker, workflows = null }: Bounds): string {
  const [calls = "", within = ""] = rate?.split("/") ?? [];
  const [failures = "", rest = ""] = breaker?.split("/") ?? [];
  return [
    rate === null ? [] : [`${manyOf(calls, "call")} in ${within}`],
    concurrency === null ? [] : [`${concurrency} at once`],
    breaker === null ? [] : [`rests ${rest} after ${manyOf(failures, "failure")}`],
    workflows === null ? [] : [`only for ${workflows.join(", ")}`],
  ]
    .flat()
    .join(" · ");
}

/**
 * `dispatched host set '*.example.org' --rate 10/1s`, as a shell takes it. A list of workflows that the rule had before is dropped
 * by name.
 */
export function hostCommand(
  host: string,
  { rate, concurrency, breaker, workflows }: Bounds,
  before: Bounds | null = null,
): string {
  const drops = (workflows ?? null) === null && (before?.workflows ?? null) !== null;
  return [
    `dispatched host set ${quoted(host)}`,
    rate === null ? [] : [`--rate ${quoted(rate)}`],
    concurrency === null ? [] : [`--concurrency ${concurrency}`],
    breaker === null ? [] : [`--breaker ${quoted(breaker)}`],
    (drops ? ["*"] : (workflows ?? [])).map((name) => `--workflow ${quoted(name)}`),
  ]
    .flat()
    .join(" ");
}

export function hostDeletion(host: string): string {
  return `dispatched host delete ${quoted(host)}`;
}

function quoted(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
