// Writes docs/reference/events.md anew from the schemas of events.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventsPage } from "./events-page.ts";

writeFileSync(join(import.meta.dirname, "../docs/reference/events.md"), eventsPage());
