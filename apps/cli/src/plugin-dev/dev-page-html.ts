/** HTML of the page of `patchbay plugin dev`. `NONCE` stands for the nonce of the content security policy. */
export const DEV_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>patchbay plugin dev</title>
    <style nonce="NONCE">
      :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
      body { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
      h1 { font-size: 1.25rem; margin: 0 0 1rem; }
      form { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin-bottom: 1.5rem; }
      select, button { font: inherit; padding: 0.35rem 0.75rem; border-radius: 0.4rem; border: 1px solid #8a8f98; }
      button { background: #1f5fd6; border-color: #1f5fd6; color: #fff; cursor: pointer; }
      button:disabled { opacity: 0.5; cursor: default; }
      pre { margin: 0 0 1rem; padding: 0.75rem 1rem; border: 1px solid #8a8f9866; border-radius: 0.4rem;
            white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.45 ui-monospace, monospace; }
      pre.bad { border-left: 4px solid #c62828; }
      pre.good { border-left: 4px solid #2e7d32; }
      #hint { opacity: 0.75; }
    </style>
  </head>
  <body>
    <h1 id="type">patchbay plugin dev</h1>
    <form id="form">
      <label for="sample">Event</label>
      <select id="sample"><option value="">default sample</option></select>
      <button id="send">Send</button>
      <span id="status" role="status"></span>
    </form>
    <p id="hint">Send an event. Its message, request, answer and outcome appear here, newest first.</p>
    <main id="entries"></main>
    <script nonce="NONCE">
      const byId = (id) => document.getElementById(id);
      let shown = 0;
      const refresh = async () => {
        const state = await (await fetch('/state')).json();
        byId('type').textContent = state.type;
        document.title = state.type + ' – patchbay plugin dev';
        const select = byId('sample');
        if (select.options.length === 1) select.append(...state.samples.map((name) => new Option(name, name)));
        for (const { number, text } of state.entries.filter((entry) => entry.number > shown)) {
          const entry = document.createElement('pre');
          entry.textContent = text;
          if (/^(error:|outcome  (?!succeeded)|violation)/m.test(text)) entry.className = 'bad';
          else if (/^outcome  succeeded/m.test(text)) entry.className = 'good';
          byId('entries').prepend(entry);
          byId('hint').hidden = true;
          byId('send').disabled = false;
          shown = number;
        }
      };
      const poll = async () => {
        await refresh().then(
          () => { byId('status').textContent = ''; },
          () => { byId('status').textContent = 'The command has ended.'; },
        );
        setTimeout(poll, 500);
      };
      byId('form').addEventListener('submit', async (event) => {
        event.preventDefault();
        byId('send').disabled = true;
        await fetch('/send?type=' + encodeURIComponent(byId('sample').value), { method: 'POST' }).catch(() => {
          byId('send').disabled = false;
        });
      });
      poll();
    </script>
  </body>
</html>
`;
