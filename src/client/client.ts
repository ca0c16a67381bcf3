// The HTTP API from the other side. Uses `fetch` only, so that it runs wherever that is.

import { AccountMethods } from "./methods/account-methods.ts";

/**
 * A method for each route: the files in `methods` hold those of some tags each, and each class goes on where the one before
 * ends. A new route gets its types by `npm run open-api`, and a method that asks it by its name, `this.ask("GET /api/…")`.
 */
export class Client extends AccountMethods {}
