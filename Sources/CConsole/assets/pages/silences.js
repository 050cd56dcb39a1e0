// Silences: what is held back, for how long, by whom and why.
import { get, post, remove } from '../lib/api.js';
import { announce, append, h, replace } from '../lib/dom.js';
import { count, keyText, number, time } from '../lib/format.js';
import { poll } from '../lib/poll.js';
import { confirmed } from '../parts/dialog.js';
import { button, failure, panel } from '../parts/pieces.js';
import { createTable, filterBox } from '../parts/table.js';

const INTERVAL = 2;

/** The page. */
export function showSilences({ content, query, signal }) {
  const problem = h('div');
  let known = [];
  const table = createTable({
    label: 'Silences', key: (row) => row.id, sort: 3, nothing: 'Nothing is silenced.',
    columns: [
      { title: 'Rule', text: (row) => row.rule, cell: (row) => h('code', row.rule) },
      { title: 'Key', text: (row) => (Object.keys(row.key ?? {}).length ? keyText(row.key) : 'every key') },
      { title: 'Silenced', numeric: true, text: (row) => number(row.silenced), sort: (row) => row.silenced },
      { title: 'Until', text: (row) => row.end, cell: (row) => time(row.end) },
      { title: 'Author', minor: true, text: (row) => row.author ?? '' },
      { title: 'Reason', minor: true, text: (row) => row.reason ?? '' },
      { title: 'Remove', fixed: true, quiet: true, text: (row) => row.id,
        cell: (row) => button('Remove', () => end(row.id), { className: 'danger', label: `Remove silence ${row.id} of ${row.rule}` }) },
    ],
  });

  async function load() {
    const { silences } = await get('silences', {}, signal);
    replace(problem);
    known = silences;
    table.update(silences);
  }

  async function end(id) {
    const { rule, silenced } = known.find((one) => one.id === id);
    const consequence = `Alerts of ${rule} are delivered again. So far held back: ${count(silenced, 'alert')}.`;
    if (!await confirmed('Remove this silence?', consequence, 'Remove')) return;
    try {
      await remove(`silences/${encodeURIComponent(id)}`);
      announce('The silence is removed');
      await load();
    } catch (error) {
      replace(problem, failure(error));
    }
  }

  append(content, [h('h1', 'Silences'), problem, panel('In force', { aside: filterBox(table, 'Filter silences') }, table.element),
    panel('Add a silence', {}, silenceForm(query.get('rule'), load))]);
  poll(INTERVAL, signal, load, (error) => replace(problem, failure(error)));
}

function silenceForm(rule, added) {
  const said = h('div', { role: 'status' });
  const field = (name, label, properties) => h('label.field', h('span', label), h('input', { type: 'text', name, ...properties }));
  const keys = h('div.key-fields');
  const addKey = () => keys.append(h('div.key-field',
    h('input', { type: 'text', name: 'field', 'aria-label': 'Field of the key', placeholder: 'user' }), h('span', '='),
    h('input', { type: 'text', name: 'value', 'aria-label': 'Value of the key', placeholder: 'bob' })));
  addKey();
  const form = h('form.silence-form', { onsubmit: send },
    field('rule', 'Rule, or a pattern of ids', { required: true, value: rule ?? '', placeholder: 'auth.*' }),
    field('for', 'For', { required: true, value: '1h', placeholder: '2h' }),
    field('author', 'Author', { placeholder: 'zoë' }), field('reason', 'Reason', { required: true, placeholder: 'load test' }),
    h('fieldset', h('legend', 'Only of this key (left out: of every key)'), keys,
      h('button.link', { type: 'button', onclick: addKey }, 'another field')),
    h('div.buttons', h('button.button.primary', { type: 'submit' }, 'Silence')), said);

  async function send(event) {
    event.preventDefault();
    const data = new FormData(form);
    const text = (name) => String(data.get(name) ?? '').trim();
    const [names, values] = ['field', 'value'].map((name) => data.getAll(name));
    const key = Object.fromEntries(names.map((name, index) => [String(name).trim(), String(values[index])]).filter(([name]) => name));
    const silence = { rule: text('rule'), for: text('for'), reason: text('reason'), ...(text('author') && { author: text('author') }),
      ...(Object.keys(key).length && { key }) };
    try {
      const { warning, durable } = await post('silences', {}, silence);
      replace(said, h('p.fine', `${silence.rule} is silenced for ${silence.for}.`), warning && h('p.warned', `But ${warning}.`),
        durable === false && h('p.warned', 'No checkpoint has it yet: a crash would lose it.'));
      await added();
    } catch (error) {
      replace(said, failure(error));
    }
  }
  return form;
}
