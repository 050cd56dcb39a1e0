// What came out of a run of the playground: numbers, timeline, matches, automata, and why a rule did not fire.
import { h, replace } from '../lib/dom.js';
import { count, keyText, value } from '../lib/format.js';
import { createAutomaton, findPath, noAutomaton } from '../parts/automaton.js';
import { fieldsOfInterest, matchEvents, matchFacts, matchMark, millisecondsOf, selectText, TIME_FIELDS } from '../parts/match.js';
import { empty, level, panel } from '../parts/pieces.js';
import { createTimeline } from '../parts/timeline.js';
import { whyReport } from '../parts/why.js';

const MOST_EVENTS = 5000;
const LISTED = 100;

/** Fills `place` with the answer to what was `sent`; `askWhy(rule, key)` runs it once more. */
export function showResults(place, answer, sent, askWhy) {
  if (!answer.rules.length) {
    replace(place, panel('Result', {}, empty('The rules have errors.', 'They stand below the editor, each at its place.')));
    return;
  }
  const list = h('ol.result-matches');
  const why = answer.why && panel('Why', { className: 'why-panel' }, whyReport(answer.why));
  const { counters } = answer;
  replace(place,
    panel('Result', { aside: h('span.muted', `${count(counters.read, 'event')}, ${counters.late} late, ${counters.malformed} malformed`) },
      h('p.result-line', h('strong', count(counters.matches, 'match', 'matches')), ` of ${count(answer.rules.length, 'rule')}`),
      timeline(answer, sent, list), malformed(answer.malformed, counters.malformed)),
    why,
    panel('Matches', {}, fill(list, answer), answer.truncated && h('p.bounded', 'There are more; these are the first.')),
    answer.rules.map((rule) => ruleResult(rule, answer, sent, askWhy)));
  if (!why) return;
  // The button that asked is gone; who pressed it goes on with the answer.
  why.tabIndex = -1;
  why.focus({ preventScroll: true });
  why.scrollIntoView({ block: 'start' });
}

function timeline(answer, sent, list) {
  const lanes = Object.entries(sent.streams).map(([name, text]) => ({ name, marks: eventMarks(text, sent.time) }));
  const matches = answer.matches.map((match, index) => matchMark(match, () => open(list, index)))
    .sort((left, right) => left.time - right.time);
  return createTimeline('Events and matches', [...lanes, { name: 'matches', marks: matches }], { nothing: 'No event has a time.' }).element;
}

function open(list, index) {
  const details = list.children[index]?.querySelector('details');
  if (!details) return;
  details.open = true;
  details.querySelector('summary').focus();
  details.scrollIntoView({ block: 'nearest' });
}

/** Events of a stream's text as marks; what has no time is left out. */
function eventMarks(text, field) {
  const names = field ? field.split(',') : TIME_FIELDS;
  const marks = [];
  for (const [index, line] of text.split('\n').slice(0, MOST_EVENTS).entries()) {
    try {
      const event = JSON.parse(line);
      const given = names.map((name) => event[name]).find((one) => one !== undefined);
      const time = millisecondsOf(given);
      if (!Number.isNaN(time)) marks.push({ time, tone: 'event', text: `line ${index + 1}: ${words(event)}` });
    } catch { /* A line that is no event is told of by the server. */ }
  }
  return marks.sort((left, right) => left.time - right.time);
}

function words(event) {
  return Object.entries(event).filter(([, given]) => Number.isNaN(millisecondsOf(given)) || typeof given === 'number')
    .slice(0, 5).map(([name, given]) => `${name} ${value(given)}`).join(', ').slice(0, 140);
}

function fill(list, answer) {
  if (!answer.matches.length) return empty('No match.', 'Ask a rule below why.');
  const automata = new Map(answer.rules.map((rule) => [rule.id, rule.automaton]));
  return replace(list, answer.matches.slice(0, LISTED).map((match) => {
    const body = h('div');
    // Details are built when they are opened: there may be many.
    const show = () => { if (details.open && !body.hasChildNodes()) replace(body, inFull(match, automata.get(match.rule))); };
    const details = h('details', { ontoggle: show },
      h('summary', level(match.level), h('span.match-rule', match.rule), h('span.match-key', keyText(match.key)),
        h('span.selected', selectText(match))), body);
    return h('li', details);
  }));
}

function inFull(match, automaton) {
  const path = automaton && findPath(automaton, match.events.map(({ name }) => name));
  return [matchFacts(match), matchEvents(match, fieldsOfInterest(match, automaton)), path && createAutomaton(automaton, { taken: path }).element];
}

function malformed(lines, total) {
  if (!total) return null;
  return h('div.failure', h('p', `${count(total, 'line is', 'lines are')} no event:`),
    h('ul.plain', lines.map((line) => h('li', h('code', `${line.stream}:${line.line}`), ` ${line.reason}`))));
}

function ruleResult(rule, answer, sent, askWhy) {
  const found = answer.matches.filter((match) => match.rule === rule.id).length;
  const key = h('input', { type: 'text', 'aria-label': `Key of ${rule.id}`, placeholder: 'any key',
    value: sent.why === rule.id ? sent.key ?? '' : '' });
  return panel(rule.id, { aside: level(rule.level) },
    h('form.inline-form', { onsubmit: (event) => { event.preventDefault(); askWhy(rule.id, key.value.trim()); } },
      h('span', count(found, 'match', 'matches')), key, h('button.button', { type: 'submit' }, found ? 'Why?' : 'Why not?')),
    rule.automaton ? createAutomaton(rule.automaton).element : noAutomaton(null));
}
