// Events and matches on an axis of time, in lanes. A mark shows what it is under the pointer and the focus, and opens when pressed.
import { h, onWidth, replace, s } from '../lib/dom.js';
import { clock, duration } from '../lib/format.js';
import { empty } from './pieces.js';

const LANE = 34;
const EDGE = { left: 14, right: 14, top: 8, bottom: 24 };
const NAMES = 110;
const CROWD = 24;
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5,
  864e5, 1728e5, 6048e5, 2592e6, 7776e6, 31536e6];

/**
 * A timeline. `lanes` are `{ name, marks }`, marks `{ time, tone, text, open(), span: [from, to] }` in order of time; marks that would
 * touch become one that stands for all.
 */
export function createTimeline(label, lanes, { nothing = 'Nothing happened yet.' } = {}) {
  const tip = h('div.tip', { role: 'status' });
  const svg = s('svg.timeline', { role: 'group', 'aria-label': label });
  const element = h('div.timeline-frame', svg, tip);
  let shown = lanes;
  let width = 600;
  let marks = [];

  function draw() {
    const all = shown.flatMap((lane) => lane.marks.flatMap((mark) => mark.span ?? [mark.time])).filter((time) => !Number.isNaN(time));
    tip.classList.remove('is-shown');
    if (!all.length) { replace(element, empty(nothing)); return; }
    if (!svg.isConnected || !element.contains(svg)) replace(element, svg, tip);
    const focused = marks.indexOf(document.activeElement);
    const named = shown.length > 1;
    const left = EDGE.left + (named ? Math.min(NAMES, width / 4) : 0);
    let [from, to] = [Math.min(...bounds(all, Math.min)), Math.max(...bounds(all, Math.max))];
    const slack = Math.max((to - from) * 0.02, 500);
    [from, to] = [from - slack, to + slack];
    const spot = (time) => left + ((time - from) / (to - from)) * (width - left - EDGE.right);
    const height = EDGE.top + shown.length * LANE + EDGE.bottom;
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.setAttribute('height', height);
    marks = [];
    replace(svg, axis(from, to, spot, height, width - left),
      shown.map((lane, index) => {
        const y = EDGE.top + index * LANE + LANE / 2;
        return [
          s('line.lane', { x1: left, x2: width - EDGE.right, y1: y, y2: y }),
          named && s('text.lane-name', { x: EDGE.left - 10, y: y + 4 }, shorten(lane.name, left), s('title', lane.name)),
          groups(lane.marks, spot).map((group) => drawMark(group, y, spot)),
        ];
      }));
    marks.forEach((mark, index) => mark.setAttribute('tabindex', index === Math.max(0, focused) ? 0 : -1));
    if (focused >= 0) marks[focused]?.focus();
  }

  function drawMark(group, y, spot) {
    const first = group[0];
    const x = spot(first.time);
    const text = group.length === 1 ? first.text : `${group.length} at about this time: ${first.text}, …`;
    const size = radius(group.length);
    const mark = s('g.mark', {
      role: 'button', 'aria-label': `${text}, ${clock(first.time)}`, class: 'mark-' + (first.tone ?? 'event'),
      onclick: () => first.open?.(), onmouseenter: () => tell(x, y, text, first.time), onmouseleave: hide,
      onfocus: () => tell(x, y, text, first.time), onblur: hide,
      onkeydown: (event) => key(event, mark, first),
    },
    first.span && s('line.span', { x1: spot(first.span[0]), x2: spot(first.span[1]), y1: y, y2: y }),
    s('circle.reach', { cx: x, cy: y, r: 14 }),
    s('circle.dot', { cx: x, cy: y, r: size }),
    group.length > 1 && size > 7 && s('text.mark-count', { x, y: y + 3.5 }, group.length > 99 ? '99+' : group.length));
    marks.push(mark);
    return mark;
  }

  function key(event, mark, first) {
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); first.open?.(); return; }
    const index = marks.indexOf(mark);
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: marks.length - 1 }[event.key];
    if (next === undefined || !marks[next]) return;
    event.preventDefault();
    mark.setAttribute('tabindex', -1);
    marks[next].setAttribute('tabindex', 0);
    marks[next].focus();
  }

  function tell(x, y, text, time) {
    replace(tip, h('strong', text), h('span', clock(time)));
    tip.classList.add('is-shown');
    tip.style.top = `${y - 12}px`;
    const half = Math.min(tip.offsetWidth / 2, width / 2);
    tip.style.left = `${Math.min(Math.max(x, half), width - half)}px`;
  }

  function hide() { tip.classList.remove('is-shown'); }

  onWidth(element, (wide) => { width = Math.max(240, wide); draw(); });
  draw();
  return { element, update(given) { shown = given; draw(); } };
}

/** `Math.min(...values)` of lists that are too long for arguments. */
function bounds(values, pick) { return [values.reduce((best, value) => pick(best, value))]; }

/** Of the dot that stands for so many. */
function radius(count) { return Math.min(11, 5 + Math.log2(count) * 1.6); }

function groups(marks, spot) {
  const result = [];
  // Where there are many, how long each took would only be a blur.
  const isCrowded = marks.length > CROWD;
  for (const given of marks) {
    if (Number.isNaN(given.time)) continue;
    const mark = isCrowded ? { ...given, span: null } : given;
    const last = result.at(-1);
    if (last && !mark.span && last[0].tone === mark.tone && spot(mark.time) - spot(last[0].time) < 2 * radius(last.length)) last.push(mark);
    else result.push([mark]);
  }
  return result;
}

function axis(from, to, spot, height, room) {
  const step = STEPS.find((size) => (to - from) / size <= Math.max(2, room / 120)) ?? STEPS.at(-1);
  const ticks = [];
  for (let time = Math.ceil(from / step) * step; time <= to && ticks.length < 24; time += step) {
    ticks.push(s('line.tick', { x1: spot(time), x2: spot(time), y1: EDGE.top, y2: height - EDGE.bottom + 4 }),
      s('text.tick-label', { x: spot(time), y: height - 6 }, tickText(time, step)));
  }
  return s('g', ticks, s('title', `${clock(from)} to ${clock(to)}, ${duration(to - from)}`));
}

function tickText(time, step) {
  const whole = new Date(time).toISOString();
  if (step >= 864e5) return whole.slice(0, 10);
  if (step >= 6e4) return whole.slice(11, 16);
  return step >= 1000 ? whole.slice(11, 19) : whole.slice(14, 23);
}

function shorten(text, room) {
  const letters = Math.floor((room - EDGE.left) / 7);
  return text.length > letters ? text.slice(0, Math.max(1, letters - 1)) + '…' : text;
}
