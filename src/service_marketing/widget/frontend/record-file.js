// Everything kept on this device as one value: what is in it, what a file of it holds, and two of them made one. No page in this file.
import { merge, mergeQuizzes, parse as parseRecords } from "./record-data.js";
import * as records from "./records.js";
import * as storage from "./storage.js";

/** What the reader chose for this device: words, which go into no file. */
export const SETTINGS = ["theme", "language"];
/** The kinds of things that are kept, in the order in which they are shown. */
export const KINDS = ["predictions", "quizzes", "practice", "reading", "game", "hood", ...SETTINGS];
const GAME = "hotel-chain";
const inside = { quizzes: ["quizzes", "quizzes"], practice: ["practice", "boxes"], reading: ["reading", "pages"], hood: ["hood", "texts"] };

const text = (most) => (value) => typeof value === "string" && value.length <= most;
const title = text(300);
const number = (value) => Number.isFinite(value);
const count = (value) => Number.isInteger(value) && value > 0 && value < 1000;
const time = (value) => title(value) && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
const plain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const numbers = (value) => plain(value) && Object.values(value).every(number);
const list = (most, right) => (value) => Array.isArray(value) && value.length <= most && value.every(right);
const maybe = (right) => (value) => value === undefined || right(value);
const page = (value) => title(value) && /^(zh|en)\/(chapters\/[\w-]+|how-to-use)$/.test(value);
const shape = (fields) => (value) => plain(value) && Object.entries(fields).every(([name, right]) => right(value[name]));

// of each kind: what an entry may be called, and what it has to have; other fields are dropped
const FORMS = {
  practice: [/^[\w-]{1,80}$/, { text: maybe(text(20000)), done: maybe(time) }],
  reading: [
    /^(zh|en)\/(chapters\/[\w-]{1,80}|how-to-use)$/,
    { title, of: count, read: list(500, title), at: maybe(shape({ title, id: maybe(title), section: maybe(title), page: maybe(page) })), time },
  ],
  hood: [/^[\w./-]{1,120}$/, { text: text(200000), of: (value) => number(value) || title(value) }],
};
const game = shape({ seed: number, decisions: list(60, numbers), guesses: list(60, (guess) => guess === null || numbers(guess)) });

/** All that is kept, each kind as in a file; kinds of which there is nothing are missing. */
export function collect() {
  const all = { predictions: records.read(), game: storage.load(GAME) ?? undefined };
  for (const [kind, place] of Object.entries(inside)) all[kind] = storage.read(...place);
  try {
    for (const kind of SETTINGS) all[kind] = localStorage.getItem(storage.KEYS[kind]) ?? undefined;
  } catch {
    // storage is not there: nothing is kept
  }
  const some = (kind) => (kind === "game" ? game(all.game) && all.game.decisions.length > 0 : SETTINGS.includes(kind) ? all[kind] : Object.keys(all[kind] ?? {}).length > 0);
  return Object.fromEntries(KINDS.filter(some).map((kind) => [kind, all[kind]]));
}

/** How many things of `kind` there are in `all`: predictions, quizzes, texts, pages; for the game its quarters. */
export const size = (all, kind) => (kind === "game" ? all.game.decisions.length : SETTINGS.includes(kind) ? 1 : Object.keys(all[kind]).length);

/** What an export holds. */
export function exported({ theme, language, predictions = [], ...rest }) {
  return { version: 1, predictions, ...rest };
}

/**
 * What the parsed file `given` holds, by kind; or `problem`: { reason, place, field }, where the reason is "form", "version", "field",
 * "quiz", "empty" or "part". Files of an earlier course hold predictions, and perhaps quizzes, and nothing else.
 */
export function parse(given) {
  const found = {};
  const refused = (field) => ({ problem: { reason: "part", field } });
  const older = parseRecords(given);
  if (older.problem && older.problem.reason !== "empty") return { problem: older.problem };
  for (const [kind, [name, fields]] of Object.entries(FORMS)) {
    if (given[kind] === undefined) continue;
    if (!plain(given[kind])) return refused(kind);
    found[kind] = {};
    for (const [key, entry] of Object.entries(given[kind])) {
      if (!name.test(key) || !plain(entry)) return refused(`${kind}: ${key.slice(0, 80)}`);
      const wrong = Object.keys(fields).find((field) => !fields[field](entry[field]));
      if (wrong) return refused(`${kind}: ${key}: ${wrong}`);
      found[kind][key] = Object.fromEntries(Object.keys(fields).filter((field) => entry[field] !== undefined).map((field) => [field, entry[field]]));
    }
  }
  if (given.game !== undefined) {
    if (!game(given.game)) return refused("game");
    const { seed, decisions, guesses } = given.game;
    found.game = { seed, decisions, guesses };
  }
  const all = { predictions: older.records, quizzes: older.quizzes ?? {}, ...found };
  const empty = Object.keys(all).every((kind) => size(all, kind) === 0);
  return empty ? { problem: { reason: "empty" } } : { all };
}

const earlier = (a, b) => (a && b ? (a < b ? a : b) : (a ?? b));
const whole = (entry) => JSON.parse(JSON.stringify(entry)); // without what is undefined

// of each kind: what becomes of an entry that is on both sides, `mine` here and `theirs` in the file
const BOTH = {
  practice: (mine, theirs) => whole({ ...mine, text: mine.text ?? theirs.text, done: earlier(mine.done, theirs.done) }),
  reading: (mine, theirs) => ({ ...(theirs.time > mine.time ? theirs : mine), read: [...new Set([...mine.read, ...theirs.read])] }),
  hood: (mine) => mine,
};

/** `before` and `more` in one; `added` is how many things of `more` say something new. */
export function join(before, more) {
  const predictions = merge(before.predictions ?? [], more.predictions ?? []);
  const quizzes = mergeQuizzes(before.quizzes ?? {}, more.quizzes ?? {});
  const all = { ...before, predictions: predictions.all, quizzes: quizzes.all };
  let added = predictions.added + quizzes.added;
  for (const [kind, both] of Object.entries(BOTH)) {
    all[kind] = { ...before[kind] };
    for (const [key, theirs] of Object.entries(more[kind] ?? {})) {
      const mine = all[kind][key];
      all[kind][key] = mine ? both(mine, theirs) : theirs;
      added += JSON.stringify(all[kind][key]) !== JSON.stringify(mine);
    }
  }
  if ((more.game?.decisions.length ?? 0) > (before.game?.decisions.length ?? 0)) {
    all.game = more.game; // the one that was played further
    added++;
  }
  return { all, added };
}

/** How many things there are in a file, for who wants to know how many of them were known. */
export const total = (all) => Object.keys(all).reduce((sum, kind) => sum + (kind === "game" ? 1 : size(all, kind)), 0);

/** Keeps all that is in `all`, or, when the device refuses a part of it, leaves everything as it was; says whether it was kept. */
export function store(all) {
  const keys = Object.values(storage.KEYS);
  let before;
  try {
    before = keys.map((key) => [key, localStorage.getItem(key)]);
  } catch {
    return false;
  }
  const kept = records.store(all.predictions ?? []) && Object.entries(inside).every(([kind, place]) => storage.write(...place, all[kind] ?? {})) && (!all.game || storage.keep(GAME, all.game));
  if (!kept) {
    for (const [key] of before) localStorage.removeItem(key); // room first
    for (const [key, value] of before) if (value !== null) localStorage.setItem(key, value);
  }
  return kept;
}

/** Forgets all things of these kinds; says whether that worked. */
export function forget(kinds) {
  return kinds.map((kind) => storage.keep(kind === "game" ? GAME : kind, null)).every(Boolean);
}
