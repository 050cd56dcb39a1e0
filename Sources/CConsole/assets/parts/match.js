// Matches: as a line of a list, and in full with the events in order and the time between them.
import { announce, h } from '../lib/dom.js';
import { clock, count, duration, instant, keyText, time, value } from '../lib/format.js';
import { link } from '../lib/router.js';
import { level, state } from './pieces.js';

/** The fields that tell the time of an event, where nothing else is said. */
export const TIME_FIELDS = ['@timestamp', 'timestamp', 'ts', 'time'];
const MOST_FIELDS = 40;
// What a Date can be.
const LATEST = 8.64e15;
const TELL_AFTER = 1000;

/** A match as a line: level, rule, key, and when it was. */
export function matchLine(match, { withRule = true, when = match.end, address = link('matches', match.match_id) } = {}) {
  return h('a.match-line', { href: address },
    level(match.level), withRule && h('span.match-rule', match.rule), match.kind && state(match.kind, 'quiet'),
    h('span.match-key', keyText(match.key)), h('span.match-time', time(when)));
}

/** What a match selected, in a few words. */
export function selectText(match) {
  return Object.entries(match.select ?? {}).map(([name, given]) => `${name} ${value(given)}`).join(' · ');
}

/** Milliseconds of each event of a match; NaN where an event does not say. */
export function eventTimes(match) {
  const start = instant(match.start);
  const first = match.events[0]?.event ?? {};
  const names = [...TIME_FIELDS, ...Object.keys(first)];
  // Which field tells the time is the configuration's: it is the one that says when the match began.
  const field = names.find((name) => Math.abs(millisecondsOf(first[name]) - start) < 1);
  return match.events.map(({ event }) => (field ? millisecondsOf(event[field]) : NaN));
}

/** Milliseconds of a time of an event: a text, or a number of seconds, milli-, micro- or nanoseconds, told apart by magnitude. */
export function millisecondsOf(given) {
  if (typeof given === 'string') {
    if (!/^\d{4}-\d\d-\d\d/.test(given)) return NaN;
    const hasZone = /[zZ]$|[+-]\d\d:?\d\d$/.test(given.slice(10));
    return Date.parse(given.replace(' ', 'T') + (hasZone ? '' : 'Z'));
  }
  if (typeof given !== 'number' && !(given instanceof Number)) return NaN;
  const size = Math.abs(given);
  const result = size < 1e11 ? given * 1000 : size < 1e14 ? +given : size < 1e17 ? given / 1000 : given / 1e6;
  return Math.abs(result) <= LATEST ? result : NaN;
}

/** The names of fields that a rule's steps look at, by name of event, and those of the key. */
export function fieldsOfInterest(match, automaton) {
  const result = new Map();
  const key = Object.keys(match.key ?? {});
  for (const node of automaton?.nodes ?? []) {
    if (!node.event) continue;
    const text = (node.detail ?? '').replace(/"(?:[^"\\]|\\.)*"/g, '');
    const words = text.match(/[A-Za-z_@][\w.]*/g) ?? [];
    result.set(node.event, new Set([...(result.get(node.event) ?? []), ...words, ...words.map((word) => word.split('.').at(-1)), ...key]));
  }
  return { of: (name) => result.get(name) ?? new Set(key) };
}

/** The events of a match in order, with the time between them. */
export function matchEvents(match, interest) {
  const times = eventTimes(match);
  const items = match.events.flatMap(({ name, event }, index) => {
    const gap = index ? times[index] - times[index - 1] : NaN;
    return [
      index > 0 && h('li.gap', { 'aria-label': Number.isNaN(gap) ? null : `${duration(gap)} later` },
        Number.isNaN(gap) ? 'then' : `+ ${duration(gap)}`),
      h('li.bound', h('div.bound-head', h('span.bound-name', name), h('span.bound-number', `${index + 1} of ${match.events.length}`),
        Number.isNaN(times[index]) ? null : time(new Date(times[index]).toISOString(), { withRelative: false })),
      eventFields(event, interest.of(name)), rawEvent(event)),
    ];
  });
  const end = instant(match.end);
  const last = times.at(-1);
  // An absence has no event: its end is a time.
  if (end - last > 1) {
    items.push(h('li.gap', `+ ${duration(end - last)}`), h('li.bound.bound-end', h('div.bound-head', h('span.bound-name', 'end'),
      h('span.bound-number', 'nothing that would have prevented the match came until then'), time(match.end, { withRelative: false }))));
  }
  return h('ol.bounds', items);
}

function eventFields(event, interesting) {
  const entries = flatten(event);
  const weight = ([name]) => (interesting.has(name) ? 0 : 1);
  const sorted = entries.map((entry, index) => [entry, index]).sort(([a, i], [b, j]) => weight(a) - weight(b) || i - j).map(([entry]) => entry);
  return h('dl.fields', sorted.slice(0, MOST_FIELDS).map(([name, given]) =>
    h('div', { class: interesting.has(name) ? 'is-read' : null }, h('dt', name), h('dd', value(given)))),
  sorted.length > MOST_FIELDS && h('p.bounded', `${count(sorted.length - MOST_FIELDS, 'field')} more in the event as it was read.`));
}

/** Fields with nested names as dotted ones. */
function flatten(event, prefix = '', depth = 0) {
  return Object.entries(event ?? {}).flatMap(([name, given]) => {
    const isObject = given !== null && typeof given === 'object' && !Array.isArray(given) && !(given instanceof Number);
    return isObject && depth < 4 ? flatten(given, `${prefix}${name}.`, depth + 1) : [[prefix + name, given]];
  });
}

function rawEvent(event) {
  return h('details.raw', h('summary', 'As JSON'), h('pre', h('code', JSON.stringify(event, null, 2))));
}

/** What an alert carries: key, selected values, times. */
export function matchFacts(match) {
  const fact = (name, given) => h('div', h('dt', name), h('dd', given));
  return h('dl.facts', Object.entries(match.key ?? {}).map(([name, given]) => fact(name, value(given))),
    Object.entries(match.select ?? {}).map(([name, given]) => fact(name, value(given))),
    fact('from', time(match.start, { withRelative: false })), fact('to', time(match.end)),
    fact('lasted', duration(instant(match.end) - instant(match.start))),
    match.suppressed ? fact('suppressed before', String(match.suppressed)) : null);
}

/** A mark on a timeline for a match. */
export function matchMark(match, open, when = match.end) {
  return { time: instant(when), tone: 'level-' + match.level, text: `${match.rule} ${keyText(match.key)}`, open,
    span: instant(match.start) < instant(match.end) && when === match.end ? [instant(match.start), instant(match.end)] : null };
}

/** Tells those who do not see the page of matches that come: of each that comes alone, of several at once how many they are. */
export function matchTeller() {
  let waiting = [];
  return (match) => {
    waiting.push(match);
    if (waiting.length > 1) return;
    setTimeout(() => {
      announce((waiting.length > 1 ? `${waiting.length} matches, the latest: ` : '') + matchWords(waiting.at(-1)));
      waiting = [];
    }, TELL_AFTER);
  };
}

function matchWords(match) { return `${match.level} match of ${match.rule}, ${keyText(match.key)}, at ${clock(match.end)}`; }
