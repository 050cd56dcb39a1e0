// The report that says why a rule fired or did not: verdict, how far events came, attempts with what ended them, near misses.
import { h } from '../lib/dom.js';
import { clock, count, duration, keyText, number, time, value } from '../lib/format.js';
import { link } from '../lib/router.js';
import { empty, state } from './pieces.js';
import { boundEvents } from './state.js';

const CAUSES = {
  match: ['matched', 'good'], within: ['ended by within', 'bad'], gap: ['ended by a gap', 'bad'], group_within: ['ended by within of a group', 'bad'],
  until: ['ended by until', 'bad'], group_until: ['ended by until of a group', 'bad'], negation: ['ended by a negation', 'bad'],
  next: ['ended by the next event', 'bad'], skip: ['dropped by skip', 'warn'], limit: ['dropped by limit', 'bad'],
  superseded: ['replaced by a later one', 'warn'], having: ['complete, having false', 'bad'], leading_negation: ['spoilt by what came before', 'bad'],
  open: ['open at the end', 'warn'], other: ['ended', 'quiet'],
};

/** The report. */
export function whyReport(report) {
  // Of a key that was asked for, only its own matches count.
  const hasFired = report.input.of_key === null ? report.matches > 0 : report.keys.some((key) => key.matches > 0);
  return h('article.why',
    h('p.verdict', { class: hasFired ? 'has-fired' : 'is-silent' }, report.verdict),
    report.notes.length > 0 && h('ul.notes', report.notes.map((note) => h('li', note))),
    h('p.pattern', h('code', report.pattern)),
    report.mode === 'shadow' && h('p.muted', 'mode: shadow: it alerts nobody.'),
    funnel(report.input), report.feeders && feeders(report.feeders),
    report.keys.map((key) => keyPart(key)),
    !report.keys.length && empty('No key came near to a match.'));
}

// MARK: How far events came

function funnel(input) {
  const steps = [['read', input.read], ['of the rule’s streams', input.of_stream],
    ['matches of other rules', input.matches], ['past where', input.passed], ['with a key', input.keyed],
    ['of this key', input.of_key]].filter(([, given]) => given !== null && given !== undefined);
  const largest = Math.max(1, ...steps.map(([, given]) => given));
  return h('section.funnel', h('h3', 'How far events came'),
    h('ol.funnel-steps', steps.map(([name, given]) => bar(name, given, largest))),
    (input.late || input.malformed) ? h('p.muted', `${count(input.late, 'event')} late, ${count(input.malformed, 'line')} malformed.`) : null,
    input.where.length > 0 && h('ul.parts', input.where.map(part)),
    h('h4', 'What satisfied each name'),
    h('ul.names', input.names.map((name) => h('li', { class: name.satisfied ? null : 'is-zero' },
      h('div.name-head', h('strong', name.name), h('span.numeric', number(name.satisfied))),
      h('ul.parts', (name.parts.length > 1 || name.dependent.length || !name.satisfied ? name.parts : []).map(part),
        name.dependent.map((text) => h('li', h('code', text), h('span.muted', 'depends on what was bound'))))))));
}

/** Rules of whose matches the rule may make something. */
function feeders(given) {
  if (!given.length) return h('p.muted', 'There is no rule whose matches it could use.');
  return h('section', h('h4', 'Rules that feed it'), h('ul.parts', given.map((feeder) =>
    h('li', { class: feeder.matches && feeder.mode !== 'shadow' ? null : 'is-zero' }, h('a', { href: link('rules', feeder.rule) }, feeder.rule),
      h('span.numeric', feeder.mode === 'shadow' ? 'mode: shadow keeps its matches back' : `${number(feeder.matches)} matches`)))));
}

function bar(name, given, largest) {
  const fill = h('span.funnel-fill', { 'aria-hidden': 'true' });
  fill.style.width = `${given ? Math.max(0.5, (given / largest) * 100) : 0}%`;
  return h('li', { class: given ? null : 'is-zero' }, h('span.funnel-name', name), h('span.funnel-bar', fill), h('span.numeric', number(given)));
}

