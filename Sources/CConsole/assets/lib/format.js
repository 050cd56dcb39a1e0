// Numbers, times and durations, the same everywhere. Times are UTC, as in logs.
import { h } from './dom.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 12,345. */
export function number(value) { return value === null || value === undefined ? '–' : Math.round(value).toLocaleString('en-US'); }

/** A short number for axes and figures: 1.2k. */
export function shortNumber(value) {
  const size = Math.abs(value);
  if (size >= 1e9) return trim(value / 1e9) + 'G';
  if (size >= 1e6) return trim(value / 1e6) + 'M';
  if (size >= 1e4) return trim(value / 1e3) + 'k';
  return size >= 100 || Number.isInteger(value) ? number(value) : trim(value);
}

function trim(value) { return String(Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3))); }

/** `1 match`, `2 matches`. */
export function count(value, one, many = one + 's') { return `${number(value)} ${value === 1 ? one : many}`; }

/** Bytes. */
export function bytes(value) {
  if (value === null || value === undefined) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let index = 0;
  while (value >= 1024 && index < units.length - 1) { value /= 1024; index += 1; }
  return `${trim(value)} ${units[index]}`;
}

/** Milliseconds as in rules: 1h 5m. */
export function duration(milliseconds) {
  const sign = milliseconds < 0 ? '−' : '';
  const size = Math.abs(milliseconds);
  if (size < 10 * SECOND) return sign + (size < 0.001 ? '0s' : size < SECOND ? `${trim(size)}ms` : `${trim(size / SECOND)}s`);
  const parts = [[DAY, 'd'], [HOUR, 'h'], [MINUTE, 'm'], [SECOND, 's']];
  let rest = Math.round(size / SECOND) * SECOND;
  const found = [];
  for (const [unit, name] of parts) {
    const whole = Math.floor(rest / unit);
    rest -= whole * unit;
    if (whole || found.length) found.push(whole ? `${whole}${name}` : '');
    if (found.length === 2) break;
  }
  return sign + found.filter(Boolean).join(' ');
}

/** Milliseconds of a time as the server writes it; what is finer is left out. NaN when it is none. */
export function instant(text) { return Date.parse(text); }

/** 2026-01-05 02:10:50, with milliseconds where there are some. */
export function clock(text) {
  const time = typeof text === 'number' ? text : instant(text);
  if (Number.isNaN(time)) return String(text);
  const whole = new Date(time).toISOString();
  return whole.slice(0, 10) + ' ' + whole.slice(11, time % 1000 ? 23 : 19);
}

/** 02:10:50. */
export function timeOfDay(time) { return new Date(time).toISOString().slice(11, 19); }

/** `3m ago`, `in 5s`. */
export function relative(time) {
  const distance = Date.now() - time;
  if (Math.abs(distance) < 2 * SECOND) return 'now';
  return distance > 0 ? `${duration(coarse(distance))} ago` : `in ${duration(coarse(-distance))}`;
}

function coarse(size) {
  const unit = size > DAY ? DAY : size > HOUR ? MINUTE : SECOND;
  return Math.round(size / unit) * unit;
}

/** A time in UTC with how long ago that is, which goes on. */
export function time(text, { withRelative = true, fallback = '–' } = {}) {
  if (text === null || text === undefined) return h('span.muted', fallback);
  const value = instant(text);
  if (Number.isNaN(value)) return h('span', String(text));
  const hint = withRelative ? h('span.ago', { 'data-since': value }, relative(value)) : null;
  return h('time', { datetime: new Date(value).toISOString(), title: `${text} (UTC)` }, h('span.utc', clock(value)), hint && ' ', hint);
}

setInterval(() => {
  for (const hint of document.querySelectorAll('[data-since]')) {
    const text = relative(Number(hint.dataset.since));
    if (hint.textContent !== text) hint.textContent = text;
  }
}, 5000);

/** A value of an event or key, as text. */
export function value(given) {
  if (typeof given === 'string') return given;
  return given === undefined ? '' : JSON.stringify(given);
}

/** `user=bob src_ip=10.0.0.1` of a key, `-` of none. */
export function keyText(key) {
  const part = (given) => value(given) || '""';
  if (Array.isArray(key)) return key.length ? key.map(part).join(' · ') : 'all events';
  const parts = Object.entries(key ?? {});
  return parts.length ? parts.map(([name, given]) => `${name} ${part(given)}`).join(' · ') : 'all events';
}
