// Reloads of the rules: when, why, what came of them, and what was kept.
import { get, post } from '../lib/api.js';
import { announce, append, h, replace } from '../lib/dom.js';
import { count, number, time } from '../lib/format.js';
import { poll } from '../lib/poll.js';
import { link } from '../lib/router.js';
import { button, empty, failure, panel, state } from '../parts/pieces.js';

const INTERVAL = 2;
const WORDS = {
  added: 'new', removed: 'gone, its partial matches with it', pattern: 'pattern, policies or keys changed',
  steps: 'steps changed, partial matches that are the same under the new pattern go on',
  conditions: 'conditions or durations changed, partial matches go on',
  metadata: 'title, level, actions or the like changed, partial matches go on', unchanged: 'unchanged',
};
const COUNTED = {
  added: 'added', removed: 'removed', pattern: 'with another pattern', steps: 'with other steps',
  conditions: 'with other conditions', metadata: 'with other metadata',
};
const SIGNS = { added: '+', removed: '−', pattern: '~', steps: '~', conditions: '~', metadata: '~', unchanged: '=' };

/** The page. */
export function showReloads({ content, signal }) {
  const problem = h('div');
  const list = h('ol.reloads');
  const nothing = h('div');
  let shown = null;

  async function load() {
    const { reloads } = await get('reloads', {}, signal);
    const text = JSON.stringify(reloads);
    if (text === shown) return;
    const isFirst = shown === null;
    shown = text;
    replace(nothing, !reloads.length && empty('The rules are those that the service started with.',
      'Files of rules are watched: saving one reloads all of them.'));
    // Those that are known stay, so that nothing closes that was opened.
    const known = new Set([...list.children].map((item) => item.dataset.reload));
    const fresh = reloads.filter((one) => !known.has(nameOf(one)));
    for (const one of fresh.reverse()) list.prepend(reload(one, !isFirst));
    if (!isFirst && fresh.length) announce(fresh[0].error ? 'A reload failed' : 'The rules were reloaded');
  }

  const now = button('Reload now', async () => {
    try {
      await post('reload');
      replace(problem);
    } catch (error) {
      replace(problem, error.status === 422 ? null : failure(error));
    }
    await load();
  }, { className: 'primary' });
  append(content, [h('div.title-line', h('h1', 'Reloads'), h('div.actions', now)), problem, nothing, list]);
  poll(INTERVAL, signal, load, (error) => replace(problem, failure(error)));
}

function nameOf(one) { return `${one.time} ${one.trigger}`; }

function reload(one, isNew) {
  const changed = one.report?.rules.filter((rule) => rule.change !== 'unchanged') ?? [];
  const aside = [state(one.error ? 'failed' : 'done', one.error ? 'bad' : 'good'), ' ', h('span.muted', one.trigger), ' ', time(one.time)];
  const name = one.error ? 'Refused' : 'Reloaded';
  return h('li', { class: isNew ? 'is-new' : null, 'data-reload': nameOf(one) }, panel(name, { aside, className: one.error ? 'is-refused' : '' },
    one.error ? h('div', h('p', 'Nothing changed: the last good rules run on.'), h('pre.problem-text', one.error)) : report(one.report, changed)));
}

function report(found, changed) {
  if (!found) return empty('Nothing is known of it.');
  const parts = Object.keys(COUNTED).filter((name) => found[name]).map((name) => `${number(found[name])} ${COUNTED[name]}`);
  return h('div', h('p', [...parts, `${number(found.unchanged)} unchanged`].join(', '),
    `; partial matches: ${count(found.keysKept, 'key')} kept, ${number(found.keysDropped)} dropped.`),
  changed.length > 0 && h('ul.changes', changed.map((rule) => h('li', { class: `change-${rule.change}` },
    h('span.sign', { 'aria-hidden': 'true' }, SIGNS[rule.change] ?? '~'),
    rule.change === 'removed' ? h('code', rule.rule) : h('a', { href: link('rules', rule.rule) }, rule.rule),
    h('span.muted', ` ${WORDS[rule.change] ?? rule.change}`, rule.keys ? `, ${counted(rule)}` : '')))));
}

function counted(rule) {
  return rule.change === 'steps' ? `${count(rule.keysKept, 'key')} kept, ${number(rule.keysDropped)} dropped` : count(rule.keys, 'key');
}
