// Requests to /api/v1, which this page was served beside.
import { parse } from './json.js';
import { askForToken, forgetToken, token } from './token.js';

// So long nothing may come of a request before the service counts as away; why reads a lot of input.
const PATIENCE = 60000;

/** What the server, or the way to it, has against a request. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The path of a resource with its options; those that are null are left out. */
export function path(name, options = {}) {
  const query = new URLSearchParams(Object.entries(options).filter(([, value]) => value !== null && value !== undefined));
  return '/api/v1/' + name + (query.size ? '?' + query : '');
}

/** A response whose status is fine. A token is asked for when one is needed, and the request sent again. `isOpen`: it goes on for ever. */
export async function request(method, target, { body, type, headers = {}, signal, isOpen = false } = {}) {
  for (;;) {
    const known = token();
    let response;
    try {
      response = await fetch(target, {
        method, body, signal: isOpen ? signal : limited(signal), credentials: 'omit', cache: 'no-store',
        headers: { ...headers, ...(type && { 'Content-Type': type }), ...(known && { Authorization: 'Bearer ' + known }) },
      });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ApiError(0, 'unreachable', 'The service cannot be reached.');
    }
    if (response.ok) return response;
    const { code, message } = await errorOf(response);
    if (response.status === 401) {
      if (known === token()) forgetToken();
      if (await askForToken(known ? message : null)) continue;
    }
    throw new ApiError(response.status, code, message);
  }
}

function limited(signal) {
  const limit = AbortSignal.timeout(PATIENCE);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

async function json(response) { return parse(await response.text()); }

async function errorOf(response) {
  try {
    const { error } = await response.json();
    return { code: String(error.code), message: sentence(String(error.message)) };
  } catch {
    return { code: 'unknown', message: `The service answered with status ${response.status}.` };
  }
}

function sentence(text) { return text.charAt(0).toUpperCase() + text.slice(1); }

/** JSON of a resource. */
export async function get(name, options, signal) { return json(await request('GET', path(name, options), { signal })); }

/** Sends a value as JSON, or nothing; the answer's JSON. */
export async function post(name, options, value, signal) {
  const hasBody = value !== undefined;
  return json(await request('POST', path(name, options), {
    body: hasBody ? JSON.stringify(value) : undefined, type: hasBody ? 'application/json' : undefined, signal,
  }));
}

/** Sends a rule file to be checked; the findings. */
export async function check(text, signal) {
  return json(await request('POST', path('check'), { body: text, type: 'application/yaml', signal }));
}

/** Removes a resource. */
export async function remove(name) { return request('DELETE', path(name)); }
