// Tables that are sorted by their headings, filtered, bounded, and refreshed without losing the focus.
import { h, replace } from '../lib/dom.js';
import { empty } from './pieces.js';

/**
 * A table. A column has `title`, `text(row)` (what is shown, and what tells whether a cell changed), and may have `cell(row)` (nodes
 * in place of the text), `sort(row)` (what is compared), `numeric`, `minor` (left out on narrow screens). `key(row)` names a row.
 */
export function createTable({ label, columns, key, sort = 0, descending = false, limit = 200, nothing = 'Nothing here.', rowClass = null }) {
  let rows = [];
  let filter = '';
  let order = { column: sort, descending };
  let bound = limit;
  const kept = new Map();
  const body = h('tbody');
  const heads = columns.map((column, index) => head(column, index));
  const table = h('table', h('caption.hidden', label), h('thead', h('tr', heads)), body);
  const foot = h('div.table-foot');
  const element = h('div.table-frame', h('div.table-scroll', { tabindex: 0, role: 'region', 'aria-label': label }, table), foot);

  function head(column, index) {
    const classes = (column.numeric ? 'numeric ' : '') + (column.minor ? 'minor' : '');
    if (column.fixed) return h('th', { scope: 'col', class: classes }, h('span', { class: column.quiet ? 'hidden' : '' }, column.title));
    return h('th', { scope: 'col', class: classes },
      h('button', { type: 'button', title: column.hint, onclick: () => sortBy(index) }, column.title, h('span.sort', { 'aria-hidden': 'true' })));
  }

  function sortBy(index) {
    const first = Boolean(columns[index].numeric || columns[index].high);
    order = { column: index, descending: order.column === index ? !order.descending : first };
    show();
  }

  function compare(left, right) {
    const { sort: measure, text } = columns[order.column];
    const [a, b] = [left, right].map(measure ?? text);
    const result = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
    return (order.descending ? -result : result) || String(key(left)).localeCompare(String(key(right)));
  }

  function show() {
    heads.forEach((cell, index) => {
      const isSorted = index === order.column && !columns[index].fixed;
      cell.setAttribute('aria-sort', isSorted ? (order.descending ? 'descending' : 'ascending') : 'none');
    });
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = rows.filter((row) => {
      const text = words.length ? columns.map((column) => column.text(row)).join(' ').toLowerCase() : '';
      return words.every((word) => text.includes(word));
    }).sort(compare);
    const shown = fitting.slice(0, bound);
    const names = new Set(shown.map((row) => String(key(row))));
    for (const [name, entry] of kept) if (!names.has(name)) { entry.row.remove(); kept.delete(name); }
    // Rows that stand where they belong are not moved: moving one would take the focus out of it.
    shown.forEach((row, index) => {
      const entry = refresh(row);
      if (body.children[index] !== entry.row) body.insertBefore(entry.row, body.children[index] ?? null);
    });
    table.hidden = !shown.length;
    replace(foot, !shown.length && empty(rows.length ? 'Nothing fits the filter.' : nothing),
      fitting.length > bound && h('p.bounded', `${shown.length} of ${fitting.length} are shown. `,
        h('button.link', { type: 'button', onclick: () => { bound += limit; show(); } }, 'Show more')));
  }

  function refresh(row) {
    const name = String(key(row));
    let entry = kept.get(name);
    if (!entry) {
      const cells = columns.map((column) => h('td', { class: (column.numeric ? 'numeric ' : '') + (column.minor ? 'minor' : '') }));
      entry = { row: h('tr', cells), cells, texts: [] };
      kept.set(name, entry);
    }
    if (rowClass) entry.row.className = rowClass(row);
    columns.forEach((column, index) => {
      const text = String(column.text(row));
      if (entry.texts[index] === text) return;
      entry.texts[index] = text;
      replace(entry.cells[index], column.cell ? column.cell(row) : text);
    });
    return entry;
  }

  return {
    element,
    update(given) { rows = given; show(); },
    filter(text) { filter = text; bound = limit; show(); },
  };
}

/** A box that filters a table; `/` goes to it. */
export function filterBox(table, label, value = '') {
  const input = h('input.filter', {
    type: 'search', placeholder: label, 'aria-label': label, 'data-filter': true, value, oninput: () => table.filter(input.value),
  });
  return input;
}
