// What `check` found, as a list.
import { h } from '../lib/dom.js';
import { count } from '../lib/format.js';

/** Findings; pressing one calls `onOpen(finding)`, but for those of other files, such as libraries: `isHere(finding)` tells. */
export function diagnosticsList(findings, isHere, onOpen) {
  return h('ul.findings', findings.map((finding) => {
    const place = `${finding.line}:${finding.column}`;
    const line = [h('span.finding-place', isHere(finding) ? place : `${finding.file}:${place}`),
      h('strong', `${finding.severity} ${finding.code}`), h('span.finding-text', finding.message)];
    return h('li', { class: 'finding-' + finding.severity },
      isHere(finding) ? h('button.finding', { type: 'button', onclick: () => onOpen(finding) }, line) : h('p.finding', line),
      finding.hint && h('p.hint', `hint: ${finding.hint}`));
  }));
}

/** `1 error, 2 warnings`. */
export function summary(findings) {
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.length - errors;
  if (!findings.length) return 'no findings';
  return [errors && count(errors, 'error'), warnings && count(warnings, 'warning')].filter(Boolean).join(', ');
}
