/** Facts on the status page, which requires no key. */
export interface StatusFacts {
  readonly ready: boolean;
  /** Role of this process. */
  readonly role: string;
  /** Inbox of the demo: an http(s) URL. Undefined outside the demo. */
  readonly inboxUrl?: string;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

function link(url: string, title: string, about: string): string {
  return `<li><a href="${escapeHtml(url)}">${title}</a><span>${about}</span></li>`;
}

/** Renders the page at `/status`: the status of the hub and links. It contains no scripts. */
export function statusPage({ ready, role, inboxUrl }: StatusFacts): string {
  const links = [
    ...(inboxUrl === undefined ? [] : [link(inboxUrl, 'Inbox', 'every message that the demo’s vendors received')]),
    link('/console', 'Console', 'events, deliveries and configuration in the browser'),
    link('/docs', 'API', 'API reference, with a form for each call'),
    link('/openapi.json', 'openapi.json', 'OpenAPI description of the API'),
    link('/health/ready', 'Health', 'readiness check for load balancers'),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Patchbay</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1><i aria-hidden="true">⌁</i> Patchbay</h1>
<p>Loyalty events in, the right messages out.</p>
<p class="state ${ready ? 'good' : 'bad'}" role="status">${
    ready
      ? 'The hub is running and its database is available.'
      : 'The hub is running, but its database is not available.'
  } <small>role: ${escapeHtml(role)}</small></p>
<ul>${links.join('')}</ul>
</main>
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --ground: #f6f5f2; --card: #fff; --ink: #1d2026; --soft: #666c78; --line: #e3e1db;
  --accent: #3d5afe; --good: #12713f; --good-bg: #e2f4e9; --bad: #8a4b00; --bad-bg: #fdf0dc; }
@media (prefers-color-scheme: dark) { :root { --ground: #14161a; --card: #1d2026; --ink: #e9eaee; --soft: #9aa1ae;
  --line: #2e323a; --accent: #8c9eff; --good: #7fd8a4; --good-bg: #173325; --bad: #f3c078; --bad-bg: #3a2b14; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: min(100%, 34rem); padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 16px; }
h1 { margin: 0; font-size: 1.6rem; letter-spacing: -.02em; }
h1 i { color: var(--accent); font-style: normal; }
p { margin: .25rem 0 0; color: var(--soft); }
.state { margin: 1.5rem 0; padding: .7rem 1rem; border-radius: 10px; }
.good { color: var(--good); background: var(--good-bg); }
.bad { color: var(--bad); background: var(--bad-bg); }
small { opacity: .8; white-space: nowrap; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .6rem 0; border-top: 1px solid var(--line); }
li a { flex: 0 0 9rem; color: var(--accent); font-weight: 600; }
li span { color: var(--soft); }
`;
