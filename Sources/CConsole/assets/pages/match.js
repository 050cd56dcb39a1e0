// One match: what it carries, its events in order, and its way through the automaton.
import { get } from '../lib/api.js';
import { h, replace } from '../lib/dom.js';
import { keyText, time } from '../lib/format.js';
import { link } from '../lib/router.js';
import { createAutomaton, findPath, isWide, noAutomaton } from '../parts/automaton.js';
import { fieldsOfInterest, matchEvents, matchFacts } from '../parts/match.js';
import { empty, failure, level, loading, panel, state } from '../parts/pieces.js';

const ROOM = 400;

/** The page. */
export async function showMatch({ content, values: [id], signal }) {
  replace(content, loading());
  try {
    const found = await get(`matches/${encodeURIComponent(id)}`, {}, signal);
    const automaton = await get(`rules/${encodeURIComponent(found.rule)}/automaton`, {}, signal).catch(() => null);
    if (!signal.aborted) show(content, found, automaton);
  } catch (error) {
    if (error.name === 'AbortError') return;
    replace(content, h('h1', 'Match'), error.status === 404
      ? empty('This match is not remembered.', 'The service keeps the latest 1,000 in memory; older ones are where its actions brought them.')
      : failure(error, () => showMatch({ content, values: [id], signal })));
  }
}

function show(content, { match, time: decided }, automaton) {
  const path = automaton && findPath(automaton, match.events.map(({ name }) => name));
  replace(content,
    h('header.rule-head', h('div.title-line', h('h1', h('a', { href: link('rules', match.rule) }, match.rule)), level(match.level),
      match.kind && state(match.kind, 'quiet')),
    h('p.subtitle', keyText(match.key)), h('p.muted', 'Decided ', time(decided), ' · ', h('code', match.match_id)), matchFacts(match)),
    h('div.columns', { class: isWide(automaton, ROOM) ? '' : 'wide-left' },
      panel('Events', {}, matchEvents(match, fieldsOfInterest(match, automaton))),
      h('div', panel('Way through the automaton', {}, automaton ? createAutomaton(automaton, { taken: path }).element : noAutomaton(null),
        automaton && !path && h('p.muted', 'No way through the automaton as it is now binds these events: ',
          'the rule has changed, or the match is a timeout.')),
      h('details.raw.panel', h('summary', 'The alert as JSON'), h('pre', h('code', JSON.stringify(match, null, 2)))))));
}
