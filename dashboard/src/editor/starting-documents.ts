// What a new workflow begins with: one that is whole, calls something, and can be saved as it is.

import type { DocumentFormat } from "./text-keys.ts";

const yaml = `# A workflow is a list of steps. Each is an HTTP call, a wait, a sleep, a child run or a value.
# Press Ctrl Space for what may stand at the cursor.
name: my-workflow
version: 1
description: What it is for, in one sentence.

triggers:
  - type: http
    schema:
      type: object
      required: [order]
      properties:
        order: { type: string }

steps:
  charge:
    request:
      method: POST
      url: https://pay.example.com/charges
      body: { order: "{{ trigger.body.order }}" }
    # Tried again on 5xx, 429 and broken connections.
    retry: { max: 3, delay: 1s }

  ship:
    after: [charge]
    request:
      method: POST
      url: https://stock.example.com/shipments
      body: { charge: "{{ steps.charge.output.id }}" }

output:
  shipment: "{{ steps.ship.output }}"
`;

const json = `{
  "name": "my-workflow",
  "version": 1,
  "description": "What it is for, in one sentence.",
  "triggers": [{ "type": "http" }],
  "steps": {
    "charge": {
      "request": {
        "method": "POST",
        "url": "https://pay.example.com/charges",
        "body": { "order": "{{ trigger.body.order }}" }
      },
      "retry": { "max": 3, "delay": "1s" }
    }
  }
}
`;

export const startingDocuments: Readonly<Record<DocumentFormat, string>> = { yaml, json };
