import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const connectors = readdirSync(join(ROOT, 'plugins'))
  .filter((name) => existsSync(join(ROOT, 'plugins', name, 'README.md')))
  .map((name) => ({ text: name, link: `/plugins/${name}/README` }));

const page = (text, name) => ({ text, link: `/docs/${name}` });
const existing = (items) => items.filter(({ link }) => existsSync(join(ROOT, `${link}.md`)));

/**
 * Site of the documentation. The root of the repository is the source folder, so that links between pages are the same
 * on the site and in the repository.
 */
export default {
  title: 'Patchbay',
  description: 'A self-hosted connector hub: loyalty events in, the right messages out.',
  srcDir: '../',
  outDir: './.vitepress/dist',
  cacheDir: './.vitepress/cache',
  srcExclude: [
    '{apps,scripts,.github}/**',
    'libs/!(client)/**',
    'test/!(chaos|standby-failover)/**',
    '**/node_modules/**',
    '**/dist/**',
    'config/!(examples)/**',
  ],
  rewrites: { 'docs/README.md': 'index.md' },
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    config: (md) => {
      md.core.ruler.push('links-of-the-site', linksOfTheSite);
      for (const name of ['text', 'code_inline'])
        md.renderer.rules[name] = withoutInterpolation(md.renderer.rules[name]);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Concepts', link: '/docs/concepts' },
      { text: 'Connectors', link: '/docs/connectors' },
      { text: 'Plugin guide', link: '/docs/plugin-guide' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          { text: 'Run the hub', link: '/README' },
          page('Concepts', 'concepts'),
          page('Questions and answers', 'faq'),
          page('Comparison', 'comparison'),
        ],
      },
      {
        text: 'Set up a brand',
        items: existing([
          page('Configuration', 'configuration'),
          page('Connectors', 'connectors'),
          page('Capillary', 'capillary'),
          page('Files as a source', 'files'),
          { text: 'Examples', link: '/config/examples/README' },
        ]),
      },
      { text: 'Connectors', collapsed: true, items: connectors },
      {
        text: 'Messages',
        items: [
          page('Mappings and filters', 'mapping'),
          page('Messaging rules', 'messaging'),
          page('Recipients and consent', 'recipients'),
          page('Suppression list', 'suppressions'),
          page('Privacy', 'privacy'),
          page('Erasing a customer', 'erasure'),
        ],
      },
      {
        text: 'Operate',
        items: existing([
          page('Deployment', 'deployment'),
          page('Health', 'health'),
          page('Metrics', 'metrics'),
          page('Runbook', 'runbook'),
          page('Tracing', 'tracing'),
          page('Sign-in', 'sign-in'),
          page('Backup and moving data', 'backup'),
          page('Upgrade', 'upgrade'),
          page('Backup', 'backup'),
          page('Scale', 'scale'),
          page('Operational events', 'operational-events'),
          page('The console', 'console'),
          page('Performance', 'performance'),
          { text: 'Security', link: '/SECURITY' },
        ]),
      },
      {
        text: 'Reference',
        items: [page('Commands', 'cli'), page('Client of the API', 'client'), page('Errors and states', 'errors')],
      },
      {
        text: 'Extend',
        items: [
          page('Writing a plugin', 'plugin-guide'),
          page('Architecture', 'architecture'),
          { text: 'Working on Patchbay', link: '/CONTRIBUTING' },
          { text: 'Decisions', link: '/docs/decisions/README' },
        ],
      },
    ],
  },
};

/**
 * Makes relative links absolute, because the first page of the site is in another folder than its file. Replaces links
 * to files that are not pages, such as sources and folders, by their text.
 */
function linksOfTheSite(state) {
  const { relativePath } = state.env;
  const folder = posix.dirname(relativePath === 'index.md' ? 'docs/README.md' : relativePath);
  for (const token of state.tokens) {
    if (token.children === null) continue;
    let isText = false;
    token.children = token.children.filter((child) => {
      if (child.type === 'image' && !/^(\w+:|\/)/.test(child.attrGet('src'))) {
        child.attrSet('src', `/${posix.join(folder, child.attrGet('src'))}`);
      }
      if (child.type === 'link_open') {
        const link = linkOf(child.attrGet('href'), folder);
        isText = link === undefined;
        if (!isText) child.attrSet('href', link);
        return !isText;
      }
      const isEnd = isText && child.type === 'link_close';
      if (isEnd) isText = false;
      return !isEnd;
    });
  }
}

/** Wraps a rule so that Vue does not take `{{` of the text as the begin of an expression. */
function withoutInterpolation(rule) {
  return (...args) => rule(...args).replaceAll('{{', '&#123;&#123;');
}

/** Returns the link on the site for a link of a file in a folder; undefined if the site has no such page. */
function linkOf(href, folder) {
  if (/^(\w+:|#|\/)/.test(href)) return href;
  const [path, hash] = href.split('#');
  const page = posix.join(folder, path);
  if (!page.endsWith('.md')) return undefined;
  const fragment = hash === undefined ? '' : `#${hash}`;
  return page === 'docs/README.md' ? `/${fragment}` : `/${page}${fragment}`;
}
