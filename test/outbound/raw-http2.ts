// A service that answers with HTTP/2 frames as they are given (RFC 9113, section 4.1), right or wrong.

import { createServer, type Server, type TLSSocket } from "node:tls";
import { testCertificate, testCertificateKey } from "./test-certificate.ts";

const prefaceBytes = 24;
const headBytes = 9;

export const frameType = { data: 0, headers: 1, reset: 3, settings: 4, goaway: 7 } as const;
const endHeaders = 4;

/** @param flags of the type, or 0 */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** `:status: 200` in HPACK's static table, and what is given besides. */
export function okHeaders(stream: number, more: Uint8Array = Buffer.alloc(0)): Buffer {
  return frame(frameType.headers, endHeaders, stream, Buffer.concat([Buffer.of(0x88), more]));
}

export function resetStream(stream: number, code: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame(frameType.reset, 0, stream, payload);
}

/** @param answer called with each stream that a client opens */
export function rawHttp2(answer: (socket: TLSSocket, stream: number) => void): Server {
  const options = { cert: testCertificate, key: testCertificateKey, ALPNProtocols: ["h2"] };
  return createServer(options, (socket) => {
    socket.on("error", () => {});
    socket.write(frame(frameType.settings, 0, 0, Buffer.alloc(0)));
    let waiting = Buffer.alloc(0);
    let skipped = 0;
    socket.on("data", (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      if (skipped === 0 && waiting.length >= prefaceBytes) {
        skipped = prefaceBytes;
        waiting = waiting.subarray(prefaceBytes);
      }
      if (skipped === 0) return;
      while (waiting.length >= headBytes) {
        const length = waiting.readUIntBE(0, 3);
        if (waiting.length < headBytes + length) return;
        const [type, flags] = [waiting[3], waiting[4] ?? 0];
        const stream = waiting.readUInt32BE(5) & 0x7fffffff;
        waiting = waiting.subarray(headBytes + length);
        if (type === frameType.settings && (flags & 1) === 0) {
          socket.write(frame(frameType.settings, 1, 0, Buffer.alloc(0)));
        }
        if (type === frameType.headers) answer(socket, stream);
      }
    });
  });
}
