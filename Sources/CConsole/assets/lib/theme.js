// Dark and light: what the system prefers, until somebody chooses.
const KEY = 'fluxcore.theme';
const CHOICES = ['auto', 'light', 'dark'];

/** What was chosen. */
export function theme() {
  const kept = localStorage.getItem(KEY);
  return CHOICES.includes(kept) ? kept : 'auto';
}

/** Chooses. */
export function setTheme(choice) {
  localStorage.setItem(KEY, choice);
  apply();
}

/** The choice after this one. */
export function nextTheme() { return CHOICES[(CHOICES.indexOf(theme()) + 1) % CHOICES.length]; }

/** Makes the page look as chosen. */
export function apply() { document.documentElement.dataset.theme = theme(); }
