// What the service is doing now: state, charts, rules, sources, the latest matches, and what it was configured to do.
import { get } from '../lib/api.js';
import { append, h, replace } from '../lib/dom.js';
import { bytes, count, duration, instant, number, time } from '../lib/format.js';
import { poll } from '../lib/poll.js';
import { link } from '../lib/router.js';
import { followMatches } from '../lib/stream.js';
import { matchLine, matchTeller } from '../parts/match.js';
import { empty, failure, figure, health, level, panel, rank, state } from '../parts/pieces.js';
import { createTable, filterBox } from '../parts/table.js';
import { createHistory } from './history.js';

const INTERVAL = 2;
const MOST_MATCHES = 40;
const MOST_PARTITIONS = 100;

/** The page. */
export function showOverview({ content, query, signal }) {
  const head = createHead();
  const history = createHistory();
  const rules = createRules();
  const sources = createSources();
  const latest = createLatest();
  const problem = h('div');
  append(content, [h('h1.hidden', 'Overview'), problem, head.element, history.element,
    h('div.columns.wide-left', rules.element, latest.element), sources.element, configuration(signal)]);
  if (query.has('rules')) rules.focus();

  history.load(signal);
  poll(INTERVAL, signal, async () => {
    const [status, listed] = await Promise.all([get('status', {}, signal), get('rules', {}, signal)]);
    replace(problem);
    head.update(status, listed.rules);
    history.add(status, listed.rules);
    rules.update(listed.rules);
    sources.update(status);
  }, (error) => replace(problem, failure(error)));
  latest.follow(signal);
}

// MARK: State

function createHead() {
  const title = h('p.status-line', { role: 'status' });
  const figures = {
    read: figure('events read', '–'), matches: figure('matches', '–'),
      partial: figure('keys in progress', '–', 'Keys with partial matches, over all rules'),
    clock: figure('watermark', '–', 'Event time up to which everything is decided'), waiting: figure('alerts waiting', '–'),
    memory: figure('state in memory', '–'), store: figure('last checkpoint', '–'),
  };
  const element = h('section.status', { 'aria-label': 'Status' }, title, h('dl.figures', Object.values(figures).map((one) => one.element)));
  let shown = '';
  return {
    element,
    update(status, rules) {
      const text = JSON.stringify([status.phase, status.ready, status.store.away, status.rules, status.started, status.version]);
      if (text !== shown) {
        shown = text;
        const why = status.ready ? null : status.store.away ? 'the state store cannot be reached' : status.phase;
        replace(title, state(status.ready ? 'ready' : 'not ready', status.ready ? 'good' : 'bad'),
          h('span', why ? `${status.phase}: ${why}` : status.phase),
            h('span.muted', count(status.rules, 'rule'), ', ', count(status.workers, 'worker'),
            `, version ${status.version}`, status.started && [', since ', time(status.started)]));
      }
      const sum = (list, value) => list.reduce((total, one) => total + value(one), 0);
      figures.read.set(number(sum(status.sources, (source) => source.read)));
      figures.matches.set(number(sum(rules, (rule) => rule.matches)));
      figures.partial.set(number(sum(rules, (rule) => rule.keys)));
      figures.clock.set(status.watermark ? duration(Date.now() - instant(status.watermark)) + ' behind' : 'none yet');
      figures.waiting.set(number(sum(status.actions, (action) => action.pending)));
      figures.memory.set(bytes(status.stateMemory));
      figures.store.set(status.store.away ? 'store away' : `${duration(status.store.lastMicroseconds / 1000)}`);
    },
  };
}

// MARK: Rules

function createRules() {
  const table = createTable({
    label: 'Rules', key: (rule) => rule.id, sort: 3, descending: true, nothing: 'No rule runs.',
    columns: [
      { title: 'Rule', text: (rule) => `${rule.id} ${rule.title} ${rule.tags.join(' ')}`, sort: (rule) => rule.id,
        cell: (rule) => [h('a.rule-name', { href: link('rules', rule.id) }, rule.id), rule.title && h('span.rule-title', rule.title)] },
      { title: 'Level', high: true, text: (rule) => rule.level, sort: (rule) => rank(rule.level), cell: (rule) => level(rule.level) },
      { title: 'Health', text: (rule) => rule.problem ? `${rule.health} ${rule.problem}` : rule.health, cell: (rule) => health(rule) },
      { title: 'Matches', numeric: true, text: (rule) => number(rule.matches), sort: (rule) => rule.matches },
      { title: 'Held back', hint: 'By suppress and by silences', numeric: true, minor: true,
        text: (rule) => number(rule.suppressed + (rule.silenced ?? 0)),
        sort: (rule) => rule.suppressed + (rule.silenced ?? 0) },
      { title: 'Keys', hint: 'Keys with partial matches', numeric: true, minor: true, text: (rule) => number(rule.keys), sort: (rule) => rule.keys },
      { title: 'Attempts', hint: 'Attempts that began', numeric: true, minor: true, text: (rule) => number(rule.attempts),
        sort: (rule) => rule.attempts },
    ],
  });
  const box = filterBox(table, 'Filter rules');
  return {
    element: panel('Rules', { aside: box, className: 'rules-table' }, table.element),
    update: (rules) => table.update(rules),
    focus: () => { box.focus(); },
  };
}

// MARK: Sources

