// An editor: a text area over a coloured copy of its text, with line numbers. Tab leaves it, as everywhere on the page.
import { h, replace } from '../lib/dom.js';
import { groundLines, worst } from './source.js';

const COLOURED = 60000; // Longer texts are plain: colouring them at each key would be felt.

/** An editor. `onInput(text)` is called at each change. */
export function createEditor({ label, value = '', language = 'yaml', onInput = () => {}, onRun = () => {} }) {
  const ground = h('pre.ground', { 'aria-hidden': 'true' });
  const numbers = h('div.numbers', { 'aria-hidden': 'true' });
  const area = h('textarea', {
    'aria-label': label, spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', wrap: 'off', value,
    oninput: () => { findings = []; paint(); onInput(area.value); },
    onscroll: follow,
    onkeydown: (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); onRun(); }
      else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) indent(event);
    },
  });
  const element = h('div.editor', numbers, h('div.editor-text', ground, area));
  let findings = [];

  function paint() {
    const text = area.value;
    element.classList.toggle('is-plain', text.length > COLOURED);
    const lines = text.split('\n');
    if (text.length > COLOURED) replace(ground);
    else replace(ground, groundLines(text, findings, language));
    const marked = new Map();
    for (const finding of findings) marked.set(finding.line, [...(marked.get(finding.line) ?? []), finding]);
    replace(numbers, lines.map((_, index) =>
      h('div', { class: marked.has(index + 1) ? 'has-' + worst(marked.get(index + 1)) : null }, index + 1)));
    follow();
  }

  function follow() {
    ground.scrollTop = area.scrollTop;
    ground.scrollLeft = area.scrollLeft;
    numbers.scrollTop = area.scrollTop;
  }

  /** A new line begins below the one before it. */
  function indent(event) {
    const line = area.value.slice(0, area.selectionStart).split('\n').at(-1);
    const space = /^ */.exec(line)[0];
    if (!space || language !== 'yaml') return;
    event.preventDefault();
    // The only way that leaves the change in the history of the text area.
    document.execCommand('insertText', false, '\n' + space);
  }

  paint();
  return {
    element,
    get value() { return area.value; },
    /** Marks findings until the text changes. */
    mark(given) { findings = given; paint(); },
    /** Puts the cursor at a place, counted from 1. */
    goTo(line, column) {
      const lines = area.value.split('\n');
      const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      const within = Array.from(lines[line - 1] ?? '').slice(0, column - 1).join('').length;
      area.focus();
      area.setSelectionRange(before + within, before + within);
      area.scrollTop = Math.max(0, (line - 4) * (area.scrollHeight / Math.max(1, lines.length)));
    },
  };
}
