// 打开引擎盖: the model's file in an editor; what the reader makes of it computes on a thread of its own.
import { Refusal } from "./engine.js";
import { plain } from "./editor-plain.js";
import { modelBench } from "./hood-driver.js";
import { TooLong, bench } from "./hood-limit.js";
import { texts } from "./hood-home.js";
import { hoodWords } from "./hood-words.js";
import { shown, words as dictionary } from "./words.js";
import "./words-en.js";
import css from "./hood.css";

/** What the reader's own model did wrong, in a sentence; `line` is where, or null. */
class Mistake extends Error {
  constructor(message, line = null) {
    super(message);
    this.line = line;
  }
}

const checksum = (text) => [...text].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) | 0, 7);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The model files of these names, which the book's build puts beside this one. */
async function files(names) {
  const text = async (name) => {
    const response = await fetch(new URL(`python/models/${name}`, import.meta.url));
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    return [name, await response.text()];
  };
  return Object.fromEntries(await Promise.all(names.map(text)));
}

let styled = false;

/**
 * Fills `body` with the editor of the file that `state`'s mode runs; promises how to talk to it.
 *
 * `sources`: the model files by name (where the page has them without their comments, the files themselves are fetched); `worker`: where worker.js lies; `original(mode, params)` promises what the original gives;
 * `comparable`: whether the original can be shown beside; `dispatch` tells the simulation; `fileOf(mode)` names a mode's file; `told()` is called when what computes changed.
 */
