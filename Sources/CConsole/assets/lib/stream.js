// Server-sent events. EventSource sends no headers and the token must not stand in an address, so the stream is read with fetch.
import { path, request } from './api.js';
import { parse } from './json.js';

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 20000;
// A comment comes every 15 s where nothing else does.
const SILENCE = 40000;

/**
 * Follows the alerts, of one rule or of all, until `signal` says stop: `onMatch(match)`, `onGap(missed)` and `onState('live' |
 * 'waiting')`. A connection that breaks is made again behind the last event. A hidden tab holds none: browsers allow few to a
 * server, and a row of forgotten tabs would take them all.
 */
export async function followMatches({ rule = null, signal, onMatch, onGap = () => {}, onState = () => {} }) {
  let last = null;
  let pause = FIRST_PAUSE;
  while (!signal.aborted) {
    await visible(signal);
    const connection = new AbortController();
    const stop = () => connection.abort();
    const hide = () => { if (document.hidden) stop(); };
    let silence = setTimeout(stop, SILENCE);
    const heard = () => { clearTimeout(silence); silence = setTimeout(stop, SILENCE); };
    signal.addEventListener('abort', stop);
    document.addEventListener('visibilitychange', hide);
    try {
      const headers = { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) };
      const response = await request('GET', path('matches/stream', { rule }), { headers, signal: connection.signal, isOpen: true });
      onState('live');
      pause = FIRST_PAUSE;
      for await (const event of events(response.body, heard)) {
        if (event.id) last = event.id;
        if (event.name === 'match') onMatch(parse(event.data), event.id);
        if (event.name === 'gap') onGap(parse(event.data).missed);
      }
    } catch (error) {
      if (error.status === 401 || error.status === 403) return;
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
      document.removeEventListener('visibilitychange', hide);
    }
    if (signal.aborted) return;
    onState('waiting');
    await sleep(pause, signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

/** The events of a stream's bytes; `heard` is called whenever some come. */
export async function* events(body, heard = () => {}) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = { name: 'message', id: null, data: [] };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    heard();
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (event.data.length) yield { ...event, data: event.data.join('\n') };
        event = { name: 'message', id: null, data: [] };
        continue;
      }
      const colon = line.indexOf(':');
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const text = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') event.name = text;
      if (field === 'id') event.id = text;
      if (field === 'data') event.data.push(text);
    }
  }
}

function visible(signal) {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}

function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
