// Keys that work on every page while nobody writes.
const PATIENCE = 1500;
let prefix = null;

/** Calls what stands for a key, `?`, or for two in a row, `g o`. */
export function startShortcuts(actions) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector('dialog[open]')) return;
    const keys = prefix ? `${prefix.key} ${event.key}` : event.key;
    if (prefix) { clearTimeout(prefix.timer); prefix = null; }
    if (actions[keys]) {
      event.preventDefault();
      actions[keys]();
    } else if (Object.keys(actions).some((name) => name.startsWith(event.key + ' '))) {
      prefix = { key: event.key, timer: setTimeout(() => { prefix = null; }, PATIENCE) };
    }
  });
}

function isWriting(target) {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
