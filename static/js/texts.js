// The texts of the page's language, by key (locale/strings.tsv).

const texts = (await import(document.documentElement.dataset.texts)).default;

/** The text of `key` with its `{placeholders}` filled; the key itself when there is none. */
export function t(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Whether the page's language has a text for `key` (modules and places may be unknown here). */
export const has = (key) => key in texts;
