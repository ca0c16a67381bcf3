// Sends the common job: a fixed number of starts, a fixed number in flight.

import { Pool } from "undici";

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly count: number;
  readonly inFlight: number;
}

export interface Measured {
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const order = JSON.stringify({
  customer: "cus_0192",
  lines: [
    { sku: "A-1", quantity: 2 },
    { sku: "B-7", quantity: 1 },
  ],
  note: "x".repeat(180),
});

export async function sendLoad({ url, headers, count, inFlight }: Load): Promise<Measured> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: inFlight, pipelining: 1 });
  const times: number[] = [];
  let left = count;
  const one = async () => {
    while (left-- > 0) {
      const began = performance.now();
      const answer = await pool.request({
        method: "POST",
        path: pathname,
        headers: { "content-type": "application/json", ...headers },
        body: order,
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`);
      times.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, one));
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  times.sort((a, b) => a - b);
  const quantile = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return { seconds, perSecond: count / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}
