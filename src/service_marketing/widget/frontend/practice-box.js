// A 练一练 box that answers: the editor, the check on a thread of its own, what was right and what was not.
import { Refusal } from "./engine.js";
import { practiceBench } from "./hood-driver.js";
import { TooLong, bench } from "./hood-limit.js";
import { plain } from "./editor-plain.js";
import * as storage from "./storage.js";
import css from "./practice-editor.css";

const WORDS = {
  zh: {
    check: "检查",
    again: "恢复起始代码",
    label: (name) => `练习的代码，函数 ${name}`,
    leave: "按Ctrl（或⌘）+Enter检查。用键盘离开编辑框：先按Esc，再按Tab。",
    loading: "正在准备计算程序……",
    checking: "正在检查……",
    tooLong: "跑了3秒还没有算完，已经停下来了。多半是循环没有出口：看看while的条件会不会变，for的次数是不是太多。",
    engine: "计算程序没有加载成功。检查网络后再按一次“检查”。",
    died: "计算程序停了，多半是内存不够：检查有没有一直变长的列表。",
    hint: "提示：",
    right: "对",
    wrong: "不对",
    solved: "做对过",
    well: "做对了。",
  },
  en: {
    check: "Check",
    again: "Back to the first code",
    label: (name) => `Code of the exercise, function ${name}`,
    leave: "Ctrl (or ⌘) + Enter checks it. To leave the editor with the keyboard: Escape, then Tab.",
    loading: "Getting ready to compute…",
    checking: "Checking…",
    tooLong: "Not finished after 3 seconds, so it was stopped. Most likely a loop never ends: see whether the condition of while changes, and how often for repeats.",
    engine: "The browser could not load what computes the answer. Check the connection, then press Check again.",
    died: "The computation broke down, most likely for lack of memory: see whether a list keeps growing.",
    hint: "Hint: ",
    right: "right",
    wrong: "wrong",
    solved: "solved",
    well: "Well done.",
  },
};

/** What is kept of a practice on this device: the reader's text, and since when it is solved. */
const kept = {
  read: (name) => storage.read("practice", "boxes")?.[name] ?? {},
  write: (name, change) => storage.change("practice", "boxes", name, (box) => whole({ ...box, ...change })),
};

const whole = (box) => (box.text === undefined && !box.done ? undefined : box);

const beside = (file) => new URL(file, import.meta.url).href;
const fetched = new Map();

/** The text of a file of the package, which the book's build puts beside this one. */
function source(path) {
  if (!fetched.has(path)) {
    const text = fetch(beside(`python/${path}`)).then((response) => (response.ok ? response.text() : Promise.reject(new Error(path))));
    text.catch(() => fetched.delete(path)); // the next check tries again
    fetched.set(path, text);
  }
  return fetched.get(path);
}

let running = null; // one engine for all the boxes of the page

function awake() {
  if (!running || running.dead) running = bench(beside("worker.js"), (engine) => engine.equip(...practiceBench));
  return running;
}

async function check(practice, text, attempt) {
  const files = Object.fromEntries(await Promise.all(practice.files.map(async (path) => [path, await source(path)])));
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] % 2147483646;
  const mine = awake();
  await mine.prepare((engine) => engine.equip(files, ""));
  return mine.run((engine) => engine.ask("_practice", { practice, source: text, seed, attempt }));
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

let styled = false;

/** Makes `box`, which so far only says what is to be done, one that can be worked in. */
export async function fill(box) {
  const practice = JSON.parse(box.querySelector("script[type='application/json']").textContent);
  const words = WORDS[practice.language];
  const page = box.querySelector(".sp-page");
  const starter = page.querySelector(".sp-starter").textContent.trimEnd();
  const better = await import("./editor.js").catch(() => null);
  if (!styled) document.head.append(element("style", { textContent: css }));
  styled = true;

  let attempt = 0;
  let turn = 0;
  const leave = element("p", { className: "sp-help", id: `${box.id || practice.name}-leave`, textContent: words.leave });
  const place = element("div", { className: "sp-editor" });
  const status = element("p", { className: "sp-help sp-status" });
  status.setAttribute("role", "status");
  const answer = element("div", { className: "sp-answer", hidden: true, tabIndex: -1 });
  answer.setAttribute("role", "alert");
  const button = (text, className, press) => element("button", { type: "button", className, textContent: text, onclick: press });
  const go = button(words.check, "sp-main", run);
  const back = button(words.again, "sp-quiet", () => {
    editor.text = starter;
    editor.mark(null);
    answer.hidden = true;
    editor.focus();
  });
  const table = box.querySelector(".sp-cases");
  page.querySelector(".sp-starter").replaceWith(place);
  place.after(element("div", { className: "sp-actions" }, go, back), status, answer, leave);

  const text = kept.read(practice.name).text ?? starter;
  const editor = (better?.editor ?? plain)(place, { text, label: words.label(practice.function), describedby: leave.id, run, changed });
  solved();
  storage.listen(["practice"], solved);

  let keeping = 0;
  function changed() {
    clearTimeout(keeping);
    keeping = setTimeout(() => kept.write(practice.name, { text: editor.text === starter ? undefined : editor.text }), 300);
  }

  function solved() {
    const done = kept.read(practice.name).done;
    if (!done) box.querySelector(".sp-done")?.remove();
    if (!done || box.querySelector(".sp-done")) return;
    box.querySelector(".sp-title").append(element("span", { className: "sp-done", textContent: `✓ ${words.solved}` }));
  }

  // not `disabled`, which would take the focus from under the reader's fingers
  const busy = (on) => go.setAttribute("aria-disabled", on);

  async function run() {
    if (go.getAttribute("aria-disabled") === "true") return;
    const mine = ++turn;
    busy(true);
    answer.hidden = true;
    editor.mark(null);
    status.textContent = running ? words.checking : words.loading;
    const found = await check(practice, editor.text, attempt).catch((error) => ({
      passed: false,
      rows: [],
      hint: "",
      line: null,
      message: error instanceof TooLong ? words.tooLong : error instanceof Refusal ? words.died : words.engine,
    }));
    if (mine !== turn) return;
    busy(false);
    status.textContent = "";
    tell(found);
  }

  function tell({ passed, rows, message, hint, line }) {
    answer.className = `sp-answer ${passed ? "sp-passed" : "sp-failed"}`;
    answer.replaceChildren(element("p", { textContent: (passed ? words.well : "") + message }));
    if (hint) answer.append(element("p", {}, element("strong", { textContent: words.hint }), hint));
    answer.hidden = false;
    if (line) editor.mark(line);
    if (rows.length) results(rows);
    if (passed) {
      attempt = 0;
      kept.write(practice.name, { done: kept.read(practice.name).done ?? new Date().toISOString(), text: editor.text });
      solved();
    } else if (rows.length) attempt++;
  }

  function results(rows) {
    table.classList.add("sp-checked");
    table.tBodies[0].replaceChildren(
      ...rows.map(({ input, expected, got, right }) => {
        const mark = element("span", { className: right ? "sp-right" : "sp-wrong", textContent: right ? "✓" : "✗" });
        mark.setAttribute("role", "img");
        mark.setAttribute("aria-label", right ? words.right : words.wrong);
        return element("tr", {}, element("td", {}, element("code", { textContent: input })), element("td", { textContent: expected }), element("td", {}, got, " ", mark));
      }),
    );
  }
}