function part({ text, satisfied }) {
  return h('li', { class: satisfied ? null : 'is-zero' }, h('code', text), h('span.numeric', number(satisfied)));
}

// MARK: One key

function keyPart(key) {
  const ends = Object.entries(key.ends).map(([cause, times]) => `${number(times)} ${(CAUSES[cause] ?? CAUSES.other)[0]}`);
  const title = Object.keys(key.key).length ? keyText(key.key) : 'All events';
  return h('section.why-key', h('h3', title),
    h('p.muted', count(key.attempts, 'attempt'), ends.length > 0 && `: ${ends.join(', ')}`,
      key.suppressed > 0 && `; suppress held back ${number(key.suppressed)} of ${number(key.matches)} matches`,
      key.shown.length < key.attempts && key.shown.length > 0 && `. Shown: the ${key.shown.length} that came furthest.`),
    key.near_misses.length > 0 && [h('h4', 'Near misses, the nearest first'), h('ol.misses', key.near_misses.map(nearMiss))],
    key.shown.length > 0 && [h('h4', 'Attempts'), h('ol.attempts', key.shown.map(attempt))],
    key.unstarted.length > 0 && [h('h4', 'Events that began no attempt'), h('ul.attempts', key.unstarted.map(unstarted)),
      key.unstarted_count > key.unstarted.length && h('p.bounded', `${number(key.unstarted_count - key.unstarted.length)} more.`)]);
}

function attempt(found) {
  const [words, tone] = CAUSES[found.end.cause] ?? CAUSES.other;
  return h('li.attempt', h('div.attempt-head', h('strong', `Attempt ${found.number}`), state(words, tone),
    h('span.muted', `begun by ${found.start.name} at ${clock(found.start.time)}`)),
  found.threads.map((thread, index) => h('div.thread', found.thread_count > 1 && h('p.muted', `Thread ${index + 1} of ${found.thread_count}`),
    thread.left_out > 0 && h('p.muted', `… ${count(thread.left_out, 'event')} before these`), boundEvents(thread.bound),
    thread.awaits.map((awaits) => h('p.awaits', 'awaited ', h('code', awaits.step), awaits.from && ` from ${clock(awaits.from)}`,
      awaits.after && ` after ${clock(awaits.after)}`,
      awaits.until && `, until ${clock(awaits.until)}`)))),
  refusal(found), h('p.ending', ending(found.end)), conditions(found.end.conditions));
}

/** When an attempt was complete that went on: that of others is their end. */
function refusal({ refusal: found, end }) {
  if (!found || found.cause === end.cause) return null;
  const last = found.count > 1 ? `, the last of ${number(found.count)} times` : '';
  const why = found.cause === 'having' ? 'having is false:' : `${found.name} had come before it, at ${clock(found.time)}.`;
  return [h('p.ending', `It was complete at ${clock(found.at)}${last}, but ${why}`), conditions(found.conditions)];
}

function ending(end) {
  const after = (what) => [`Its time was over at ${clock(end.deadline)}, ${nanoseconds(end.duration)} after ${what}`,
    end.timeout_id ? '; put out as a timeout.' : '.'];
  switch (end.cause) {
    case 'match': return ['Matched at ', time(end.time, { withRelative: false }), ': ',
      h('a', { href: link('matches', end.match_id) }, end.match_id.slice(0, 8)),
      end.suppressed_until && `; suppress held it back until ${clock(end.suppressed_until)}`];
    case 'within': return after('its first event');
    case 'gap': return after('its last event');
    case 'group_within': return after('the first event of the group');
    case 'until': case 'group_until': return [`${end.name} came: `, event(end.event)];
    case 'negation': return [`${end.name}, which must not come, came: `, event(end.event)];
    case 'next': return ['The next event is not ', h('code', end.step), ': ', event(end.event)];
    case 'skip': return ['A match took its place (skip): ', h('a', { href: link('matches', end.match_id) }, end.match_id.slice(0, 8))];
    case 'limit': return `The key held ${count(end.attempts, 'attempt')}, as many as limit allows.`;
    case 'superseded': return ['A later event took its place (prefer: latest): ', event(end.event)];
    case 'having': return 'It was complete, but having is false:';
    case 'leading_negation': return `It was complete, but ${end.name} had come before it, at ${clock(end.time)}.`;
    case 'open': return end.expires ? `It was open at the end of the input, until ${clock(end.expires)}.` : 'It was open at the end of the input.';
    default: return 'It ended.';
  }
}

