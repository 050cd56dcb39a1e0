// The picture of a rule's automaton, as the server lays it out: boxes, arrows and where their labels stand.
import { append, h, onWidth, replace, s, uniqueId } from '../lib/dom.js';
import { count } from '../lib/format.js';
import { empty } from './pieces.js';

const MARGIN = 16;
const SMALLEST = 0.75;
const LETTER = 6.7; // What the layout reckons with for a letter of small text.
const NAME_SHIFT = { withDetail: -4, alone: 4.5 };

/**
 * Draws an automaton. `taken` (of `findPath`) marks a way through it. The element can be refreshed with other counts: `update(automaton)`.
 */
export function createAutomaton(automaton, { taken = null } = {}) {
  const id = uniqueId('automaton');
  const badges = [];
  const boxes = [];
  const width = automaton.width + 2 * MARGIN;
  const height = automaton.height + 2 * MARGIN;
  const svg = s('svg', {
    width, height, viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`, role: 'img', class: 'automaton' + (taken ? ' with-path' : ''),
    'aria-label': description(automaton),
  }, s('defs', ['head', 'back', 'taken'].map((kind) => marker(`${id}-${kind}`, kind))));
  automaton.arrows.forEach((arrow, index) => {
    const times = taken?.arrows.get(index);
    const kind = times ? 'taken' : arrow.back ? 'back' : 'head';
    svg.append(s('path', { class: `arrow arrow-${kind}`, d: arrow.path, 'marker-end': `url(#${id}-${kind})` },
      s('title', arrow.lines.join('; '))));
  });
  automaton.nodes.forEach((node, index) => {
    const { group, badge, box } = drawNode(node, taken?.nodes.get(index));
    badges.push(badge);
    boxes.push(box);
    svg.append(group);
  });
  automaton.arrows.forEach((arrow, index) => {
    const times = taken?.arrows.get(index);
    const lines = times > 1 ? [...arrow.lines, `taken ${times} times`] : arrow.lines;
    append(svg, lines.map((line, row) =>
      s('text.arrow-label', { class: times ? 'is-taken' : null, x: arrow.labelX, y: arrow.labelY + row * automaton.lineHeight }, line)));
  });
  const notes = h('ul.automaton-notes', automaton.notes.map((note) => h('li', note)));
  const scroll = h('div.automaton-scroll', { tabindex: 0, role: 'region', 'aria-label': 'Automaton' }, svg);
  const element = h('div.automaton-frame', h('p.pattern', h('code', automaton.pattern)), scroll,
    h('details.more', h('summary', 'Machine and bounds'), h('p', automaton.machine), notes));

  function update(given) {
    given.nodes.forEach((node, index) => {
      // A way that was taken is of the past; what stands there now would only confuse it.
      const threads = taken ? 0 : node.threads ?? 0;
      badges[index]?.classList.toggle('is-shown', threads > 0);
      boxes[index]?.classList.toggle('is-live', threads > 0);
      if (!badges[index]) return;
      const text = threads > 999 ? '999+' : String(threads);
      const wide = 12 + text.length * 7;
      const [pill, label] = badges[index].children;
      pill.setAttribute('width', wide);
      pill.setAttribute('x', badges[index].dataset.x - wide / 2);
      if (label.textContent !== text) label.textContent = text;
      replace(badges[index].lastElementChild, `${count(threads, 'partial match', 'partial matches')} here`);
    });
  }

  // What is wider than its place becomes smaller as long as it can be read, and is scrolled from where it starts.
  svg.style.minWidth = `${Math.round(width * SMALLEST)}px`;
  const start = automaton.nodes.find((node) => node.kind === 'start');
  onWidth(scroll, (wide) => {
    if (start) scroll.scrollLeft = (start.x + MARGIN) * (svg.getBoundingClientRect().width / width) - wide / 2;
  });
  update(automaton);
  return { element, update };
}

/** Whether an automaton needs a row of its own beside other things. */
export function isWide(automaton, room) { return automaton !== null && automaton.width + 2 * MARGIN > room; }

