// Small things that every page is made of.
import { h, uniqueId } from '../lib/dom.js';
import { count } from '../lib/format.js';

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];

/** How grave a level is, for sorting. */
export function rank(level) { return LEVELS.indexOf(level); }

/** A level, told by word and colour. */
export function level(name) {
  const known = LEVELS.includes(name) ? name : 'informational';
  return h('span.level', { class: 'level-' + known }, name);
}

/** A state: `tone` is good, bad, warn or quiet. */
export function state(text, tone, title = null) { return h('span.state', { class: 'tone-' + tone, title }, text); }

/** What a rule's health is, by word and tone. */
export function health(rule) {
  if (rule.health === 'stale') return state('stale', 'bad', 'The last reload found an error in the rule’s file; the last good rule runs on.');
  if (rule.health === 'shadow' || rule.shadow) return state('shadow', 'quiet', 'It matches and is counted, and fires nothing.');
  if (rule.health === 'ok') return state('ok', 'good');
  return state(String(rule.health), 'warn');
}

/** A part of a page with a heading; `aside` stands to the right of it. */
export function panel(title, { aside = null, className = '', id = uniqueId('panel') } = {}, ...children) {
  return h('section.panel', { class: className, 'aria-labelledby': id },
    h('div.panel-head', h('h2', { id }, title), aside && h('div.panel-aside', aside)), ...children);
}

/** A number with its name. */
export function figure(name, given, hint = null) {
  const shown = h('dd', given);
  const element = h('div.figure', { title: hint }, h('dt', name), shown);
  return { element, set(text) { if (shown.textContent !== text) shown.textContent = text; } };
}

/** What stands where there is nothing to show. */
export function empty(text, hint = null) { return h('p.empty', h('span', text), hint && h('span.empty-hint', hint)); }

/** What went wrong, and a way to try again. */
export function failure(error, again = null) {
  if (error.status === 401) return h('div.failure', { role: 'alert' }, h('p', error.message), button('Enter a token', () => location.reload()));
  return h('div.failure', { role: 'alert' }, h('p', error.message),
    again && h('button.button', { type: 'button', onclick: again }, 'Try again'));
}

/** Says that something is being fetched. */
export function loading(text = 'Loading…') { return h('p.loading', { role: 'status' }, text); }

/** `12 of 40 are shown`, when not all are. */
export function bounded(shown, total, what) {
  return total > shown ? h('p.bounded', `The first ${count(shown, what)} of ${total.toLocaleString('en-US')}.`) : null;
}

/** A button; while what it does is under way it cannot be pressed again. */
export function button(text, act, { className = '', label = null } = {}) {
  const element = h('button.button', { type: 'button', class: className, 'aria-label': label, onclick: async () => {
    element.disabled = true;
    try { await act(); } finally { element.disabled = false; }
  } }, text);
  return element;
}

/** Links that look like tabs; `current` is the address of the one that is shown. */
export function tabs(label, entries, current) {
  return h('nav.tabs', { 'aria-label': label },
    entries.map(([text, address]) => h('a', { href: address, 'aria-current': address === current ? 'page' : null }, text)));
}
