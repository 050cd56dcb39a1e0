// The token: asked for when the server wants one, kept for this tab only, and never part of an address.
import { h } from './dom.js';
import { openDialog } from '../parts/dialog.js';

const KEY = 'fluxcore.token';
let asking = null;
let isDeclined = false;

/** The token of this tab; null when none is known. */
export function token() { return sessionStorage.getItem(KEY); }

/** Forgets the token. */
export function forgetToken() { sessionStorage.removeItem(KEY); }

/**
 * Asks for a token; true when one was given. However many requests want one, there is one dialog, and who closes it without an
 * answer is not asked again until the page is loaded anew.
 */
export function askForToken(message) {
  if (isDeclined) return Promise.resolve(false);
  asking ??= ask(message).finally(() => { asking = null; });
  return asking;
}

async function ask(message) {
  const input = h('input', { type: 'password', name: 'token', autocomplete: 'off', required: true, 'aria-label': 'Token' });
  const given = await openDialog({
    title: 'A token is needed',
    body: [
      h('p', 'This service answers requests that carry one of its tokens. It is kept in this tab until the tab is closed.'),
      message && h('p.problem', message), h('label.field', h('span', 'Token'), input),
    ],
    confirm: 'Use token',
    focus: input,
  });
  isDeclined = !given;
  if (!given) return false;
  sessionStorage.setItem(KEY, input.value);
  return true;
}
