// Charts over time. They are as wide as their place; the value under the pointer, or under the arrow keys, is told in words.
import { h, onWidth, replace, s } from '../lib/dom.js';
import { shortNumber, timeOfDay } from '../lib/format.js';

const HEIGHT = 132;
const EDGE = { left: 44, right: 8, top: 10, bottom: 22 };
const COLUMNS = 60;

/**
 * A chart. `kind` is `area` or `bars` (sums over stretches of time). `update(points, from, to)` gets `{ time, value }` in order of time,
 * a value of null is a gap.
 */
export function createChart({ title, unit = '', kind = 'area', tone = 'accent', format = shortNumber, hint = '' }) {
  const readout = h('output.chart-now', { 'aria-live': 'off' });
  const svg = s('svg.chart', { height: HEIGHT, tabindex: 0, role: 'img' });
  const element = h('figure.chart-frame', { class: 'chart-' + tone },
    h('figcaption', h('span.chart-title', { title: hint }, title), readout), svg);
  let points = [];
  let range = [0, 1];
  let width = 320;
  let chosen = null;

  const spot = (time) => EDGE.left + ((time - range[0]) / (range[1] - range[0] || 1)) * (width - EDGE.left - EDGE.right);

  function draw() {
    const shown = kind === 'bars' ? columns(points, range) : points;
    const top = niceTop(Math.max(0, ...shown.map((point) => point.value ?? 0)));
    const rise = (value) => HEIGHT - EDGE.bottom - (value / top) * (HEIGHT - EDGE.top - EDGE.bottom);
    svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    replace(svg, grid(top, rise), kind === 'bars' ? bars(shown, rise) : area(shown, rise), times());
    const last = shown.findLast((point) => point.value !== null);
    const current = chosen === null ? last : nearest(shown, chosen);
    if (current && chosen !== null && current.value !== null) {
      svg.append(s('g.chart-mark', s('line', { x1: spot(current.time), x2: spot(current.time), y1: EDGE.top, y2: HEIGHT - EDGE.bottom }),
        s('circle', { cx: spot(current.time), cy: rise(current.value), r: 3.5 })));
    }
    const text = current && current.value !== null ? format(current.value) + unit : '–';
    replace(readout, h('strong', text), current && chosen !== null && h('span.muted', ' ' + timeOfDay(current.time)));
    const peak = Math.max(0, ...shown.map((point) => point.value ?? 0));
    svg.setAttribute('aria-label', `${title}: now ${last ? format(last.value) + unit : 'unknown'}, at most ${format(peak)}${unit}. Arrow keys tell values.`);
  }

  function grid(top, rise) {
    return [0, top / 2, top].map((value) => [
      s('line.chart-grid', { x1: EDGE.left, x2: width - EDGE.right, y1: rise(value), y2: rise(value) }),
      s('text.chart-axis', { x: EDGE.left - 6, y: rise(value) + 3.5, 'text-anchor': 'end' }, format(value)),
    ]);
  }

  function times() {
    const steps = width > 420 ? 4 : 2;
    return Array.from({ length: steps + 1 }, (_, index) => {
      const time = range[0] + ((range[1] - range[0]) * index) / steps;
      const anchor = index === 0 ? 'start' : index === steps ? 'end' : 'middle';
      return s('text.chart-axis', { x: spot(time), y: HEIGHT - 6, 'text-anchor': anchor }, timeOfDay(time));
    });
  }

  function area(shown, rise) {
    const stretches = [];
    for (const point of shown) {
      if (point.value === null) stretches.push([]);
      else (stretches.length ? stretches : (stretches.push([]), stretches)).at(-1).push(point);
    }
    return stretches.filter((stretch) => stretch.length).map((stretch) => {
      const line = stretch.map((point, index) => `${index ? 'L' : 'M'}${spot(point.time).toFixed(1)} ${rise(point.value).toFixed(1)}`).join(' ');
      const [first, last] = [stretch[0], stretch.at(-1)].map((point) => spot(point.time).toFixed(1));
      return [s('path.chart-area', { d: `${line} L${last} ${rise(0)} L${first} ${rise(0)} Z` }), s('path.chart-line', { d: line })];
    });
  }

  function bars(shown, rise) {
    const wide = Math.max(1.5, (width - EDGE.left - EDGE.right) / COLUMNS - 1.5);
    return shown.filter((point) => point.value > 0).map((point) =>
      s('rect.chart-bar', { x: spot(point.time) - wide / 2, width: wide, y: rise(point.value), height: rise(0) - rise(point.value), rx: 1 }));
  }

  function choose(time) {
    chosen = time;
    draw();
  }

  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const share = (event.clientX - box.left - EDGE.left) / (box.width - EDGE.left - EDGE.right);
    choose(range[0] + Math.min(1, Math.max(0, share)) * (range[1] - range[0]));
  });
  svg.addEventListener('pointerleave', () => choose(null));
  svg.addEventListener('blur', () => { readout.setAttribute('aria-live', 'off'); choose(null); });
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    readout.setAttribute('aria-live', 'polite');
    choose(Math.min(range[1], Math.max(range[0], (chosen ?? range[1]) + (step * (range[1] - range[0])) / COLUMNS)));
  });
  onWidth(element, (wide) => { width = Math.max(200, wide); draw(); });

  return {
    element,
    update(given, from, to) {
      points = given;
      range = [from, to];
      draw();
    },
  };
}

function columns(points, [from, to]) {
  const size = (to - from) / COLUMNS || 1;
  const result = Array.from({ length: COLUMNS }, (_, index) => ({ time: from + (index + 0.5) * size, value: 0 }));
  for (const point of points) {
    const index = Math.min(COLUMNS - 1, Math.floor((point.time - from) / size));
    if (index >= 0 && point.value !== null) result[index].value += point.value;
  }
  return result;
}

function nearest(points, time) {
  let best = null;
  for (const point of points) {
    if (point.value !== null && (!best || Math.abs(point.time - time) < Math.abs(best.time - time))) best = point;
  }
  return best;
}

/** A round number at or above the largest value. */
function niceTop(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 10].map((step) => step * power).find((top) => top >= value * 1.02) ?? 20 * power;
}
