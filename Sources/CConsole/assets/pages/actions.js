// Actions: how their deliveries go, what waits, and what was given up.
import { get, post } from '../lib/api.js';
import { announce, append, h, replace } from '../lib/dom.js';
import { count, keyText, number, time } from '../lib/format.js';
import { poll } from '../lib/poll.js';
import { link } from '../lib/router.js';
import { confirmed } from '../parts/dialog.js';
import { bounded, button, empty, failure, figure, level, loading, panel, state } from '../parts/pieces.js';

const INTERVAL = 2;
const MOST = 50;
const CHECKPOINT = 300;

/** The page; with a name, that of one action. */
export function showActions({ content, values: [only], signal }) {
  const cards = new Map();
  const problem = h('div');
  const list = h('div.cards');
  append(content, [h('div.title-line', h('h1', only ?? 'Actions'), only && h('a', { href: '#/actions' }, 'all actions')), problem, list]);
  poll(INTERVAL, signal, async () => {
    const { actions } = await get('outbox', {}, signal);
    replace(problem);
    const shown = actions.filter((action) => !only || action.name === only);
    for (const action of shown) {
      if (!cards.has(action.name)) {
        const card = createCard(action, Boolean(only), signal);
        cards.set(action.name, card);
        list.append(card.element);
      }
      cards.get(action.name).update(action);
    }
    if (!shown.length) replace(list, empty(only ? 'No action has this name.' : 'No action is configured.'));
  }, (error) => replace(problem, failure(error)));
}

function createCard(action, isOnly, signal) {
  const figures = {
    pending: figure('waiting', ''), delivered: figure('delivered', ''), dead: figure('given up', '', 'Alerts that became dead letters'),
      dropped: figure('dropped', ''),
    failures: figure('failed tries', ''), retries: figure('retries', ''),
  };
  const badge = h('span');
  const lastError = h('div');
  const waiting = createList(action.name, 'Waiting alerts', waitingItem, { source: 'outbox/alerts', field: 'alerts', signal,
    nothing: 'Nothing waits.', buttons: (reload) => [purgeAll('outbox/purge', action.name, 'all that waits', reload)] });
  const dead = createList(action.name, 'Dead letters', deadItem, { source: 'dead-letters', field: 'deadLetters', signal,
    nothing: 'No alert was given up.', buttons: (reload) => [retryAll(action.name, reload),
      purgeAll('dead-letters/purge', action.name, 'all dead letters', reload)] });
  if (isOnly) { waiting.open(); dead.open(); }
  return {
    element: panel(action.name, { aside: badge, className: 'card' }, h('dl.figures', Object.values(figures).map((one) => one.element)), lastError,
      waiting.element, dead.element),
    update(now) {
      for (const [name, one] of Object.entries(figures)) one.set(number(now[name] ?? 0));
      const counts = JSON.stringify([now.pending, now.delivered, now.dead]);
      waiting.follow(counts);
      dead.follow(counts);
      const tone = now.configured === false ? ['not configured', 'warn', 'Its alerts wait until it is configured again, or somebody removes them.']
        : now.circuitOpen ? ['circuit open', 'bad', 'It failed too often in a row; after a pause one alert tries whether it is back.']
        : now.lastError ? ['failing', 'warn'] : ['delivering', 'good'];
      if (badge.textContent !== tone[0]) replace(badge, state(...tone));
      if (lastError.textContent !== (now.lastError ?? '')) replace(lastError, now.lastError && h('p.problem-text', now.lastError));
    },
  };
}

// MARK: Lists

