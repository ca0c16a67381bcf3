// Epochs of the engine's key in the SQLite store.

import type {
  EngineWrap,
  EpochRow,
  EpochStore,
  EpochView,
  NodeForgotten,
  WrapReplacement,
} from "../../ports/epoch-store.ts";
import type { EpochReads } from "./epoch-reads.ts";
import type { EpochWrite } from "./epoch-writes.ts";
import type { Writer } from "./writer.ts";

export class SqliteEpochs implements EpochStore {
  readonly #writer: Writer;
  readonly #reads: () => EpochReads;

  constructor(writer: Writer, reads: () => EpochReads) {
    this.#writer = writer;
    this.#reads = reads;
  }

  async readEpochs(): Promise<EpochView> {
    return this.#reads().view();
  }

  beginEpoch(next: Omit<EpochRow, "state">, after: number | null): Promise<boolean> {
    return this.#write({ op: "beginEpoch", next, after });
  }

  async wrapsOf(epoch: number, limit: number): Promise<readonly EngineWrap[]> {
    return this.#reads().wrapsOf(epoch, limit);
  }

  replaceWraps(epoch: number, replacements: readonly WrapReplacement[]): Promise<boolean> {
    return this.#write({ op: "replaceWraps", epoch, replacements });
  }

  retireEpoch(epoch: number): Promise<boolean> {
    return this.#write({ op: "retireEpoch", epoch });
  }

  abandonEpoch(epoch: number): Promise<boolean> {
    return this.#write({ op: "abandonEpoch", epoch });
  }

  reportEpoch(node: string, epoch: number): Promise<void> {
    return this.#write({ op: "reportEpoch", node, epoch });
  }

  forgetNode(node: string, now: number): Promise<NodeForgotten> {
    return this.#write({ op: "forgetNode", node, now });
  }

  #write<Result>(write: EpochWrite): Promise<Result> {
    return this.#writer.ask({ op: "epochs", write });
  }
}
