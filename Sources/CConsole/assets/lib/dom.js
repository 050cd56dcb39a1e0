// Elements. Whatever comes from the server goes in as text: nothing in this console parses markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An HTML element: `h('a.button', { href: '#/' }, 'text', child)`. */
export function h(name, ...rest) {
  const [tag, ...classes] = name.split('.');
  return fill(document.createElement(tag || 'div'), classes, rest);
}

/** The same for SVG. */
export function s(name, ...rest) {
  const [tag, ...classes] = name.split('.');
  return fill(document.createElementNS(SVG, tag), classes, rest);
}

function fill(element, classes, rest) {
  if (classes.length) element.setAttribute('class', classes.join(' '));
  const [first, ...others] = rest;
  const hasProperties = first !== null && typeof first === 'object' && !(first instanceof Node) && !Array.isArray(first);
  if (hasProperties) set(element, first);
  append(element, hasProperties ? others : rest);
  return element;
}

/** Sets attributes; functions under `onclick` and the like become listeners, `class` is added, null and false leave out. */
export function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'class') { if (value) element.classList.add(...value.split(' ').filter(Boolean)); }
    else if (name === 'value' || name === 'checked' || name === 'disabled' || name === 'open') element[name] = value;
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : value);
  }
  return element;
}

/** Appends nodes, texts and numbers, lists of them; null and false are nothing. */
export function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : visible(String(child)));
  }
  return element;
}

/** A text in which characters are seen that turn others round: they can make one text look like another. */
export function visible(text) {
  return text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (mark) => '\\u' + mark.charCodeAt(0).toString(16));
}

/** Puts other children in place of those an element has. */
export function replace(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

let counter = 0;
/** An id that no other element has. */
export function uniqueId(prefix) { return `${prefix}-${++counter}`; }

/** Tells people who do not see the page; the same text again is told again. */
export function announce(text) {
  const announcer = document.getElementById('announcer');
  announcer.textContent = '';
  setTimeout(() => { announcer.textContent = text; }, 50);
}

/** Calls `body` once no call has come for `milliseconds`. */
export function debounce(milliseconds, body) {
  let timer;
  const call = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => body(...values), milliseconds);
  };
  call.cancel = () => clearTimeout(timer);
  return call;
}

/** Calls `body` with the width of an element, in whole pixels, now and when it has become another. */
export function onWidth(element, body) {
  let last = null;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (width === last || !width) return;
    last = width;
    // In the next frame: what is drawn may change the size that is being told of.
    requestAnimationFrame(() => body(width));
  }).observe(element);
}