function marker(id, kind) {
  return s('marker', { id, viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    s('path', { class: 'head-' + kind, d: 'M0 1 L10 5 L0 9 z' }));
}

function drawNode(node, visits) {
  const left = node.x - node.width / 2;
  const top = node.y - node.height / 2;
  const box = s('rect', { x: left, y: top, width: node.width, height: node.height, rx: node.kind === 'step' ? 8 : node.height / 2 });
  const shift = node.detail ? NAME_SHIFT.withDetail : NAME_SHIFT.alone;
  const group = s('g.node', { class: `node-${node.kind}${visits ? ' is-taken' : ''}` }, box,
    s('text.node-name', { x: node.x, y: node.y + shift }, clip(node.name, (node.width - 12) / 8)),
    node.detail && s('text.node-detail', { x: node.x, y: node.y + shift + 17 }, clip(node.detail, (node.width - 12) / LETTER)),
    s('title', node.detail ? `${node.name}: ${node.detail}` : node.name));
  if (visits > 1) group.append(s('text.node-visits', { x: left + node.width - 8, y: top + 14 }, `×${visits}`));
  const corner = { x: left + node.width, y: top };
  const badge = s('g.badge', { 'data-x': corner.x }, s('rect', { y: corner.y - 9, height: 18, rx: 9 }),
    s('text', { x: corner.x, y: corner.y + 4 }), s('title'));
  group.append(badge);
  return { group, badge, box: group };
}

function clip(text, letters) {
  const all = Array.from(text);
  return all.length <= letters ? text : all.slice(0, Math.max(1, Math.floor(letters) - 1)).join('') + '…';
}

function description(automaton) {
  const steps = automaton.nodes.filter((node) => node.kind === 'step').map((node) => node.name + (node.detail ? `: ${node.detail}` : ''));
  return `Automaton of ${automaton.pattern}. Steps: ${steps.join('; ')}`;
}

/**
 * The way of a match through an automaton: how often each box and arrow is passed. `names` are the names of the bound events in
 * order. Null when no way fits, as after a reload that changed the rule.
 */
export function findPath(automaton, names) {
  const start = automaton.nodes.findIndex((node) => node.kind === 'start');
  const end = automaton.nodes.findIndex((node) => node.kind === 'match');
  // What has been reached: box → the edges there, linked backwards. The first way found is the preferred one, as edges are in
  // order of preference.
  let reached = new Map([[start, null]]);
  for (const name of names) {
    const next = new Map();
    for (const [from, way] of withSilent(automaton, reached, end)) {
      for (const edge of automaton.edges) {
        if (edge.from === from && edge.event === name && !next.has(edge.to)) next.set(edge.to, { edge, before: way });
      }
    }
    reached = next;
  }
  const all = new Map(withSilent(automaton, reached, null));
  // A timeout and a match of a changed rule end before the last box.
  const way = all.has(end) ? all.get(end) : null;
  if (!way) return null;
  const nodes = new Map([[start, 1]]);
  const arrows = new Map();
  for (let step = way; step; step = step.before) {
    nodes.set(step.edge.to, (nodes.get(step.edge.to) ?? 0) + 1);
    const arrow = automaton.arrows.findIndex((one) => one.from === step.edge.from && one.to === step.edge.to);
    if (arrow >= 0) arrows.set(arrow, (arrows.get(arrow) ?? 0) + 1);
  }
  return { nodes, arrows };
}

/** What can be reached without another event, too; never past `stop`. */
function withSilent(automaton, reached, stop) {
  const all = new Map(reached);
  for (const [from, way] of all) {
    if (from === stop) continue;
    for (const edge of automaton.edges) {
      if (edge.from === from && edge.event === null && !all.has(edge.to)) all.set(edge.to, { edge, before: way });
    }
  }
  return all;
}

/** A place for an automaton that may not be had. */
export function noAutomaton(error) { return empty('The automaton cannot be shown.', error?.message); }
