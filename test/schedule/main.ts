// Due times compared with those of cron-parser in more zones, those of each hour over three years, too.
//
// Usage: node test/schedule/main.ts

import { compareWithCronParser } from "./compare-with-cron-parser.ts";

const { compared, different } = compareWithCronParser(true);
console.log(`${compared} due times are equal, ${different} differ as described`);
