// Random walks through the states of a run, as many commands as asked.
//
// Usage: node test/run/main.ts [--commands 1000000] [--seed N]

import { parseArgs } from "node:util";
import { walkUntil } from "./walk-until.ts";

const { values } = parseArgs({
  options: {
    commands: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 32)) },
  },
});
const began = performance.now();
const { walks, commands, accepted, types } = walkUntil(Number(values.commands), Number(values.seed));
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `${commands} commands in ${walks} walks from seed ${values.seed}, ${accepted} taken, ${seconds} s`,
);
console.log(`${types.size} types of events: ${[...types].sort().join(" ")}`);
