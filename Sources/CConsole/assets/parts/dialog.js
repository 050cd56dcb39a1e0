// Dialogs: the browser's own, which keep the focus inside and close with Escape.
import { h, uniqueId } from '../lib/dom.js';

/** Shows a dialog; true when it was confirmed, false when it was closed in any other way. */
export function openDialog({ title, body = [], confirm = 'OK', cancel = 'Cancel', danger = false, focus = null }) {
  return new Promise((resolve) => {
    let answer = false;
    const id = uniqueId('dialog');
    const back = document.activeElement;
    const yes = h('button.button', { type: 'submit', class: danger ? 'danger' : 'primary' }, confirm);
    const form = h('form', { onsubmit: (event) => { event.preventDefault(); answer = true; dialog.close(); } },
      h('h2', { id }, title), h('div.dialog-body', body),
      h('div.dialog-buttons', cancel && h('button.button', { type: 'button', onclick: () => dialog.close() }, cancel), yes));
    const dialog = h('dialog.dialog', { 'aria-labelledby': id }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (back instanceof HTMLElement && back.isConnected) back.focus();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    (focus ?? yes).focus();
  });
}

/** Asks before something that cannot be undone. */
export function confirmed(title, text, confirm, danger = true) {
  return openDialog({ title, body: [h('p', text)], confirm, danger });
}
