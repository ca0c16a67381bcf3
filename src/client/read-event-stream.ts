// Reads server-sent events (WHATWG HTML, section 9.2.6) from the body of an answer.

export interface StreamedEvent {
  /** Of the latest event that had one; `""` before. */
  readonly id: string;
  /** `message` where the stream says none. */
  readonly event: string;
  readonly data: string;
}

/** Each event as soon as it is whole. `onLife` is called for whatever arrives, comments too. */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  onLife: () => void = () => {},
): AsyncGenerator<StreamedEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  let [id, event, data] = ["", "", [] as string[]];
  for await (const chunk of body) {
    onLife();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield { id, event: event === "" ? "message" : event, data: data.join("\n") };
        [event, data] = ["", []];
        continue;
      }
      const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === "id") id = value;
      else if (field === "event") event = value;
      else if (field === "data") data.push(value);
    }
  }
}