export async function open({ body, spec, state, sources: given, worker, original, comparable = true, dispatch, fileOf, told }) {
  const words = hoodWords[spec.language];
  const sources = spec.lean ? await files(Object.keys(given)) : given;
  const better = await import("./editor.js").catch(() => null);
  const drafts = {}; // by file
  let now = state;
  let file = null;
  let live = null; // { bench, file, text }: the reader's model that computes
  let turn = 0;
  let comparing = false;
  let answered = null; // the parameters and the model that the figure answers
  let editor = null;

  if (!styled) document.head.append(element("style", { textContent: css }));
  styled = true;

  const about = element("p", { className: "sm-help" });
  const leave = element("p", { className: "sm-help", id: `${spec.name}-leave-${Math.random().toString(36).slice(2, 7)}`, textContent: words.leave });
  const jump = element("select");
  const jumpLabel = element("label", { className: "sm-jump" }, words.jump, jump);
  const box = element("div", { className: "sm-editor" });
  const status = element("p", { className: "sm-help sm-hood-status" });
  status.setAttribute("role", "status");
  const problem = element("p", { className: "sm-error", hidden: true });
  problem.setAttribute("role", "alert");
  const button = (text, className, press) => element("button", { type: "button", className, textContent: text, onclick: press });
  const runButton = button(words.run, "sm-main", run);
  const compareButton = button(words.compare, "sm-quiet", compare);
  const restoreButton = button(words.restore, "sm-quiet", restore);
  const lookButton = button(words.look, "sm-quiet", look);
  compareButton.hidden = !comparable;
  body.append(about, jumpLabel, box, element("div", { className: "sm-actions" }, runButton, compareButton, restoreButton, lookButton), status, problem, leave);

  const modeOf = (name) => spec.modes.find((one) => one.name === name);
  const current = () => ({ mode: now.mode, params: now.modes[now.mode].params });
  const keyOf = (name) => `${spec.name}/${name}`;

  function say(text) {
    status.textContent = text;
    problem.hidden = true;
  }

  function complain(error) {
    status.textContent = "";
    problem.hidden = false;
    problem.textContent = (error.line ? words.at(error.line) : "") + error.message + (live ? "" : ` ${words.stays}`);
    editor?.mark(error.line ?? null);
  }

  /** Whatever went wrong, as a Mistake. */
  function mistake(error) {
    if (error instanceof Mistake) return error;
    if (error instanceof TooLong) return new Mistake(words.tooLong);
    return new Mistake(error instanceof Refusal ? words.died : words.engine); // the interpreter itself gave up, or never came
  }

  // The reader's model

  function started(name, text) {
    const own = { ...sources, [name]: text };
    return bench(worker, async (running) => {
      await running.add(own);
      await running.equip(...modelBench);
    });
  }

  async function asked(running, { file: name, text }, mode, params, like, target = modeOf(mode).model) {
    const question = { target, values: { ...modeOf(mode).fixed, ...params }, like, file: name, source: text, language: spec.language };
    const { value, shape, line, message } = await running.run((engine) => engine.ask("_model", question));
    if (message) throw new Mistake(message, line);
    if (shape) {
      const [reason, where] = shape;
      throw new Mistake(reason === "kind" && !where ? words.shape.dict(target.split(".")[1]) : words.shape[reason](where));
    }
    return value;
  }

  const likeness = (mode, params) => original(mode, params).catch(() => now.modes[mode].result);

  async function run() {
    const text = editor.text;
    keep();
    if (text === sources[file]) return restore();
    const mine = ++turn;
    const { mode, params } = current();
    const made = { file, text, bench: started(file, text) };
    const limited = (name) => (...asked) => made.bench.run((engine) => engine[name](...asked));
    made.engine = { equip: limited("equip"), ask: limited("ask"), call: limited("call") };
    say(words.stillRunning);
    editor.mark(null);
    runButton.setAttribute("aria-disabled", "true"); // not `disabled`, which would drop the focus
    try {
      const like = await likeness(mode, params);
      say(words.running);
      const result = await asked(made.bench, made, mode, params, like);
      if (mine !== turn) return made.bench.stop();
      live?.bench.stop();
      live = made;
      told();
      show(mode, params, result, like);
      const changes = differences(mode, like, result);
      say(changes ? words.done(changes) : JSON.stringify(result) === JSON.stringify(like) ? words.same : words.doneElsewhere);
    } catch (error) {
      made.bench.stop();
      if (mine === turn) complain(mistake(error));
    } finally {
      runButton.setAttribute("aria-disabled", "false");
    }
  }

  /** The readouts that the reader's model changes: "平均满意度 4.66 → 5.61". */
  function differences(mode, like, result) {
    const texts = dictionary[spec.language];
    const pairs = modeOf(mode).readouts.map(({ name, label, format }) => [label, shown(like?.[name] ?? NaN, format, texts), shown(result[name], format, texts)]);
    return texts.list(pairs.filter(([, before, after]) => before !== after).map(([label, before, after]) => `${label} ${before} → ${after}`));
  }

  /** The figure of `result`, unless the reader has moved on; and the original's beside it when that is wanted. */
  function show(mode, params, result, like) {
    answered = { params, live };
    if (comparing && like) dispatch({ type: "compare", mode, pinned: { result: like, params } });
    dispatch({ type: "result", mode, params, result });
  }

  // What the sliders ask for

  async function compute(mode, params, target) {
    const mine = live;
    const rows = target !== undefined;
    const like = rows ? null : await likeness(mode, params);
    try {
      const result = await asked(mine.bench, mine, mode, params, like, target);
      if (mine !== live) return original(mode, params, target);
      if (!rows) {
        answered = { params, live };
        if (comparing && like) dispatch({ type: "compare", mode, pinned: { result: like, params } });
        if (!problem.hidden) say("");
      }
      return result;
    } catch (error) {
      if (mine !== live) return original(mode, params, target);
      if (error instanceof TooLong || mine.bench.dead) {
        drop();
        say("");
        complain(new Mistake(error instanceof TooLong ? words.tooLongLive : words.died));
        return original(mode, params, target);
      }
      const told = mistake(error);
      complain(told);
      throw told;
    }
  }

  function drop() {
    live?.bench.stop();
    live = null;
    unpin();
    told();
  }

  function unpin() {
    if (!comparing) return;
    comparing = false;
    compareButton.setAttribute("aria-pressed", "false");
    for (const { name } of spec.modes) dispatch({ type: "compare", mode: name, pinned: null });
  }

  async function again() {
    const { mode, params } = current();
    const mine = live;
    try {
      const like = await likeness(mode, params);
      const result = mine ? await compute(mode, params) : await original(mode, params);
      if (mine === live) show(mode, params, result, like);
    } catch (error) {
      dispatch({ type: "failed", mode, params, error: { message: error.message } });
    }
  }

  function compare() {
    if (comparing) return unpin();
    comparing = true;
    compareButton.setAttribute("aria-pressed", "true");
    again();
  }

  function restore() {
    turn++;
    editor.text = sources[file];
    texts.write(keyOf(file), null);
    const was = live;
    drop();
    editor.mark(null);
    say(was ? words.restored : words.unchanged);
    again();
  }

  function look() {
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    body.closest(".sm-root").querySelector(".sm-work, .sg-report")?.scrollIntoView({ block: "start", behavior });
  }

  function keep() {
    const text = editor.text;
    drafts[file] = text;
    texts.write(keyOf(file), text === sources[file] ? null : { text, of: checksum(sources[file]) });
  }

  let keeping = 0;
  function changed() {
    say(editor.text === live?.text ? "" : editor.text === sources[file] && !live ? "" : words.dirty);
    clearTimeout(keeping);
    keeping = setTimeout(keep, 300);
  }

  // The file on show

  function turnTo(mode) {
    const wanted = fileOf(mode);
    const name = modeOf(mode).model.split(".")[1];
    if (wanted !== file) {
      file = wanted;
      about.textContent = words.about(file);
      editor?.stop();
      box.replaceChildren();
      const kept = texts.read(keyOf(file));
      const text = drafts[file] ?? kept?.text ?? sources[file];
      const wants = { text, label: words.label(file), describedby: leave.id, run, changed, height: "min(26rem, 60vh)" };
      editor = (better?.editor ?? plain)(box, wants);
      jumps();
      say(text === sources[file] || live?.text === text ? "" : kept && kept.of !== checksum(sources[file]) ? words.old : words.kept);
    }
    showFunction(name);
  }

  function lineOf(name) {
    return editor.text.split("\n").findIndex((line) => line.startsWith(`def ${name}(`)) + 1;
  }

  function showFunction(name) {
    const line = lineOf(name);
    if (line) editor.show(line);
    jump.value = name;
  }

  function jumps() {
    const names = [...sources[file].matchAll(/^def (\w+)\(/gm)].map(([, name]) => name);
    jump.replaceChildren(...names.map((name) => element("option", { value: name, textContent: name })));
  }
  jump.onchange = () => showFunction(jump.value);

  turnTo(state.mode);

  return {
    get active() {
      return live !== null;
    },
    /** The engine that runs the reader's model, with its limit; null while the original computes. */
    get engine() {
      return live?.engine ?? null;
    },
    compute,
    /** The simulation was drawn: its state is `state`. */
    seen(state) {
      const before = now;
      now = state;
      if (state.mode === before.mode) return;
      turnTo(state.mode);
      if (live && (answered?.params !== current().params || answered.live !== live)) again();
    },
  };
}
