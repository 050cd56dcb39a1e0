// The charts of the overview: what the server remembers, and what is seen since.
import { get } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { duration, instant, shortNumber } from '../lib/format.js';
import { createChart } from '../parts/charts.js';

const MOST = 1800;
const RANGES = [['5 min', 5], ['15 min', 15], ['30 min', 30]];

/** Charts of throughput, watermark lag and matches. */
export function createHistory() {
  const charts = {
    rate: createChart({ title: 'Throughput', unit: '/s', hint: 'Events processed in a second' }),
    lag: createChart({ title: 'Watermark lag', tone: 'warn', format: lagText, hint: 'How far event time is behind the clock' }),
    matches: createChart({ title: 'Matches', kind: 'bars', tone: 'match', hint: 'Matches in each stretch of time' }),
  };
  let samples = [];
  let minutes = 5;
  const buttons = RANGES.map(([text, size]) => h('button', { type: 'button', 'aria-pressed': size === minutes ? 'true' : 'false',
    onclick: () => choose(size) }, text));

  function choose(size) {
    minutes = size;
    buttons.forEach((button, index) => button.setAttribute('aria-pressed', RANGES[index][1] === size ? 'true' : 'false'));
    draw();
  }

  function draw() {
    const to = Math.max(Date.now(), samples.at(-1)?.time ?? 0);
    const from = to - minutes * 60000;
    // One before the first gives the first difference.
    const first = Math.max(1, samples.findIndex((sample) => sample.time >= from));
    const shown = samples.slice(first - 1);
    const pairs = shown.slice(1).map((sample, index) => [shown[index], sample]);
    charts.rate.update(pairs.map(([before, after]) => ({ time: after.time, value: rate(before, after) })), from, to);
    charts.lag.update(shown.slice(1).map((sample) => ({ time: sample.time, value: sample.lag === null ? null : Math.max(0, sample.lag) })), from, to);
    charts.matches.update(pairs.map(([before, after]) => ({ time: after.time, value: Math.max(0, after.matches - before.matches) })), from, to);
  }

  return {
    element: h('section.history', { 'aria-label': 'History' }, h('div.segments', { role: 'group', 'aria-label': 'Range of the charts' }, buttons),
      h('div.charts', Object.values(charts).map((chart) => chart.element))),
    async load(signal) {
      try {
        const history = await get('history', {}, signal);
        const before = history.samples.map((sample) => ({
          time: instant(sample.time), processed: sample.processed, matches: sample.matches, lag: sample.lagSeconds,
        }));
        samples = [...before, ...samples.filter((sample) => sample.time > (before.at(-1)?.time ?? 0))];
        draw();
      } catch { /* The charts begin with what is seen from now on. */ }
    },
    /** Adds what the service says now. */
    add(status, rules) {
      const sum = (list, name) => list.reduce((total, one) => total + one[name], 0);
      samples.push({ time: Date.now(), processed: sum(status.sources, 'processed'), matches: sum(rules, 'matches'),
        lag: status.watermark ? (Date.now() - instant(status.watermark)) / 1000 : null });
      if (samples.length > MOST) samples = samples.slice(-MOST);
      draw();
    },
  };
}

function rate(before, after) {
  const seconds = (after.time - before.time) / 1000;
  // Counters that go back are of another process.
  return seconds <= 0 || after.processed < before.processed ? null : (after.processed - before.processed) / seconds;
}

function lagText(seconds) { return seconds < 100 ? `${shortNumber(seconds)}s` : duration(seconds * 1000).split(' ')[0]; }
