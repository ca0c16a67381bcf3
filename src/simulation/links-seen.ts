// What a world saw of sign-in links: the session that made one, who used it, and what came of that.

/** By the world's clock. */
export interface Moment {
  readonly askedAt: number;
  /** Null for silence: it may have been done all the same. */
  readonly heardAt: number | null;
}

/** Somebody brought the code. */
export interface LinkUse extends Moment {
  readonly opened: { readonly token: string; readonly expiresAt: number } | null;
}

/** A session that came of a link was used. */
export interface LinkedUse extends Moment {
  readonly token: string;
  readonly isOpen: boolean;
}

export interface LinkMade {
  readonly tenant: string;
  /** When the session that made it ends by itself, by the clock of its node. */
  readonly parentExpiresAt: number;
  readonly made: Moment;
  /** Generation of the tenant's key at that time. */
  readonly generation: number;
  /** When somebody ended the session that made it; null for nobody. */
  parentEnded: Moment | null;
  /** In the order in which they were asked for. */
  readonly uses: LinkUse[];
  readonly linkedUses: LinkedUse[];
  /** Generation at the last use. */
  lastGeneration: number;
}
