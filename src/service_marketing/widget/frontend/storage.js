// All that the course keeps on a device, and nothing else: the keys, their versions, and the one way to read and write them.
// No cookie, no account, and nothing is ever sent. A reader who forbids storage loses only the keeping.
export const KEYS = {
  predictions: "service-marketing:predictions", // { version, predictions: [record, as in records.js] }
  quizzes: "service-marketing:quizzes", // { version, quizzes: { name: { first, tries, right, solved, time } } }
  practice: "service-marketing:practice", // { version, boxes: { name: { text, done } } }
  reading: "service-marketing:reading", // { version, pages: { page: { title, of, read, at, time } }, as in progress.js }
  "hotel-chain": "service-marketing:hotel-chain", // { seed, decisions, guesses }: the game of that name, in chapter 12
  hood: "service-marketing:hood", // { version, texts: { file: { text, of } } }: models that the reader changed
  theme: "theme", // "light", "dark" or "auto"; page.html reads it before anything is drawn
  language: "language", // "zh" or "en": what a page's switch was used for last (course.js); the site's front door reads it (entrance.js)
};
export const VERSION = 1; // of everything but the game and the settings

/** What is kept under `name` of KEYS as it is, or null. */
export function load(name) {
  try {
    return JSON.parse(localStorage.getItem(KEYS[name]));
  } catch {
    return null;
  }
}

/** The value of `part` in what is kept under `name`, or undefined when there is none, or none of this version. */
export function read(name, part) {
  const kept = load(name);
  return kept?.version === VERSION ? kept[part] : undefined;
}

/** Keeps `value`, a list or an object, as `part` of `name`, or forgets it when it is empty; says whether that worked. */
export function write(name, part, value) {
  return keep(name, Object.keys(value).length ? { version: VERSION, [part]: value } : null);
}

/** Keeps `value` under `name` as it is, or forgets it when it is null; says whether that worked. */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(KEYS[name]);
    else localStorage.setItem(KEYS[name], JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/**
 * Keeps one entry of an object, and leaves the others as they are now, not as they were when the page was opened: another tab may have
 * written since. `change` gets the entry of `key` as it is, or undefined, and gives the new one; undefined forgets it.
 */
export function change(name, part, key, how) {
  const all = { ...read(name, part) };
  const entry = how(all[key]);
  if (entry === undefined) delete all[key];
  else all[key] = entry;
  return write(name, part, all);
}

/** Calls `told` when what is kept under one of `names` was changed by another tab, or by `tell` on this page. */
export function listen(names, told) {
  const keys = names.map((name) => KEYS[name]);
  addEventListener("storage", ({ key }) => (key === null || keys.includes(key)) && told());
}

/** Tells the rest of this page what the browser tells only other tabs: everything may have changed. */
export const tell = () => dispatchEvent(new StorageEvent("storage", { key: null }));
