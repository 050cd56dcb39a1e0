// A place to try a rule on a few events. Nothing is kept: all of it is in the address that one shares.
import { check, post } from '../lib/api.js';
import { announce, debounce, h, replace } from '../lib/dom.js';
import { link, rename } from '../lib/router.js';
import { pack, unpack } from '../lib/share.js';
import { confirmed } from '../parts/dialog.js';
import { diagnosticsList, summary } from '../parts/diagnostics.js';
import { createEditor } from '../parts/editor.js';
import { button, failure, panel } from '../parts/pieces.js';
import { example } from './example.js';
import { showResults } from './results.js';

const PAUSE = 400;
// What the server calls the rules of the editor.
const OWN_FILES = ['candidate.yaml', 'playground.yaml'];
const KEPT = 'fluxcore.playground';

/** The page. */
export async function showPlayground({ content, values: [packed], signal }) {
  let given = null;
  let problem = null;
  if (packed) {
    try {
      given = valid(await unpack(packed));
    } catch {
      problem = 'The address is no shared playground, or only a part of one. Here is the example.';
    }
  }
  if (signal.aborted) return;
  given ??= kept() ?? example;
  build(content, structuredClone(given), problem, signal);
}

/** What was shared may come from anybody: only what belongs to a playground is taken. */
function valid(shared) {
  if (typeof shared?.rules !== 'string' || typeof shared.streams !== 'object') throw new Error('no playground');
  const text = (value) => (typeof value === 'string' ? value : '');
  const streams = Object.entries(shared.streams ?? {}).slice(0, 20).map(([name, events]) => [name, text(events)]);
  return { rules: shared.rules, streams: Object.fromEntries(streams), time: text(shared.time), lateness: text(shared.lateness) };
}

/** What was written last in this tab. */
function kept() {
  try { return valid(JSON.parse(sessionStorage.getItem(KEPT))); } catch { return null; }
}

