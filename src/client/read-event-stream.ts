// Reads server-sent events (WHATWG HTML, section 9.2.6) off the body of an answer.

export interface ServerEvent {
  /** The last `id` that came; empty before the first. */
  readonly id: string;
  /** `message` unless it says otherwise. */
  readonly event: string;
  readonly data: string;
}

/**
 * Events as they come, whole ones only: what a broken connection cut off is left out. `onLife` is called for whatever comes,
 * comments too.
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  onLife: () => void = () => {},
): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let id = "";
  let event = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onLife();
      text += decoder.decode(value, { stream: true });
      const lines = text.split(/\r\n|\n|\r(?!$)/);
      text = lines.pop() ?? "";
      for (const line of lines) {
        const [, name = "", given = ""] = /^([^:]*)(?::[ ]?(.*))?$/s.exec(line) ?? [];
        if (name === "id") id = given;
        else if (name === "event") event = given;
        else if (name === "data") data.push(given);
        else if (line === "") {
          if (data.length > 0) yield { id, event: event === "" ? "message" : event, data: data.join("\n") };
          event = "";
          data = [];
        }
      }
    }
  } finally {
    // Also when whoever reads has had enough: the connection is closed then.
    await reader.cancel().catch(() => {});
  }
}
