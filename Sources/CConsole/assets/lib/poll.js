// Asking again and again, while somebody looks.

/**
 * Calls `body` now and every `seconds` after it is done, until `signal` says stop; not while the tab is hidden. Its error goes to
 * `onError`, and the next time comes all the same.
 */
export function poll(seconds, signal, body, onError = () => {}) {
  let timer = null;
  const run = async () => {
    timer = null;
    if (signal.aborted) return;
    if (!document.hidden) {
      try {
        await body();
      } catch (error) {
        if (error.name !== 'AbortError' && !signal.aborted) onError(error);
      }
    }
    if (!signal.aborted) timer = setTimeout(run, seconds * 1000);
  };
  const look = () => {
    if (document.hidden || timer === null) return;
    clearTimeout(timer);
    run();
  };
  document.addEventListener('visibilitychange', look);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  });
  run();
}
