import type { InboxMessage, Sandbox } from '../sandbox/sandbox.js';
import { html, Markup } from './html.js';
import { INBOX_STYLE } from './inbox-style.js';

const SHOWN = 50;
const GOOD = new Set(['delivered', 'received', 'read', 'opened', 'succeeded']);
const BAD = new Set(['failed', 'undelivered', 'rejected', 'bounced', 'canceled']);

/** Script that reloads the page every two seconds while the page is visible, and keeps the scroll positions. */
const SCRIPT = `
const tick = async () => {
  if (!document.hidden) try {
    const next = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html').querySelector('main');
    const now = document.querySelector('main');
    if (next && now.innerHTML !== next.innerHTML) {
      const tops = [...now.querySelectorAll('ol')].map((list) => list.scrollTop);
      now.innerHTML = next.innerHTML;
      now.querySelectorAll('ol').forEach((list, at) => { list.scrollTop = tops[at] || 0; });
    }
    document.title = document.title.replace(/^⚠ /, '');
  } catch { if (!document.title.startsWith('⚠')) document.title = '⚠ ' + document.title; }
  setTimeout(tick, 2000);
};
setTimeout(tick, 2000);
`;

/** One vendor on the page. */
export interface InboxColumn {
  readonly sandbox: Sandbox;
  /** `data:` URL of the plugin's logo. */
  readonly logo: string | undefined;
}

/** Renders the web inbox: every vendor and its messages, newest first. Vendors without messages come last. */
export function inboxPage(columns: readonly InboxColumn[], nonce: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Patchbay inbox</title>
        <noscript><meta http-equiv="refresh" content="3" /></noscript>
        <style nonce="${nonce}">
          ${new Markup(INBOX_STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>Patch<i>bay</i> inbox</h1>
          <p>
            What the vendors received. They are local stand-ins: nothing leaves this machine, and nobody gets an SMS.
          </p>
          <a href="/inbox.json">inbox.json</a>
        </header>
        <main>${columns.toSorted(busyFirst).map(column)}</main>
        <script nonce="${nonce}">
          ${new Markup(SCRIPT)};
        </script>
      </body>
    </html>`.text;
}

function busyFirst(a: InboxColumn, b: InboxColumn): number {
  return Number(b.sandbox.inbox.length > 0) - Number(a.sandbox.inbox.length > 0);
}

function column({ sandbox, logo }: InboxColumn): Markup {
  const messages = sandbox.inbox.slice(-SHOWN).reverse();
  return html`<section class="vendor">
    <h2>
      ${logo === undefined ? html`<span class="blank"></span>` : html`<img src="${logo}" alt="" />`}
      <span>${sandbox.label} <small>${sandbox.type} · ${sandbox.baseUrl}</small></span>
      <b title="messages received">${sandbox.received}</b>
    </h2>
    ${violations(sandbox)}
    ${
      messages.length === 0
        ? html`<p class="empty">Nothing yet. It shows up here as soon as an event is delivered.</p>`
        : html`<ol>
            ${messages.map(item)}
          </ol>`
    }
  </section>`;
}

function violations({ violations: all }: Sandbox): Markup {
  const last = all.at(-1);
  return last === undefined ? html`` : html`<p class="violations">Against the vendor's documentation: ${last}</p>`;
}

function item(message: InboxMessage): Markup {
  return html`<li>
    <div class="facts">
      ${message.to === null ? html`` : html`<span>to <strong>${message.to}</strong></span>`}
      <span class="pill ${tone(message.status)}">${message.status}</span>
      <time datetime="${new Date(message.at).toISOString()}">${new Date(message.at).toTimeString().slice(0, 8)}</time>
    </div>
    ${message.subject === undefined ? html`` : html`<h3 dir="auto">${message.subject}</h3>`} ${content(message.text)}
  </li>`;
}

function tone(status: string): string {
  if (GOOD.has(status)) return 'good';
  return BAD.has(status) ? 'bad' : '';
}

/** Renders JSON with indentation, and other text as a chat bubble. */
function content(text: string): Markup {
  if (/^\s*[[{]/.test(text)) {
    try {
      return html`<pre>${JSON.stringify(JSON.parse(text), null, 2)}</pre>`;
    } catch {
      // The text is not valid JSON and is shown unchanged.
    }
  }
  return html`<p class="text" dir="auto">${text}</p>`;
}
