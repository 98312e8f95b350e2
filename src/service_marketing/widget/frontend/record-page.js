// 我的期望-结果记录: what the predictions kept on this device say about their owner.
import { results } from "./quiz-core.js";
import { chapterOf, quizSummary, summary } from "./record-data.js";
import { KINDS, SETTINGS, collect, exported, forget, join, parse, size, store, total } from "./record-file.js";
import { chapterRows } from "./record-chapters.js";
import { recordWords } from "./record-words.js";
import { read } from "./records.js";
import { KEYS, listen, tell } from "./storage.js";

const SVG = "http://www.w3.org/2000/svg";

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

class ServiceRecord extends HTMLElement {
  connectedCallback() {
    if (this.words) return;
    this.words = recordWords[document.documentElement.lang.startsWith("en") ? "en" : "zh"];
    this.asking = null; // the kinds that a reader who was asked may have deleted
    this.said = "";
    this.wrong = false;
    // what the build says of the chapters: { page, chapter, title, sections, predictions, quizzes, practices }
    this.contents = JSON.parse(this.querySelector("script[type='application/json']")?.textContent ?? "[]");
    listen(Object.keys(KEYS), () => this.show());
    new ResizeObserver(([{ contentRect }]) => {
      if (Math.abs(contentRect.width - (this.width ?? 0)) < 1) return;
      this.width = contentRect.width;
      this.show();
    }).observe(this);
  }

  say(text, wrong = false) {
    this.said = text;
    this.wrong = wrong;
    this.show();
  }

  show() {
    const { words } = this;
    const records = read();
    const quizzes = results();
    const all = collect();
    const kinds = KINDS.filter((kind) => kind in all && !SETTINGS.includes(kind));
    const status = element("p", { className: this.wrong ? "sr-status sr-error" : "sr-status", textContent: this.said });
    status.setAttribute("role", this.wrong ? "alert" : "status");
    const focused = this.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    const shown = kinds.length
      ? [...this.progress(all), ...(records.length ? this.filled(records) : []), ...this.quizzes(quizzes)]
      : [element("p", { className: "sr-empty", textContent: words.empty })];
    this.replaceChildren(...shown, ...this.keeping(all), this.tools(all, records, quizzes), status);
    if (focused) this.querySelector(`[data-name="${focused}"]`)?.focus({ preventScroll: true });
  }

  /** How far the reader is in each chapter. */
  progress(all) {
    const { words } = this;
    const rows = chapterRows(this.contents, all, document.documentElement.lang.startsWith("en") ? "en" : "zh");
    if (!rows.length) return [];
    const share = ([done, of]) => (of ? `${done}/${of}` : "—");
    const cells = rows.map(({ href, label, title, read: [done, of], ...counts }) => {
      const bar = element("span", { className: done >= of ? "sr-bar sr-full" : "sr-bar" }, element("i"));
      bar.firstChild.style.width = `${(100 * done) / of}%`;
      bar.setAttribute("aria-hidden", "true");
      return [
        element("a", { href, textContent: label, title }),
        element("span", { className: "sr-read" }, bar, done >= of ? words.done : done ? words.read(done, of) : words.unread),
        ...["predictions", "quizzes", "practices"].map((name) => share(counts[name])),
      ];
    });
    const table = this.table(words.progress, words.progressHeads, cells);
    table.classList.add("sr-progress");
    return [table];
  }

  /** What is kept, kind by kind, each with its own button to delete it. */
  keeping(all) {
    const { words } = this;
    if (!Object.keys(all).length) return [];
    const rows = Object.keys(all).map((kind) => [
      words.kinds[kind],
      words.sizes[kind](size(all, kind)),
      this.button(`delete-${kind}`, words.deleteOne, () => this.ask([kind], `delete-${kind}`), words.deleteKind(words.kinds[kind])),
    ]);
    return [this.table(words.kept, words.keptHeads, rows)];
  }

  button(name, text, press, label) {
    const made = element("button", { type: "button", textContent: text, onclick: press });
    made.dataset.name = name;
    if (label) made.setAttribute("aria-label", label);
    return made;
  }