function unstarted(found) {
  const reasons = {
    leading_negation: () => `${found.name} had come at ${clock(found.time)}: none may come in the ${nanoseconds(found.duration)} before it.`,
    until: () => `It is also ${found.name}, which ends the group that it would begin.`,
    limit: () => `The key held ${count(found.attempts, 'attempt')}, as many as limit allows.`,
  };
  return h('li.attempt', boundEvents([found.start]), h('p.ending', reasons[found.reason]?.() ?? found.reason));
}

// MARK: Near misses

function nearMiss(miss) {
  const whose = miss.attempt === null || miss.attempt === undefined
    ? `${miss.name} would have begun an attempt` : `Attempt ${miss.attempt} awaited ${miss.name}`;
  return h('li.miss', h('p.miss-head', h('strong', whose), ': this event ', missReason(miss), '.'), event(miss.event), conditions(miss.conditions));
}

function missReason(miss) {
  switch (miss.reason) {
    case 'predicate': return 'did not fit';
    case 'too_late': return `came ${nanoseconds(miss.by)} after ${miss.limit} had ended`;
    case 'too_early': return `came ${miss.by ? `${nanoseconds(miss.by)} ` : ''}too early: it ${
      miss.after ? `must come after ${clock(miss.after)}` : `must not come before ${clock(miss.from)}`}`;
    case 'before': return miss.by ? `came ${nanoseconds(miss.by)} before ${miss.before}` : `came before ${miss.before}, at the same time`;
    case 'ended': return ['would have fitted, but ', obstacle(miss.end)];
    case 'until': return `is also ${miss.until}, which ends the group`;
    case 'key': return miss.key ? ['has another key, ', h('code', value(miss.key))] : `has no key: ${[
      ...miss.null_fields.map((field) => `${field} is null`), ...miss.list_fields.map((field) => `${field} is a list or an object`)].join(', ')}`;
    case 'late': return `came late, ${nanoseconds(miss.by)} behind the newest event, and was left out`;
    case 'stream': return `is of ${miss.stream ? `stream ${miss.stream}` : 'another stream'}${
      miss.wanted_streams.length ? `, not of ${miss.wanted_streams.join(' or ')}` : ''}`;
    case 'where': return 'was left out by where';
    default: return String(miss.reason);
  }
}

/** What had ended the waiting before the event came. */
function obstacle(end) {
  const at = `at ${clock(end.event.time)}`;
  switch (end.cause) {
    case 'negation': return `${end.name}, which must not come, came ${at}`;
    case 'until': return `until ${end.name} had ended the attempt ${at}`;
    case 'group_until': return `until ${end.name} had ended the group ${at}`;
    case 'next': return ['it is not the next event, as ', h('code', end.step), ` asks: another came ${at}`];
    default: return 'the attempt had ended';
  }
}

/** Parts of a predicate, each with what was compared. */
function conditions(given) {
  if (!given?.length) return null;
  return h('table.conditions', h('caption.hidden', 'Parts of the predicate'), h('tbody', given.map((condition) =>
    h('tr', { class: condition.true ? 'is-true' : 'is-false' }, h('td', state(condition.true ? 'true' : 'false', condition.true ? 'good' : 'bad')),
      h('td', h('code', condition.text)), h('td', h('ul.plain', condition.values.map((one) =>
        h('li', h('span.muted', `${one.text} is `), h('code.given', JSON.stringify(one.value))))))))));
}

function event(found) {
  return boundEvents([{ ...found, name: found.match ? `match of ${found.match.rule}` : found.stream }]);
}

function nanoseconds(given) { return duration(given / 1e6); }
