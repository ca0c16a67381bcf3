// The encoders and the parser of addresses that the pure floors may name: they compute and touch nothing (WHATWG Encoding,
// section 7; WHATWG URL, section 6.1).

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}

declare class URL {
  static parse(url: string): URL | null;
  readonly protocol: string;
  readonly origin: string;
  readonly host: string;
  readonly pathname: string;
  readonly search: string;
}
