// A rule's text with line numbers, and what was said about it at its place.
import { append, h } from '../lib/dom.js';
import { pieces } from './highlight.js';

/** The text, with findings as `check` writes them. `first` is the line to begin the view at. */
export function sourceView(text, findings, { first = null } = {}) {
  const lines = text.replace(/\n$/, '').split('\n');
  const list = h('ol.source', lines.map((line, index) => {
    const here = findings.filter((finding) => finding.line === index + 1);
    return h('li', { class: here.length ? 'has-' + worst(here) : null, 'data-line': index + 1 },
      h('span.number', { 'aria-hidden': 'true' }, index + 1), h('code', markedLine(line, here, 'yaml')),
      here.map((finding) => h('div.note', { class: 'note-' + finding.severity },
        h('strong', `${finding.severity} ${finding.code}`), ` ${finding.line}:${finding.column} ${finding.message}`,
        finding.hint && h('span.hint', `hint: ${finding.hint}`))));
  }));
  const frame = h('div.source-frame', { tabindex: 0, role: 'region', 'aria-label': 'Source' }, list);
  const start = findings.find((finding) => finding.severity === 'error')?.line ?? first;
  if (start) {
    queueMicrotask(() => requestAnimationFrame(() => {
      const line = list.children[start - 1];
      if (line) frame.scrollTop = Math.max(0, line.offsetTop - list.offsetTop - 60);
    }));
  }
  return frame;
}

/** The worst severity among findings. */
export function worst(findings) {
  return findings.some((finding) => finding.severity === 'error') ? 'error' : findings[0]?.severity ?? 'none';
}

/** A coloured line; columns that findings name are underlined. They count Unicode scalars from 1. */
export function markedLine(line, findings, language) {
  const marks = new Array(Array.from(line).length + 1).fill(null);
  for (const finding of findings) {
    const end = finding.endLine === finding.line ? finding.endColumn : marks.length;
    for (let column = finding.column; column < Math.max(end, finding.column + 1); column += 1) {
      if (marks[column - 1] !== 'error' && column <= marks.length) marks[column - 1] = finding.severity;
    }
  }
  let column = 0;
  const nodes = pieces(line, language).map(([kind, text]) => {
    const runs = [];
    for (const letter of text) {
      const mark = findings.length ? marks[column] : null;
      column += 1;
      if (runs.length && runs.at(-1).mark === mark) runs.at(-1).text += letter;
      else runs.push({ mark, text: letter });
    }
    return runs.map(({ mark, text: part }) => (kind || mark
      ? h('span', { class: [kind && 'c-' + kind, mark && 'marked marked-' + mark].filter(Boolean).join(' ') }, part) : part));
  });
  // A finding behind the last letter has a place of its own.
  if (findings.length && marks[column]) nodes.push(h('span', { class: 'marked marked-' + marks[column] }, ' '));
  return nodes;
}

/** Lines for the ground of an editor. */
export function groundLines(text, findings, language) {
  return text.split('\n').map((line, index) =>
    append(h('div.ground-line'), [markedLine(line, findings.filter((finding) => finding.line === index + 1), language), '\n']));
}
