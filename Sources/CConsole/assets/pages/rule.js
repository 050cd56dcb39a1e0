// One rule: what it is, what it does now, what it found, what it has half found, and why.
import { get } from '../lib/api.js';
import { append, h, replace } from '../lib/dom.js';
import { number } from '../lib/format.js';
import { poll } from '../lib/poll.js';
import { go, link, linkWith, rename } from '../lib/router.js';
import { followMatches } from '../lib/stream.js';
import { createAutomaton, isWide, noAutomaton } from '../parts/automaton.js';
import { matchLine, matchMark, matchTeller, selectText } from '../parts/match.js';
import { empty, failure, figure, health, level, loading, panel, tabs } from '../parts/pieces.js';
import { sourceView } from '../parts/source.js';
import { showKeys } from '../parts/state.js';
import { createTimeline } from '../parts/timeline.js';
import { whyReport } from '../parts/why.js';

const INTERVAL = 3;
const MOST_MATCHES = 500;
const LISTED = 30;
const ROOM = 620;

/** The page. */
export async function showRule({ content, values: [id, part = ''], query, signal }) {
  replace(content, loading());
  let rule;
  try {
    rule = await get(`rules/${encodeURIComponent(id)}`, {}, signal);
  } catch (error) {
    if (error.name !== 'AbortError') replace(content, h('h1', id), failure(error, () => showRule({ content, values: [id, part], query, signal })));
    return;
  }
  if (signal.aborted) return;
  const head = createHead(rule);
  const body = h('div.rule-body');
  const trouble = h('div');
  replace(content, trouble, head.element, tabs('Parts of the rule', [['Rule', link('rules', id)], ['Partial matches', link('rules', id, 'state')],
    ['Why', link('rules', id, 'why')]], part ? link('rules', id, part) : link('rules', id)), body);
  const listeners = [head.update];
  if (part === 'state') showKeys(body, id, query.get('key'), signal);
  else if (part === 'why') showWhy(body, id, query.get('key'), query.has('key'), signal);
  else listeners.push(showItself(body, rule, signal));
  poll(INTERVAL, signal, async () => {
    const now = await get(`rules/${encodeURIComponent(id)}`, {}, signal);
    replace(trouble);
    for (const listener of listeners) listener(now);
  }, (error) => replace(trouble, error.status === 404
    ? h('div.failure', { role: 'alert' }, h('p', h('strong', 'This rule does not run any more.'), ' What stands here is of before.'))
    : failure(error)));
}

// MARK: Head

function createHead(rule) {
  const figures = {
    matches: figure('matches', ''), suppressed: figure('suppressed', ''), silenced: figure('silenced', ''), timeouts: figure('timeouts', ''),
    keys: figure('keys in progress', ''), attempts: figure('attempts begun', ''), limited: figure('dropped by limit', ''),
  };
  const badge = h('span');
  const problem = h('div');
  const update = (now) => {
    for (const [name, one] of Object.entries(figures)) one.set(number(now[name] ?? 0));
    const text = `${now.health} ${now.problem}`;
    if (badge.dataset.text === text) return;
    badge.dataset.text = text;
    replace(badge, health(now));
    replace(problem, now.problem && h('div.failure', { role: 'alert' }, h('p', h('strong', 'The last reload failed')),
      h('pre.problem-text', now.problem), h('a', { href: '#/reloads' }, 'To the reloads')));
  };
  update(rule);
  return {
    update,
    element: h('header.rule-head', h('div.title-line', h('h1', rule.id), level(rule.level), badge),
      rule.title && h('p.subtitle', rule.title), rule.description && h('p.description', rule.description), problem,
      h('p.chips', rule.tags.map((tag) => h('span.chip', tag)),
        (rule.actions ?? []).map((name) => h('a.chip.chip-action', { href: link('actions', name) }, `→ ${name}`)),
        h('a.chip.chip-action', { href: linkWith(['silences'], { rule: rule.id }) }, 'silence…')),
      h('dl.figures', Object.values(figures).map((one) => one.element))),
  };
}

// MARK: The rule itself