function createSources() {
  const table = createTable({
    label: 'Sources', key: (row) => row.key, sort: 0, nothing: 'No source is configured.', rowClass: (row) => (row.isPartition ? 'is-partition' : ''),
    columns: [
      { title: 'Source', text: (row) => `${row.name} ${row.detail ?? ''}`, sort: (row) => row.order,
        cell: (row) => [h('span.source-name', row.name), row.detail && h('span.rule-title', row.detail)] },
      { title: 'State', text: (row) => row.state.join(), cell: (row) => row.state[0] && state(...row.state) },
      { title: 'Read', numeric: true, text: (row) => row.read },
      { title: 'Processed', numeric: true, minor: true, text: (row) => row.processed },
      { title: 'Late', numeric: true, text: (row) => row.late },
      { title: 'Malformed', numeric: true, minor: true, text: (row) => row.malformed },
      { title: 'Waiting', numeric: true, minor: true, text: (row) => row.waiting },
      { title: 'Latest event', minor: true, text: (row) => row.latest ?? '',
        cell: (row) => (row.latest === undefined ? null : time(row.latest, { fallback: 'none yet' })) },
    // Sources stay in their order, which decides between events of one time.
    ].map((column) => ({ ...column, fixed: true })),
  });
  return { element: panel('Sources', {}, table.element), update: (status) => table.update(status.sources.flatMap(sourceRows)) };
}

function sourceRows(source, index) {
  const order = (number) => String(index).padStart(4, '0') + String(number).padStart(6, '0');
  const stateOf = (part) => (part.ended ? ['ended', 'quiet'] : part.idle ? ['idle', 'quiet'] : ['active', 'good']);
  const whole = {
    key: source.name, order: order(0), name: source.name, isPartition: false, state: [], read: number(source.read),
      processed: number(source.processed),
    late: number(source.late), malformed: number(source.malformed), waiting: number(source.waiting),
  };
  const [only, ...others] = source.partitions;
  // Most sources have one partition, which needs no line of its own.
  if (only && !others.length) return [{ ...whole, detail: `${only.name} at ${number(only.offset)}`, state: stateOf(only), latest: only.latest }];
  // Those that hold the watermark come first, the one that is furthest behind before all.
  const weight = (part) => (part.ended ? 2e16 : part.idle ? 1e16 : instant(part.latest) || 0);
  const parts = source.partitions.map((part, place) => ({ part, place })).sort((a, b) => weight(a.part) - weight(b.part) || a.place - b.place);
  const blank = { processed: '', late: '', malformed: '', waiting: '' };
  const rows = parts.slice(0, MOST_PARTITIONS).map(({ part, place }, row) => ({
    ...blank, key: `${source.name}/${part.name}/${place}`, order: order(row + 1), name: part.name, isPartition: true, state: stateOf(part),
    read: `at ${number(part.offset)}`, latest: part.latest,
  }));
  const left = parts.length - rows.length;
  if (left > 0) {
    rows.push({ ...blank, key: `${source.name}/`, order: order(MOST_PARTITIONS + 1), name: `and ${number(left)} more`, isPartition: true,
      state: [], read: '' });
  }
  const active = source.partitions.filter((part) => !part.ended && !part.idle).length;
  return [{ ...whole, state: [`${active} of ${source.partitions.length} active`, active ? 'good' : 'quiet'] }, ...rows];
}

// MARK: The latest matches

function createLatest() {
  const list = h('ol.latest');
  const signalState = h('span');
  const place = h('div', empty('Waiting for matches…'));
  const known = new Set();
  const tell = matchTeller();
  const say = (text, tone) => replace(signalState, state(text, tone));

  function add(match, isNew) {
    if (known.has(match.match_id)) return;
    known.add(match.match_id);
    if (!list.isConnected) replace(place, list);
    const item = h('li', { class: isNew ? 'is-new' : null }, matchLine(match));
    if (isNew) list.prepend(item); else list.append(item);
    while (list.children.length > MOST_MATCHES) list.lastElementChild.remove();
    if (isNew) tell(match);
  }

  return {
    element: panel('Latest matches', { aside: signalState, className: 'latest-panel' }, place),
    async follow(signal) {
      // The stream begins with what comes next, so it is asked first.
      followMatches({
        signal, onMatch: (match) => add(match, true), onState: (now) => say(now === 'live' ? 'live' : 'reconnecting',
          now === 'live' ? 'good' : 'warn'),
        onGap: (missed) => { if (list.isConnected) list.prepend(h('li.gap',
          missed === null ? 'The service was restarted.' : `${count(missed, 'match', 'matches')} missed.`)); },
      });
      try {
        const { matches } = await get('matches', { limit: MOST_MATCHES }, signal);
        for (const { match } of matches) add(match, false);
        if (!known.size) replace(place, empty('No match yet.', 'What the rules find appears here as it happens.'));
      } catch (error) {
        if (error.name !== 'AbortError') replace(place, failure(error));
      }
    },
  };
}

// MARK: Configuration

function configuration(signal) {
  const place = h('div');
  const details = h('details.configuration', { ontoggle: load }, h('summary', 'Configuration'), place);
  let isLoaded = false;
  async function load() {
    if (isLoaded || !details.open) return;
    isLoaded = true;
    try {
      const { path, parts } = await get('config', {}, signal);
      replace(place, h('p', h('code', path)), h('dl.config', parts.map(({ title, text }) => h('div', h('dt', title), h('dd', text)))));
    } catch (error) {
      isLoaded = false;
      if (error.name !== 'AbortError') replace(place, failure(error));
    }
  }
  return details;
}
