// The page of the API's reference, and its style: complete in themselves.

export const referencePage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dispatched · HTTP API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/reference.css">
<script src="/api/reference.js" defer></script>
</head>
<body>
<header>
<h1>HTTP API</h1>
<p>Described by <a href="/api/openapi.json">OpenAPI 3.1</a>. A token (<code>dispatched token</code> prints one) stays in this page.</p>
<label>Token of a session <input id="token" type="password" autocomplete="off" spellcheck="false"></label>
<label>Find <input id="find" type="search" placeholder="path or words"></label>
</header>
<noscript><p>The page needs its script; <a href="/api/openapi.json">the description</a> does not.</p></noscript>
<main id="operations" aria-live="polite">…</main>
</body>
</html>
`;

export const referenceStyle = `:root { color-scheme: light dark; --ink: light-dark(#14181f, #e8ecf2); --line: light-dark(#c9d0da, #39424f);
  --paper: light-dark(#fff, #0e1116); --accent: light-dark(#1d5fd1, #5b9bff); }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
a, summary:hover { color: var(--accent); }
label { display: inline-block; margin: 0 1rem 0.5rem 0; }
input, textarea, button { font: inherit; color: inherit; background: transparent; border: 1px solid var(--line);
  border-radius: 4px; padding: 0.25rem 0.5rem; }
textarea { display: block; width: 100%; min-height: 6rem; box-sizing: border-box; font-family: ui-monospace, monospace; }
button { border-color: var(--accent); cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details { border-top: 1px solid var(--line); padding: 0.5rem 0; }
summary { cursor: pointer; }
code, pre, .method { font-family: ui-monospace, monospace; }
.method { display: inline-block; min-width: 5rem; font-weight: 600; }
pre { overflow: auto; max-height: 24rem; border: 1px solid var(--line); border-radius: 4px; padding: 0.5rem; }
table { border-collapse: collapse; } td, th { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }
`;