function showItself(place, rule, signal) {
  const automaton = h('div', loading());
  const source = h('div');
  let picture = null;
  let text = null;
  const columns = h('div.columns.halves',
    h('div', panel('Automaton', { aside: h('span.muted', 'Numbers: partial matches that stand there') }, automaton), matchesPanel(rule, signal)),
    panel('Source', { aside: rule.source && h('code.path', `${rule.source.path}:${rule.source.line}`) }, source));
  place.append(columns);

  async function refresh() {
    try {
      const now = await get(`rules/${encodeURIComponent(rule.id)}/automaton`, {}, signal);
      if (picture && picture.pattern === now.pattern && picture.count === now.nodes.length) picture.drawn.update(now);
      else {
        picture = { pattern: now.pattern, count: now.nodes.length, drawn: createAutomaton(now) };
        replace(automaton, picture.drawn.element);
        columns.classList.toggle('halves', !isWide(now, ROOM));
      }
    } catch (error) {
      if (error.name !== 'AbortError' && !picture) replace(automaton, noAutomaton(error));
    }
  }

  const update = (now) => {
    refresh();
    const next = JSON.stringify([now.source, now.diagnostics, now.written]);
    if (next === text) return;
    text = next;
    replace(source, sources(now));
  };
  update(rule);
  return update;
}

/** The source that runs; before it the file as it is now, when that does not run. */
function sources(rule) {
  if (!rule.source) return empty('The source is not known.');
  const running = sourceView(rule.source.text, rule.diagnostics ?? [], { first: rule.source.line });
  if (!rule.written) return running;
  return [h('p.muted', 'The file as it is now, which does not run:'), sourceView(rule.written.text, rule.written.diagnostics),
    h('details', h('summary', 'The source that runs'), running)];
}

function matchesPanel(rule, signal) {
  const lists = h('ol.latest');
  const line = createTimeline('Matches over time', [], { nothing: 'No match is remembered.' });
  const nothing = h('div');
  const tell = matchTeller();
  let matches = [];

  function show() {
    const marks = matches.map((match) => matchMark(match, () => go(link('matches', match.match_id)))).sort((a, b) => a.time - b.time);
    line.update(marks.length ? [{ name: 'matches', marks }] : []);
    replace(lists, matches.slice(0, LISTED).map((match) => h('li', matchLine(match, { withRule: false }),
      selectText(match) && h('p.selected', selectText(match)))));
    replace(nothing, matches.length > LISTED && h('p.bounded', `The latest ${LISTED} of ${matches.length} are listed.`));
  }

  get('matches', { rule: rule.id, limit: MOST_MATCHES }, signal).then((found) => {
    matches = found.matches.map(({ match }) => match);
    show();
  }).catch((error) => { if (error.name !== 'AbortError') replace(nothing, failure(error)); });
  followMatches({
    rule: rule.id, signal, onMatch: (match) => {
      if (matches.some((one) => one.match_id === match.match_id)) return;
      matches = [match, ...matches].slice(0, MOST_MATCHES);
      show();
      tell(match);
    },
  });
  return panel('Matches', {}, line.element, lists, nothing);
}

// MARK: Why

function showWhy(place, id, given, isAsked, signal) {
  const input = h('input', { type: 'text', name: 'key', value: given ?? '', placeholder: 'bob, or ["10.0.0.1","bob"]', 'aria-label': 'Key',
    'data-filter': true });
  const answer = h('div.why-answer', { 'aria-live': 'polite' });
  const ask = async () => {
    rename(linkWith(['rules', id, 'why'], { key: input.value }));
    replace(answer, loading('The files of the sources are read…'));
    try {
      const { report } = await get('why', { rule: id, key: input.value || null }, signal);
      replace(answer, whyReport(report));
    } catch (error) {
      if (error.name !== 'AbortError') replace(answer, failure(error));
    }
  };
  append(place, [panel('Why did it fire, or not?', {},
    h('p.lead', 'The rule is run once more over the files of its sources, and every attempt is accounted for. ',
      'Without a key, those that came nearest to a match are told of.'),
    h('form.inline-form', { onsubmit: (event) => { event.preventDefault(); ask(); } }, h('label.field', h('span', 'Key'), input),
      h('button.button.primary', { type: 'submit' }, 'Ask')), answer)]);
  if (isAsked) ask();
}