function build(content, playground, problem, signal) {
  const results = h('div.results', { 'aria-live': 'off' });
  const findings = h('div.editor-findings', { 'aria-live': 'polite' });
  const shared = h('span.shared', { role: 'status' });
  const rules = createEditor({ label: 'Rules, YAML', value: playground.rules, onInput: () => { changed(); checkSoon(); }, onRun: () => run() });
  const streams = createStreams(playground, () => changed(), () => run());
  const runner = button('Run', () => run(), { className: 'primary' });
  const field = (name, label, hint) => h('label.field.small', h('span', label),
    h('input', { type: 'text', value: playground[name] ?? '', placeholder: hint,
    oninput: (event) => { playground[name] = event.target.value.trim(); changed(); } }));
  let latest = null;

  function changed() {
    playground.rules = rules.value;
    playground.streams = streams.values();
    try { sessionStorage.setItem(KEPT, JSON.stringify(playground)); } catch { /* More than a tab may keep is not kept. */ }
    if (location.hash !== '#/playground') rename('#/playground');
    replace(shared);
  }

  const checkSoon = debounce(PAUSE, async () => {
    const text = rules.value;
    try {
      const found = await check(text, signal);
      if (rules.value === text) say(found);
    } catch (error) {
      if (error.name !== 'AbortError') replace(findings, failure(error));
    }
  });

  function say(found) {
    const isHere = (finding) => OWN_FILES.includes(finding.file);
    rules.mark(found.filter(isHere));
    const errors = found.some((finding) => finding.severity === 'error');
    replace(findings, h('p.finding-summary', { class: errors ? 'has-error' : found.length ? 'has-warning' : 'is-fine' }, summary(found)),
      found.length > 0 && diagnosticsList(found, isHere, (finding) => rules.goTo(finding.line, finding.column)));
  }

  async function run(why = null) {
    checkSoon.cancel();
    latest?.abort();
    const own = latest = new AbortController();
    results.setAttribute('aria-busy', 'true');
    try {
      const options = Object.fromEntries(['time', 'lateness'].filter((name) => playground[name]).map((name) => [name, playground[name]]));
      const sent = { rules: rules.value, streams: streams.values(), ...options, ...why };
      const answer = await post('playground', {}, sent, AbortSignal.any([signal, own.signal]));
      if (rules.value === sent.rules) say(answer.diagnostics);
      showResults(results, answer, sent, (rule, key) => run({ why: rule, ...(key && { key }) }));
      announce(answer.rules.length ? `${answer.counters.matches} matches of ${answer.counters.read} events` : 'The rules have errors');
    } catch (error) {
      if (error.name !== 'AbortError') replace(results, failure(error));
    } finally {
      if (latest === own) results.removeAttribute('aria-busy');
    }
  }

  async function share() {
    const packed = await pack({ ...playground, rules: rules.value, streams: streams.values() });
    if (packed === null) { replace(shared, 'That is too much for an address. Keep the rules and events in files.'); return; }
    rename(link('playground', packed));
    const isCopied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    replace(shared, isCopied ? 'The address is copied.' : 'The address of this page holds it all.');
  }

  async function reset() {
    const isExample = rules.value === example.rules && JSON.stringify(streams.values()) === JSON.stringify(example.streams);
    if (!isExample && !await confirmed('Go back to the example?', 'The rules and events that stand here are lost.', 'Show the example')) return;
    sessionStorage.removeItem(KEPT);
    rename('#/playground');
    build(content, structuredClone(example), null, signal);
  }

  replace(content,
    h('div.title-line', h('h1', 'Playground'), h('div.actions', runner, h('kbd.quiet', 'Ctrl + Enter'), button('Share', share),
      button('Example', reset), shared)),
    problem && h('div.failure', { role: 'alert' }, h('p', problem)),
    h('div.playground',
      h('div.inputs', panel('Rules', { className: 'flush' }, rules.element, findings),
        panel('Events', { aside: h('div.options', field('time', 'time field', 'ts'), field('lateness', 'lateness', '0s')),
          className: 'flush' }, streams.element)),
      results));
  run();
}

/** Editors of events, one for each stream, of which one is shown. */
function createStreams(playground, onChange, onRun) {
  const place = h('div.stream-editor');
  const bar = h('div.stream-bar', { role: 'group', 'aria-label': 'Streams' });
  const editors = new Map();
  let current = null;

  function add(name, text) {
    editors.set(name, createEditor({ label: `Events of ${name}, one JSON object a line`, value: text, language: 'json', onInput: onChange, onRun }));
  }

  function show(name) {
    current = name;
    replace(bar, [...editors.keys()].map((one) => h('button.stream-tab',
      { type: 'button', 'aria-pressed': one === current ? 'true' : 'false', onclick: () => show(one) }, one)),
      h('form.stream-add', { onsubmit: create }, h('input', { type: 'text', 'aria-label': 'Name of another stream', placeholder: 'stream',
        size: 7, pattern: '[A-Za-z0-9_\\-]+' }),
        h('button.icon-button', { type: 'submit', 'aria-label': 'Add the stream', title: 'Add the stream' }, '+')),
      editors.size > 1 && h('button.icon-button', { type: 'button', 'aria-label': `Remove ${current}`, title: `Remove ${current}`,
        onclick: drop }, '×'));
    replace(place, editors.get(current)?.element);
  }

  function create(event) {
    event.preventDefault();
    const name = event.target.querySelector('input').value.trim();
    if (!name) return;
    if (!editors.has(name)) add(name, '');
    show(name);
    onChange();
  }

  function drop() {
    editors.delete(current);
    show(editors.keys().next().value);
    onChange();
  }

  for (const [name, text] of Object.entries(playground.streams)) add(name, text);
  if (!editors.size) add('events', '');
  show(editors.keys().next().value);
  return {
    element: h('div', bar, place),
    values: () => Object.fromEntries([...editors].map(([name, editor]) => [name, editor.value])),
  };
}