/** A list that is fetched as long as it is open; while it is closed only how long it is, when the counts of its action change. */
function createList(action, title, item, { source, field, signal, nothing, buttons }) {
  const total = h('span.numeric', '0');
  const body = h('div');
  const details = h('details.more', { ontoggle: () => { if (details.open) load(); } }, h('summary', title, ' ', total), body);
  const alerts = h('ul.alerts');
  const head = h('div');
  const foot = h('div');
  let kept = new Map();
  let known = null;
  let shown = null;

  /** Items that stay are not made anew and not moved: one may be unfolded, or have the focus. */
  function list(found) {
    const items = new Map(found.map((one) => {
      const text = JSON.stringify(one);
      return [text, kept.get(text) ?? item(one, action, load)];
    }));
    for (const [text, element] of kept) if (!items.has(text)) element.remove();
    kept = items;
    [...items.values()].forEach((element, index) => {
      if (alerts.children[index] !== element) alerts.insertBefore(element, alerts.children[index] ?? null);
    });
  }

  async function load() {
    if (!body.hasChildNodes()) replace(body, loading());
    try {
      const found = await get(source, { action, limit: details.open ? MOST : 1 }, signal);
      total.textContent = number(found.total);
      details.classList.toggle('has-some', found.total > 0);
      // The same list stays as it is, with what is unfolded and has the focus.
      const text = JSON.stringify(found);
      if (!details.open || text === shown) return;
      const isNew = shown === null;
      shown = text;
      if (isNew) replace(body, head, alerts, foot);
      if (!found.total) replace(head, empty(nothing));
      else if (!head.querySelector('button')) replace(head, h('div.buttons', buttons(load)));
      list(found[field]);
      replace(foot, bounded(found[field].length, found.total, 'alert'));
    } catch (error) {
      shown = null;
      if (error.name !== 'AbortError') replace(body, failure(error, load));
    }
  }

  return {
    element: details,
    open() { details.open = true; },
    follow(counts) {
      if (counts === known && !details.open) return;
      known = counts;
      load();
    },
  };
}

function waitingItem(one) {
  return h('li', h('div.alert-line', h('span.numeric.muted', `#${one.number}`), alertWords(one.alert), time(one.alert.end)));
}

function deadItem(one, action, reload) {
  const name = `number ${one.number} of ${action}`;
  return h('li', h('div.alert-line', h('span.numeric.muted', `#${one.number}`), alertWords(one.alert), time(one.time)),
    h('p.problem-text', `${one.reason}`, h('span.muted', ` (after ${count(one.attempts, 'try', 'tries')})`)),
    h('div.buttons', button('Retry', () => act('dead-letters/retry', { action, number: one.number }, 'to be delivered', reload),
      { label: `Retry ${name}` }),
      button('Purge', async () => {
        if (await confirmed('Purge this alert?', `It is removed for good: ${one.alert.rule}, ${keyText(one.alert.key)}.`, 'Purge')) {
          await act('dead-letters/purge', { action, number: one.number }, 'purged', reload);
        }
      }, { className: 'danger', label: `Purge ${name}` }),
      h('details.raw', h('summary', 'As JSON'), h('pre', h('code', JSON.stringify(one.alert, null, 2))))));
}

function alertWords(alert) {
  return [level(alert.level), h('a.match-rule', { href: link('matches', alert.match_id) }, alert.rule), h('span.match-key', keyText(alert.key))];
}

// MARK: Changes

function retryAll(action, reload) {
  return button('Retry all', async () => {
    if (await confirmed('Retry all dead letters?', `All of ${action} go back into its outbox and are delivered again.`, 'Retry all', false)) {
      await act('dead-letters/retry', { action }, 'to be delivered', reload);
    }
  });
}

function purgeAll(target, action, what, reload) {
  return button('Purge all', async () => {
    if (await confirmed(`Purge ${what}?`, `Of ${action} all of it is removed for good.`, 'Purge all')) {
      await act(target, { action }, 'purged', reload);
    }
  }, { className: 'danger' });
}

async function act(target, options, done, reload) {
  try {
    const { alerts } = await post(target, options);
    announce(`${count(alerts, 'alert')} ${done}`);
    // A change is done by the next checkpoint.
    await new Promise((resolve) => { setTimeout(resolve, CHECKPOINT); });
    await reload();
  } catch (error) {
    await confirmed('That did not work', error.message, 'Close', false);
  }
}
