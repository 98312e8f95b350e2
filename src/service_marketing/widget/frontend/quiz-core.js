// A quiz: the reader commits to an option and is told about that one; then about the others. No page and no kernel in this file.
import * as storage from "./storage.js";

const LETTERS = "ABCDEFGH";
const TRIES = 2; // after so many wrong ones the other options can be looked at

const WORDS = {
  zh: {
    go: "看反馈",
    others: "看看其他选项的说法",
    none: "先选一个选项，再看反馈。",
    again: "换一个选项，再试一次。",
    right: "对",
    wrong: "不对",
    before: ({ right, solved, tries }) => (right ? "上次：一次答对。" : solved ? `上次：第${tries}次答对。` : `上次：答了${tries}次，还没答对。`),
    score: (done, all, right) => (done ? `答了${done}/${all}题，一次答对${right}题。` : `共${all}题，还没有答。`),
    restart: "重来",
  },
  en: {
    go: "See the feedback",
    others: "See the other options",
    none: "Choose an option first.",
    again: "Try another option.",
    right: "right",
    wrong: "wrong",
    before: ({ solved, tries }) => `Last time: ${solved ? "right" : "not right"} at try ${tries}.`,
    score: (done, all, right) => (done ? `${done} of ${all} answered, ${right} right at once.` : `${all} questions, none answered yet.`),
    restart: "Start again",
  },
};

export const wordsOf = (lang) => WORDS[/^en/.test(lang) ? "en" : "zh"];

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) key in made ? (made[key] = value) : made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** What Python packed (quiz/packing.py): the right letter, then the feedback of each option. */
export function unpack(packed) {
  const turned = (c, first, count) => String.fromCharCode(first + ((c.charCodeAt() - first + count / 2) % count));
  const [right, ...feedback] = packed.replace(/<[^>]*>|[a-z]|[\u4e00-\u9fff]/gi, (c) => (c[1] ? c : c > "z" ? turned(c, 19968, 20992) : turned(c, c < "a" ? 65 : 97, 26))).split("\u241e");
  return [LETTERS["甲乙丙丁戊己庚辛".indexOf(right)], ...feedback];
}

let here = {}; // where a browser keeps nothing, as long as the page is open
let lost = false;

/** The kept results by the quiz's name: { first, tries, right, solved, time }. */
export function results() {
  const kept = lost ? here : storage.read("quizzes", "quizzes");
  return Object.fromEntries(Object.entries(kept ?? {}).filter(([, one]) => one?.first && one.tries > 0));
}

/** Keeps these results and no others; says whether they will still be there after a reload. */
export function store(quizzes) {
  here = quizzes;
  lost = !storage.write("quizzes", "quizzes", quizzes);
  return !lost;
}

/**
 * Fills `form` with what a reader answers with; gives a function that starts over.
 *
 * rows: one element an option, its label or empty; parts: the right letter, then the feedback of each option as HTML;
 * changed: called after an answer.
 */
export function mount(form, name, rows, [right, ...feedback], words, changed = () => {}) {
  let kept;
  const said = element("div", { className: "sq-said", "aria-live": "polite" });
  const all = element("div", { className: "sq-said", tabIndex: -1 });
  const others = element("button", { type: "button", textContent: words.others, onclick: open });
  const letters = rows.map((_, place) => LETTERS[place]);
  const signs = rows.map((row, place) => {
    const sign = element("b", { className: "sq-sign" });
    const choice = element("input", { type: "radio", name, value: letters[place] });
    row.replaceChildren(element("label", {}, choice, element("b", { textContent: letters[place] }), element("span", {}, ...row.childNodes), sign));
    return sign;
  });
  form.append(element("div", { className: "sq-actions" }, element("button", { className: "sq-main", textContent: words.go }), others), said, all);
  form.onsubmit = (event) => {
    event.preventDefault();
    answer(letters.indexOf(new FormData(form).get(name)));
  };
  reset();

  const mark = (place) => {
    const good = letters[place] === right;
    const sign = element("span", { className: good ? "sq-right" : "sq-wrong", textContent: good ? "✓" : "✗", role: "img", "aria-label": words[good ? "right" : "wrong"] });
    signs[place].replaceChildren(sign);
    return element("div", { className: "sq-feedback" }, element("b", {}, sign.cloneNode(true), ` ${letters[place]}`), element("div", { innerHTML: feedback[place] }));
  };

  function answer(place) {
    all.replaceChildren();
    if (place < 0) return said.replaceChildren(words.none);
    const good = letters[place] === right;
    kept = results()[name]; // another tab may have been answered in meanwhile
    kept = kept?.solved ? kept : { time: new Date().toISOString(), first: letters[place], right: good, ...kept, tries: (kept?.tries ?? 0) + 1, solved: good };
    store({ ...results(), [name]: kept });
    said.replaceChildren(mark(place), ...(kept.solved ? [] : [element("p", { textContent: words.again })]));
    offer();
    changed();
  }

  function open() {
    said.replaceChildren();
    all.replaceChildren(...letters.map((_, place) => mark(place)));
    others.hidden = true;
    all.focus({ preventScroll: true });
  }

  function offer() {
    others.hidden = !(kept && (kept.solved || kept.tries >= TRIES));
  }

  function reset() {
    kept = results()[name];
    form.reset();
    for (const sign of signs) sign.replaceChildren();
    said.replaceChildren(kept ? words.before(kept) : "");
    all.replaceChildren();
    offer();
  }
  /** Another tab may have been answered in: its result is kept, and said where nothing was said yet. */
  reset.heard = () => {
    const before = kept?.tries ?? 0;
    kept = results()[name];
    if ((kept?.tries ?? 0) === before) return;
    if (!kept) return reset();
    if (!said.querySelector(".sq-feedback")) said.replaceChildren(words.before(kept));
    offer();
  };
  return reset;
}
