// Pages by the part of the address behind `#`: `#/rules/ID/why?key=bob`. A page is a function that fills an element and may
// use the signal to stop what it began.
import { h, replace } from './dom.js';

const routes = [];
let leaving = null;

/** A page: `{name}` in the pattern is a part of the path, decoded. */
export function page(pattern, show, title) { routes.push({ parts: pattern.split('/').slice(1), show, title }); }

/** The address of a page. */
export function link(...parts) { return '#/' + parts.map((part) => encodeURIComponent(part)).join('/'); }

/** The address, with options; those that are null are left out. */
export function linkWith(parts, options) {
  const query = new URLSearchParams(Object.entries(options).filter(([, value]) => value !== null && value !== undefined && value !== ''));
  return link(...parts) + (query.size ? '?' + query : '');
}

/** Goes to a page. */
export function go(address) { location.hash = address; }

/** Puts another address in place of this one, without showing the page anew. */
export function rename(address) { history.replaceState(null, '', address); }

/** Shows pages from now on. `onShow` gets the path of each. */
export function startRouter(main, onShow) {
  const show = () => {
    leaving?.abort();
    leaving = new AbortController();
    const [path, query = ''] = (location.hash.startsWith('#/') ? location.hash.slice(2) : '').split('?');
    const found = find(path);
    const content = h('div.page');
    replace(main, content);
    onShow(path);
    if (!found) {
      document.title = 'Not found · FluxCore';
      replace(content, h('h1', 'There is no such page'), h('p', h('a', { href: '#/' }, 'To the overview')));
      return;
    }
    document.title = found.route.title(...found.values) + ' · FluxCore';
    found.route.show({ content, values: found.values, query: new URLSearchParams(query), signal: leaving.signal });
    window.scrollTo(0, 0);
  };
  window.addEventListener('hashchange', () => { show(); main.focus({ preventScroll: true }); });
  show();
}

function find(path) {
  const parts = path.replace(/\/$/, '').split('/');
  for (const route of routes) {
    if (route.parts.length !== parts.length) continue;
    const values = [];
    try {
      const fits = route.parts.every((part, index) => {
        if (!part.startsWith('{')) return part === parts[index];
        values.push(decodeURIComponent(parts[index]));
        return true;
      });
      if (fits) return { route, values };
    } catch {
      return null; // A percent sign that stands for nothing.
    }
  }
  return null;
}
