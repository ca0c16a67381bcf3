// How fast the dashboard is, in figures: `npm run dashboard-measures [-- NAME …]`. Not in the gate: they depend on the machine.

import { loadavg } from "node:os";
import { runDev } from "../running-dev.ts";
import { measureEnd } from "./end.ts";
import { measureEvents } from "./events.ts";
import { measureFirstView } from "./first-view.ts";
import { measureItems } from "./items.ts";
import { measureRows } from "./rows.ts";

const measures = {
  "first-view": measureFirstView,
  items: measureItems,
  events: measureEvents,
  end: measureEnd,
  rows: measureRows,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in measures));
if (unknown.length > 0) {
  console.error(`no measure is called ${unknown.join(", ")}; there are ${Object.keys(measures).join(", ")}`);
  process.exit(2);
}
for (const [name, measure] of Object.entries(measures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const dev = await runDev();
  try {
    console.log(`${name} (load of the machine ${(loadavg()[0] ?? 0).toFixed(1)})`);
    for (const line of await measure(dev)) console.log(`  ${line}`);
  } finally {
    await dev.close();
  }
}