  filled(records) {
    const { words } = this;
    const found = summary(records);
    const said = element("div", { className: "sr-said" }, ...words.sentences(found).map((text) => element("p", { textContent: text })));
    return [said, found.dots.length ? this.chart(found) : null, found.chapters.length ? this.chapters(found) : null, this.list(records)].filter(Boolean);
  }

  chart({ dots, running }) {
    const { words } = this;
    const width = Math.max(280, Math.min(760, this.width || 640));
    const height = 300;
    const [left, right, top, bottom] = [46, 14, 26, 58];
    const most = Math.min(1, Math.max(0.2, Math.ceil(10 * Math.max(...dots.map(({ share }) => Math.abs(share)))) / 10));
    const x = (place) => left + ((place + 0.5) / dots.length) * (width - left - right);
    const y = (share) => top + ((most - Math.max(-most, Math.min(most, share))) / (2 * most)) * (height - top - bottom);
    const percent = (share) => `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.round(100 * Math.abs(share))}%`;
    const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words.chartAlt(dots, running), class: "sr-chart" });
    for (const share of [most, most / 2, 0, -most / 2, -most]) {
      svg.append(
        drawn("line", { x1: left, x2: width - right, y1: y(share), y2: y(share), class: share ? "sr-grid" : "sr-zero" }),
        drawn("text", { x: left - 6, y: y(share) + 4, "text-anchor": "end", class: "sr-tick" }, percent(share)),
      );
    }
    svg.append(
      drawn("text", { x: left, y: 14, class: "sr-side" }, words.under),
      drawn("text", { x: left, y: height - bottom + 16, class: "sr-side" }, words.over),
      drawn("text", { x: width - right, y: height - 6, "text-anchor": "end", class: "sr-tick" }, words.order),
    );
    // the chapters below, each where its first prediction stands
    let last = null;
    let free = 0;
    for (const [place, { chapter }] of dots.entries()) {
      if (chapter === last) continue;
      last = chapter;
      const from = x(place) - (width - left - right) / dots.length / 2;
      if (place) svg.append(drawn("line", { x1: from, x2: from, y1: top, y2: height - bottom + 26, class: "sr-grid" }));
      const text = words.chapterShort(chapter);
      if (x(place) < free) continue;
      svg.append(drawn("text", { x: from + 4, y: height - bottom + 36, class: "sr-tick" }, text));
      free = x(place) + 12 * text.length;
    }
    const path = () => running.map((mean, place) => `${place ? "L" : "M"}${x(place).toFixed(1)} ${y(mean).toFixed(1)}`).join("");
    if (running.length > 1) {
      svg.append(drawn("path", { d: path(), class: "sr-mean" }));
      svg.append(drawn("text", { x: width - right, y: 14, "text-anchor": "end", class: "sr-mean-label" }, words.mean));
    }
    for (const [place, { share, title, time }] of dots.entries()) {
      const shape = share > 0 ? "sr-under" : "sr-over";
      svg.append(drawn("circle", { cx: x(place), cy: y(share), r: 5, class: shape }, drawn("title", {}, `${time.slice(0, 10)} ${title}: ${percent(share)}`)));
    }
    return element("figure", { className: "sr-figure" }, svg, element("figcaption", { textContent: words.caption }));
  }

  chapters({ chapters }) {
    const { words } = this;
    return this.table(
      words.byChapter,
      words.chapterHeads,
      chapters.map(({ chapter, count, size, bias }) => [words.chapter(chapter), String(count), `${(100 * size).toFixed(0)}%`, words.leaning(bias)]),
    );
  }

  quizzes(quizzes) {
    const { words } = this;
    const rows = quizSummary(quizzes).map(({ chapter, done, right, later }) => [words.chapter(chapter), String(done), String(right), String(later)]);
    return rows.length ? [this.table(words.quizzes, words.quizHeads, rows)] : [];
  }

  list(records) {
    const { words } = this;
    const rows = [...records].reverse().map((one) => [one.time.slice(0, 10), words.what(one), words.value(one, one.predicted), words.value(one, one.actual), words.gap(one)]);
    return element("details", { className: "sr-all" }, element("summary", { textContent: words.all(records.length) }), this.table("", words.heads, rows));
  }

  table(caption, heads, rows) {
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col", textContent: text })));
    const body = rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell))));
    const table = element("table", {}, caption ? element("caption", { textContent: caption }) : null, element("thead", {}, head), element("tbody", {}, ...body));
    const scroll = element("div", { className: "sr-scroll" }, table);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", caption || heads.join(" "));
    return scroll;
  }

  tools(all, records, quizzes) {
    const { words } = this;
    const button = this.button;
    const file = element("input", { type: "file", accept: ".json,application/json", hidden: true });
    file.onchange = () => this.take(file.files[0]);
    const some = Object.keys(all).length > 0;
    const own = [
      Object.keys(all).some((kind) => !SETTINGS.includes(kind)) && button("json", words.json, () => this.give("json", records, quizzes)),
      records.length && button("csv", words.csv, () => this.give("csv", records, quizzes)),
      Object.keys(quizzes).length > 0 && button("quiz-csv", words.quizCsv, () => this.give("quiz-csv", records, quizzes)),
    ].filter(Boolean);
    const made = element("div", { className: "sr-tools" }, ...own, button("import", words.import, () => file.click()), file);
    if (some && !this.asking) made.append(button("delete", words.delete, () => this.ask(Object.keys(all), "delete")));
    if (some && this.asking) {
      const named = this.asking.filter((kind) => kind in all).map((kind) => words.named(words.kinds[kind], words.sizes[kind](size(all, kind))));
      made.append(
        element("span", { className: "sr-ask", textContent: words.sure(named) }),
        button("sure", words.yes, () => this.forget()),
        button("no", words.no, () => this.ask(null)),
      );
    }
    return made;
  }

  /** Asks whether the kinds in `asking` may go; `asker` is the button that wanted it. With null it asks no more. */
  ask(asking, asker = this.asker) {
    this.asking = asking;
    this.asker = asker;
    this.say("");
    this.querySelector(`[data-name=${asking ? "no" : asker}]`)?.focus(); // the button that was pressed is gone
  }

  forget() {
    const kinds = this.asking;
    this.asking = null;
    const done = forget(kinds);
    if (done && kinds.includes("theme")) document.body.dataset.theme = "auto";
    tell();
    this.say(done ? this.words.forgotten : this.words.noStorage, !done);
    this.querySelector("[data-name=import]")?.focus();
  }

  give(kind, records, quizzes) {
    const { words } = this;
    const day = new Date().toISOString().slice(0, 10);
    if (kind === "json") return download(`${words.file}-${day}.json`, JSON.stringify(exported(collect()), null, 1), "application/json");
    if (kind === "quiz-csv") {
      const answers = Object.entries(quizzes).map(([name, one]) => [one.time, chapterOf(name), name, one.first, one.right, one.solved, one.tries]);
      return download(`${words.quizFile}-${day}.csv`, table(["time", "chapter", "quiz", "first", "right", "solved", "tries"], answers), "text/csv");
    }
    const columns = ["time", "chapter", "simulation", "mode", "title", "label", "predicted", "actual", "gap", "bias", "least", "most"];
    const rows = records.map((one) => [...columns.slice(0, -2).map((name) => one[name]), one.range?.[0], one.range?.[1]].map((value) => (Array.isArray(value) ? value.map((v) => Number(v.toFixed(4))).join(" ") : value)));
    download(`${words.file}-${day}.csv`, table(columns, rows), "text/csv");
  }

  async take(file) {
    const { words } = this;
    if (!file) return;
    let given;
    try {
      given = JSON.parse(await file.text());
    } catch {
      return this.say(words.notJson(file.name), true);
    }
    const { all, problem } = parse(given);
    if (problem) return this.say(words.problem(problem), true);
    const joined = join(collect(), all);
    if (!store(joined.all)) return this.say(words.noStorage, true);
    tell();
    this.say(words.imported(joined.added, total(all) - joined.added));
  }
}

/** CSV that spreadsheets open as it is meant: with a byte order mark, and nothing that they would compute. */
function table(columns, rows) {
  const cell = (value) => {
    const text = value === undefined || value === null ? "" : String(value);
    const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function download(name, text, type) {
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

customElements.define("service-record", ServiceRecord);
