// Partial matches: the keys of a rule that have some, and one key in full.
import { get } from '../lib/api.js';
import { h, replace } from '../lib/dom.js';
import { clock, count, keyText, time } from '../lib/format.js';
import { linkWith } from '../lib/router.js';
import { bounded, empty, failure, loading, panel } from './pieces.js';
import { createTable, filterBox } from './table.js';

const MOST_KEYS = 500;

/** The keys of a rule; `chosen` is one that is shown in full beside them. */
export async function showKeys(place, rule, chosen, signal) {
  replace(place, loading());
  const table = createTable({
    label: 'Keys with partial matches', key: (row) => JSON.stringify(row.key), nothing: 'No key has a partial match now.',
    columns: [
      { title: 'Key', text: (row) => keyText(row.key),
        cell: (row) => h('a', { href: address(rule, row.key), 'aria-current': JSON.stringify(row.key) === chosen ? 'true' : null },
          keyText(row.key)) },
      { title: 'Attempts', numeric: true, text: (row) => row.attempts, sort: (row) => row.attempts },
      { title: 'Awaits', minor: true, text: (row) => row.awaits.map(awaitsText).join('; '),
        cell: (row) => h('ul.plain', row.awaits.map((one) => h('li', h('code', awaitsText(one))))) },
      { title: 'Expires', minor: true, text: (row) => row.expires ?? '', sort: (row) => row.expires ?? '9',
        cell: (row) => time(row.expires, { fallback: 'never' }) },
    ],
  });
  const detail = h('div.key-detail', { 'aria-live': 'polite' }, panel('One key', {}, empty('Choose a key to see what it has bound.')));
  try {
    const found = await get('state/keys', { rule, limit: MOST_KEYS }, signal);
    const lead = h('p.muted', count(found.total, 'key'), ' at the last checkpoint',
      found.clock && [', event time ', time(found.clock, { withRelative: false })]);
    replace(place, h('div.columns.halves',
      panel('Keys', { aside: filterBox(table, 'Filter keys') }, lead, table.element, bounded(found.keys.length, found.total, 'key')), detail));
    table.update(found.keys);
  } catch (error) {
    if (error.name === 'AbortError') return;
    replace(place, failure(error, error.status === 409 ? null : () => showKeys(place, rule, chosen, signal)));
    return;
  }
  if (chosen) await showKey(detail, rule, chosen, signal);
}

function awaitsText(one) { return one.threads > 1 ? `${one.step} (${one.threads})` : one.step; }

function address(rule, key) { return linkWith(['rules', rule, 'state'], { key: JSON.stringify(key) }); }

async function showKey(place, rule, key, signal) {
  try {
    const { state } = await get('state/key', { rule, key }, signal);
    replace(place, panel(keyText(state.key), {}, state.attempts.length ? state.attempts.map(attempt) : empty('Nothing is bound.'),
      h('p', h('a', { href: linkWith(['rules', rule, 'why'], { key }) }, 'Why did this key not match?'))));
    place.scrollIntoView({ block: 'nearest' });
  } catch (error) {
    if (error.name === 'AbortError') return;
    replace(place, error.status === 404 ? empty('This key has no partial match any more.') : failure(error));
  }
}

function attempt(found, index) {
  return h('section.attempt', h('h4', `Attempt ${index + 1}`, h('span.muted', ` since ${clock(found.start)}`)),
    found.threads.map((thread) => h('div.thread', boundEvents(thread.bound),
      thread.awaits.map((awaits) => h('p.awaits', 'awaits ', h('code', awaits.step), awaits.from && [' from ', time(awaits.from)],
        awaits.until && [', until ', time(awaits.until)])))));
}

/** Bound events, a line for each. */
export function boundEvents(bound) {
  return h('ol.bound-list', bound.map((one) => h('li', h('span.bound-name', one.name), h('span.utc', clock(one.time)),
    one.file && h('span.place', place(one)),
    h('details.raw', h('summary', brief(one.event)),
      h('pre', h('code', typeof one.event === 'string' ? one.event : JSON.stringify(one.event, null, 2)))))));
}

/** Where an event stands: the line of a file, the entry of a Redis stream. */
function place(event) {
  if (event.entry) return `${event.file} ${event.entry}`;
  const name = event.file.split('/').at(-1);
  return event.line ? `${name}:${event.line}` : name;
}

function brief(event) {
  const text = typeof event === 'string' ? event : JSON.stringify(event);
  return text.length > 160 ? text.slice(0, 160) + '…' : text;
}
