// The reader's predictions as numbers: what is in a file of them, and what they add up to. No page in this file.
import { mended } from "./records.js";

const MOST = 500; // as many as records.js keeps
const WINDOW = 5;
const FEW = 3;
const MANY = 6;

const number = (value) => Number.isFinite(value);
const series = (value) => number(value) || (Array.isArray(value) && value.length > 0 && value.every(number));
const text = (value) => typeof value === "string" && value.length < 300;
const needed = {
  simulation: (value) => text(value) && value !== "",
  time: (value) => text(value) && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)),
  gap: number,
};
const optional = {
  mode: text,
  chapter: (value) => Number.isInteger(value) && value >= 0 && value < 100,
  title: text,
  kind: text,
  readout: text,
  label: text,
  format: text,
  range: (value) => Array.isArray(value) && value.length === 2 && value.every(number) && value[1] > value[0],
  params: (value) => value !== null && typeof value === "object" && !Array.isArray(value) && Object.values(value).every(number),
  predicted: series,
  actual: series,
  bias: number,
};

const letter = (value) => typeof value === "string" && /^[A-H]$/.test(value);
const truth = (value) => typeof value === "boolean";
const answered = { first: letter, tries: (value) => Number.isInteger(value) && value > 0, right: truth, solved: truth, time: needed.time };

/** The quizzes' results in `given`, a parsed file, by name; or `problem`, as in `parse`. Files from before there were any have none. */
function parseQuizzes({ quizzes: found = {} }) {
  const wrong = (field) => ({ quizzes: {}, problem: { reason: "quiz", field } });
  if (found === null || typeof found !== "object" || Array.isArray(found)) return wrong("quizzes");
  const quizzes = {};
  for (const [name, one] of Object.entries(found)) {
    if (!/^[\w-]{1,80}$/.test(name) || one === null || typeof one !== "object") return wrong(name.slice(0, 80));
    for (const [field, right] of Object.entries(answered)) if (!right(one[field])) return wrong(`${name}: ${field}`);
    quizzes[name] = Object.fromEntries(Object.keys(answered).map((field) => [field, one[field]]));
  }
  return { quizzes };
}

/**
 * The records and the quizzes' results in `given`, a parsed file; or `problem`: { reason, place, field }, where the reason is
 * "form", "version", "field", "quiz" or "empty".
 */
export function parse(given) {
  if (given === null || typeof given !== "object" || !Array.isArray(given.predictions)) return { records: [], problem: { reason: "form" } };
  if (given.version !== 1) return { records: [], problem: { reason: "version" } };
  const { quizzes, problem } = parseQuizzes(given);
  if (problem) return { records: [], problem };
  if (!given.predictions.length && !Object.keys(quizzes).length) return { records: [], problem: { reason: "empty" } };
  const records = [];
  for (const [place, each] of given.predictions.entries()) {
    const one = each === null || typeof each !== "object" ? null : mended(each);
    const wrong = (field) => ({ records: [], problem: { reason: "field", place: place + 1, field } });
    if (one === null) return wrong("simulation");
    for (const [field, right] of Object.entries(needed)) if (!right(one[field])) return wrong(field);
    for (const [field, right] of Object.entries(optional)) if (one[field] !== undefined && !right(one[field])) return wrong(field);
    const known = [...Object.keys(needed), ...Object.keys(optional)].filter((field) => one[field] !== undefined);
    records.push(Object.fromEntries(known.map((field) => [field, one[field]])));
  }
  return { records, quizzes };
}

const identity = (one) => JSON.stringify([one.simulation, one.mode, one.time, one.predicted]);
const byTime = (a, b) => Date.parse(a.time) - Date.parse(b.time);

/** Both lists in the order of time, each record once; `added` is how many of `more` were new. */
export function merge(before, more) {
  const known = new Set(before.map(identity));
  const fresh = more.filter((one) => !known.has(identity(one)) && known.add(identity(one)));
  return { all: [...before, ...fresh].sort(byTime).slice(-MOST), added: fresh.length };
}

/** Both results of quizzes by name, of each quiz the one that was begun first; `added` is how many of `more` were new. */
export function mergeQuizzes(before, more) {
  const all = { ...before };
  for (const [name, one] of Object.entries(more)) if (!all[name] || one.time < all[name].time) all[name] = one;
  return { all, added: Object.keys(more).filter((name) => !before[name]).length };
}

/** The chapter that a quiz's name begins with (ch3-quiz-1), or null. */
export function chapterOf(name) {
  const found = name.match(/^ch(\d+)-/);
  return found && Number(found[1]);
}

/** What the results of quizzes add up to by chapter: how many answered, right at once, right later. */
export function quizSummary(quizzes) {
  const chapters = new Map();
  for (const [name, { right, solved }] of Object.entries(quizzes)) {
    const chapter = chapterOf(name);
    const sum = chapters.get(chapter) ?? { chapter, done: 0, right: 0, later: 0 };
    chapters.set(chapter, { chapter, done: sum.done + 1, right: sum.right + right, later: sum.later + (solved && !right) });
  }
  return [...chapters.values()].sort((a, b) => (a.chapter ?? 99) - (b.chapter ?? 99));
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * What the records add up to. `dots`: those with a scale, in the order of time, with `share`, the gap as a share of the scale
 * (over 0: the result was higher than expected), and `size`, its absolute value; `running`: the mean size of the last few up to
 * each; `size`, `bias`: the means; `early`, `late`: the mean size of the first and second half, when there are enough;
 * `chapters`: count, size and bias of each; `leaning`: "over", "under", "none" or "few"; `old`: how many have no scale.
 */
export function summary(records) {
  const dots = [...records]
    .sort(byTime)
    .filter(({ range, gap, bias, kind }) => range && number(gap) && (kind !== "curve" || number(bias)))
    .map((one) => {
      const width = number(one.range) ? one.range : one.range[1] - one.range[0]; // the game keeps the width alone
      return { ...one, share: (one.kind === "curve" ? one.bias : one.gap) / width, size: Math.abs(one.gap) / width };
    });
  const found = { count: records.length, dots, old: records.length - dots.length, running: [], chapters: [], leaning: "few" };
  if (!dots.length) return found;
  found.running = dots.map((_, place) => mean(dots.slice(Math.max(0, place - WINDOW + 1), place + 1).map(({ size }) => size)));
  found.size = mean(dots.map(({ size }) => size));
  found.bias = mean(dots.map(({ share }) => share));
  if (dots.length >= FEW) found.leaning = leaning(found.bias);
  if (dots.length >= MANY) {
    const half = Math.floor(dots.length / 2);
    found.early = mean(dots.slice(0, half).map(({ size }) => size));
    found.late = mean(dots.slice(-half).map(({ size }) => size));
  }
  const numbers = [...new Set(dots.map(({ chapter }) => chapter ?? null))].sort((a, b) => (a ?? 99) - (b ?? 99));
  found.chapters = numbers.map((chapter) => {
    const own = dots.filter((one) => (one.chapter ?? null) === chapter);
    return { chapter, count: own.length, size: mean(own.map(({ size }) => size)), bias: mean(own.map(({ share }) => share)) };
  });
  return found;
}

/** Which way a mean gap leans: "under" when results were higher than expected, "over" when lower, "none" in between. */
export const leaning = (bias) => (bias > 0.05 ? "under" : bias < -0.05 ? "over" : "none");
