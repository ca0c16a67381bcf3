// Agents by client certificate: a connection that has shown one is used by calls with the same one only.

import { createHash } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { Agent } from "undici";
import type { ClientCertificate } from "../ports/caller.ts";
import { tlsOf } from "./guarded-connector.ts";

/** Certificates whose connections are kept; of more, those used longest ago are given up when their calls have ended. */
const agentsMax = 64;

type MakeAgent = (certificate: ClientCertificate | undefined) => Agent;

export class CertificateAgents {
  readonly #make: MakeAgent;
  readonly #plain: Agent;
  /** By the digest of certificate and key, the one used last at the end. */
  readonly #agents = new Map<string, Agent>();

  constructor(make: MakeAgent) {
    this.#make = make;
    this.#plain = make(undefined);
  }

  /** Null when the certificate or its key cannot be used. */
  of(certificate: ClientCertificate | undefined): Agent | null {
    if (certificate === undefined) return this.#plain;
    const id = createHash("sha256")
      .update(JSON.stringify(tlsOf(certificate)))
      .digest("hex");
    const agent = this.#agents.get(id) ?? this.#open(certificate);
    if (agent === null) return null;
    this.#agents.delete(id);
    this.#agents.set(id, agent);
    return agent;
  }

  async close(): Promise<void> {
    await Promise.all([this.#plain, ...this.#agents.values()].map((agent) => agent.close()));
  }

  #open(certificate: ClientCertificate): Agent | null {
    // Node takes an empty text for none, and would show nothing.
    if (certificate.certificate.trim() === "" || certificate.key.trim() === "") return null;
    try {
      createSecureContext(tlsOf(certificate));
    } catch {
      return null;
    }
    const oldest = this.#agents.entries().next();
    if (this.#agents.size >= agentsMax && !oldest.done) {
      const [id, agent] = oldest.value;
      this.#agents.delete(id);
      void agent.close();
    }
    return this.#make(certificate);
  }
}
