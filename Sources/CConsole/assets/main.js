// Where the console begins: the frame around all pages, and the pages.
import { h, replace, announce } from './lib/dom.js';
import { poll } from './lib/poll.js';
import { go, page, startRouter } from './lib/router.js';
import { startShortcuts } from './lib/shortcuts.js';
import { apply, nextTheme, setTheme, theme } from './lib/theme.js';
import { openDialog } from './parts/dialog.js';
import { showOverview } from './pages/overview.js';
import { showRule } from './pages/rule.js';
import { showMatch } from './pages/match.js';
import { showPlayground } from './pages/playground.js';
import { showActions } from './pages/actions.js';
import { showSilences } from './pages/silences.js';
import { showReloads } from './pages/reloads.js';

const PAGES = [['Overview', '#/', 'o'], ['Playground', '#/playground', 'p'], ['Actions', '#/actions', 'a'],
  ['Silences', '#/silences', 's'], ['Reloads', '#/reloads', 'l']];

page('/', showOverview, () => 'Overview');
page('/rules/{id}', showRule, (id) => id);
page('/rules/{id}/{part}', showRule, (id) => id);
page('/matches/{id}', showMatch, (id) => `Match ${id.slice(0, 8)}`);
page('/playground', showPlayground, () => 'Playground');
page('/playground/{state}', showPlayground, () => 'Playground');
page('/actions', showActions, () => 'Actions');
page('/actions/{name}', showActions, (name) => name);
page('/silences', showSilences, () => 'Silences');
page('/reloads', showReloads, () => 'Reloads');

const links = PAGES.map(([name, address]) => h('a', { href: address }, name));

function frame() {
  apply();
  replace(document.getElementById('nav'), links);
  const live = h('span.live', { role: 'status' });
  const look = h('button.icon-button', { type: 'button', onclick: () => { setTheme(nextTheme()); sayTheme(); announce(`Theme: ${theme()}`); } });
  function sayTheme() {
    look.textContent = { auto: '◐', light: '☀', dark: '☾' }[theme()];
    look.setAttribute('aria-label', `Theme: ${theme()}. Press for another`);
    look.title = `Theme: ${theme()}`;
  }
  sayTheme();
  replace(document.getElementById('tools'), live, look,
    h('button.icon-button', { type: 'button', 'aria-label': 'Keyboard shortcuts', title: 'Keyboard shortcuts (?)', onclick: help }, '?'));
  document.getElementById('skip').addEventListener('click', (event) => {
    event.preventDefault();
    document.getElementById('main').focus();
  });
  watchHealth(live);
}

/** Says in a word on every page how the service is. */
function watchHealth(live) {
  const say = (text, tone, title) => {
    live.className = `live tone-${tone}`;
    live.title = title;
    if (live.textContent !== text) live.textContent = text;
  };
  poll(3, new AbortController().signal, async () => {
    const response = await fetch('/readyz', { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(10000) });
    const text = (await response.text()).trim();
    if (response.ok) say('ready', 'good', 'Sources are read and state is kept');
    else say('not ready', 'bad', text);
  }, () => say('unreachable', 'bad', 'The service cannot be reached'));
}

function help() {
  const keys = [...PAGES.map(([name, , key]) => [`g ${key}`, name]), ['g r', 'Rules'], ['/', 'Filter of the page'],
    ['t', 'Dark, light or as the system'],
    ['Ctrl + Enter', 'Run, in the playground'], ['← →', 'Along charts and timelines'], ['?', 'This list']];
  openDialog({ title: 'Keyboard', cancel: null, confirm: 'Close',
    body: h('dl.keys', keys.map(([key, what]) => h('div', h('dt', h('kbd', key)), h('dd', what)))) });
}

function filter() { document.querySelector('[data-filter]')?.focus(); }

frame();
startRouter(document.getElementById('main'), (path) => {
  links.forEach((one, index) => {
    const own = PAGES[index][1].slice(2);
    const isHere = own === '' ? path === '' || path.startsWith('rules/') || path.startsWith('matches/') : path === own || path.startsWith(own + '/');
    if (isHere) one.setAttribute('aria-current', 'page');
    else one.removeAttribute('aria-current');
  });
});
startShortcuts({
  ...Object.fromEntries(PAGES.map(([, address, key]) => [`g ${key}`, () => go(address)])),
  'g r': () => { if (location.hash === '#/' || !location.hash) filter(); else go('#/?rules'); },
  '/': filter,
  '?': help,
  t: () => document.querySelector('#tools button').click(),
});
