/** Style sheet of the web inbox, light or dark as the browser's settings say. */
export const INBOX_STYLE = `
:root { color-scheme: light dark;
  --ground: #f6f5f2; --card: #fff; --ink: #1d2026; --soft: #666c78; --line: #e3e1db; --bubble: #eef1fb; --accent: #3d5afe;
  --good: #12713f; --good-bg: #e2f4e9; --warn: #8a4b00; --warn-bg: #fdf0dc; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #14161a; --card: #1d2026; --ink: #e9eaee; --soft: #9aa1ae; --line: #2e323a; --bubble: #272c3d; --accent: #8c9eff;
  --good: #7fd8a4; --good-bg: #173325; --warn: #f3c078; --warn-bg: #3a2b14; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; padding: 1.5rem clamp(1rem, 4vw, 3rem) 1rem; }
h1 { margin: 0; font-size: 1.35rem; letter-spacing: -.01em; }
h1 i { color: var(--accent); font-style: normal; }
header p { margin: 0; color: var(--soft); flex: 1 1 20rem; }
a { color: var(--accent); }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 23rem), 1fr)); align-items: start;
  gap: 1rem; padding: .5rem clamp(1rem, 4vw, 3rem) 3rem; }
.vendor { background: var(--card); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; }
.vendor > h2 { display: flex; align-items: center; gap: .6rem; margin: 0; padding: .8rem 1rem; font-size: 1rem;
  border-bottom: 1px solid var(--line); }
.vendor img, .vendor .blank { width: 26px; height: 26px; border-radius: 7px; flex: none; }
.vendor .blank { background: var(--bubble); }
.vendor h2 small { display: block; color: var(--soft); font-weight: 400; font-size: .8rem; }
.vendor h2 b { margin-left: auto; min-width: 1.9rem; padding: .1rem .5rem; border-radius: 99px; background: var(--bubble);
  color: var(--accent); text-align: center; font-variant-numeric: tabular-nums; }
ol { list-style: none; margin: 0; padding: 0; max-height: 70vh; overflow-y: auto; }
li { padding: .8rem 1rem; border-top: 1px solid var(--line); }
li:first-child { border-top: 0; }
.facts { display: flex; flex-wrap: wrap; gap: .1rem .6rem; align-items: center; color: var(--soft); font-size: .82rem; }
.facts strong { color: var(--ink); font-weight: 600; }
.facts time { margin-left: auto; font-variant-numeric: tabular-nums; }
.pill { padding: 0 .5rem; border-radius: 99px; background: var(--bubble); color: var(--accent); }
.pill.good { background: var(--good-bg); color: var(--good); }
.pill.bad, .violations { background: var(--warn-bg); color: var(--warn); }
.text { margin: .45rem 0 0; padding: .55rem .8rem; background: var(--bubble); border-radius: 4px 14px 14px 14px;
  white-space: pre-wrap; overflow-wrap: anywhere; width: fit-content; max-width: 100%; }
h3 { margin: .4rem 0 0; font-size: .95rem; overflow-wrap: anywhere; }
pre { margin: .45rem 0 0; padding: .55rem .8rem; background: var(--bubble); border-radius: 8px; overflow: auto; max-height: 18rem;
  font: 12.5px/1.5 ui-monospace, monospace; }
.empty { margin: 0; padding: 1.4rem 1rem; color: var(--soft); }
.violations { margin: 0; padding: .6rem 1rem; font-size: .85rem; overflow-wrap: anywhere; }
`;
