// The style of the pages that the holder of a callback's address sees: light and dark, from the width of a phone on.

import { createHash } from "node:crypto";

export const pageStyle = `
:root{color-scheme:light dark;--ink:#1a1d21;--soft:#505a66;--paper:#fff;--line:#8a94a0;--mark:#1d5fd1;--on-mark:#fff;--bad:#a3120a}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#98a2b3;--paper:#0e1116;--line:#667080;--mark:#5b9bff;--on-mark:#0e1116;--bad:#ff6b4a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.5 system-ui,sans-serif}
main{max-width:36rem;margin:0 auto;padding:2rem 1.25rem 3rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
p,dd{white-space:pre-line}
dt,.about,footer{color:var(--soft)}
dd{margin:0 0 .75rem}
pre{overflow-x:auto;font-size:.9rem}
form{margin-top:1.5rem}
fieldset{border:0;margin:0 0 1.25rem;padding:0}
label,legend{font-weight:600;padding:0}
.field{margin-bottom:1.25rem}
.option{display:flex;align-items:center;gap:.75rem;min-height:44px;font-weight:400}
input[type=radio]{width:1.35rem;height:1.35rem;margin:0;accent-color:var(--mark)}
input[type=text],textarea{width:100%;min-height:44px;padding:.5rem .75rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:6px}
textarea{min-height:7rem}
button{min-height:48px;padding:.5rem 1.75rem;font:inherit;font-weight:600;color:var(--on-mark);background:var(--mark);border:0;border-radius:6px}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
.wrong{color:var(--bad);font-weight:600}
footer{margin-top:2rem;font-size:.9rem}
@media (max-width:30rem){button{width:100%}}
`;

/** No script at all, this style, and a form that goes nowhere else; in no frame, so that nobody is led to click. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(pageStyle).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");
