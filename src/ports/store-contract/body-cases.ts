// The store's contract: bodies that stand apart from the events of their run.

import type { BodyChunk, Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import { bytesOf, endedAs, epoch, firstUnit, leaseAt, nextUnit, parked, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

export const bodyCases: readonly StoreCase[] = [
  { name: "chunks are read in order, page by page, each run's apart", run: readsChunks },
  { name: "chunks of a unit that is refused are not there", run: refusesChunks },
  { name: "chunks go with their run", run: dropsChunks },
];

const chunks: readonly BodyChunk[] = [
  { body: 65_536, chunk: 0, sealed: bytesOf(1, 70_000) },
  { body: 65_536, chunk: 1, sealed: bytesOf(2, 10) },
  { body: 65_537, chunk: 0, sealed: bytesOf(3, 1) },
];

async function readsChunks(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = { ...firstUnit(fence, 1), chunks };
  const other = firstUnit(fence, 2);
  const later = { ...nextUnit(first), chunks: [{ body: 131_072, chunk: 0, sealed: bytesOf(4, 5) }] };
  await store.append([first, other, later]);
  const { tenant, run } = first;
  const all = [...chunks, ...later.chunks];
  expectEqual(await store.readChunks(tenant, run, null, 10), all, "all");
  expectEqual(await store.readChunks(tenant, run, null, 2), all.slice(0, 2), "the first two");
  expectEqual(
    await store.readChunks(tenant, run, { body: 65_536, chunk: 0 }, 2),
    all.slice(1, 3),
    "the next",
  );
  expectEqual(await store.readChunks(tenant, run, { body: 131_072, chunk: 0 }, 2), [], "after the last");
  expectEqual(await store.readChunks(tenant, other.run, null, 10), [], "another run's");
  expectEqual(await store.readChunks(tenantOf(9), run, null, 10), [], "another tenant's");
}

async function refusesChunks(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1);
  await store.append([first]);
  const lost = { ...nextUnit(nextUnit(first)), chunks };
  expectResults(await store.append([lost]), ["stale_seq"], "behind what is not there");
  expectEqual(await store.readChunks(first.tenant, first.run, null, 10), [], "chunks");
}

async function dropsChunks(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = { ...firstUnit(fence, 1, { head: parked }), chunks };
  const ended = nextUnit(first, { head: endedAs("completed") });
  await store.append([first, ended]);
  const overAt = epoch + 400 * 86_400_000;
  expectEqual(await store.dropEnded(fence, overAt, 10), 1, "dropped");
  expectEqual(await store.readChunks(first.tenant, first.run, null, 10), [], "chunks");
}
