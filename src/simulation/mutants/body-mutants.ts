// Engines that send another body than the document says.

import type { Mutant } from "./mutant.ts";

const request = (file: string) => `src/language/request/${file}`;

export const bodyMutants: readonly Mutant[] = [
  {
    name: "form-drops-what-repeats",
    file: request("render-body.ts"),
    patches: [[".map((text) => [name, text] as const)", ".slice(0, 1).map((text) => [name, text] as const)"]],
  },
  {
    name: "file-sent-as-its-base64",
    file: request("fill-body.ts"),
    patches: [["return bytesOfBase64(content.value) ?? new Uint8Array();", "return content.value;"]],
  },
  {
    name: "boundary-grows-with-attempts",
    file: request("fill-multipart.ts"),
    patches: [
      ['const stem = "dispatched-part-";', 'const stem = "dispatched-part-";\nlet attempts = 0;'],
      ["let number = 1;", "let number = ++attempts;"],
    ],
  },
];
