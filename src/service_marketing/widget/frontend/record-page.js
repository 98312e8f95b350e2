// 我的期望-结果记录: what the predictions kept on this device say about their owner.
import { merge, parse, summary } from "./record-data.js";
import { recordWords } from "./record-words.js";
import { read } from "./records.js";

const KEY = "service-marketing:predictions";
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

/** Keeps `records`; says whether that worked. */
function store(records) {
  try {
    if (records.length) localStorage.setItem(KEY, JSON.stringify({ version: 1, predictions: records }));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

class ServiceRecord extends HTMLElement {
  connectedCallback() {
    if (this.words) return;
    this.words = recordWords[document.documentElement.lang.startsWith("en") ? "en" : "zh"];
    this.asking = false;
    this.said = "";
    this.wrong = false;
    addEventListener("storage", ({ key }) => key === KEY && this.show());
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
    const status = element("p", { className: this.wrong ? "sr-status sr-error" : "sr-status", textContent: this.said });
    status.setAttribute("role", this.wrong ? "alert" : "status");
    const focused = this.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.replaceChildren(...(records.length ? this.filled(records) : [element("p", { className: "sr-empty", textContent: words.empty })]), this.tools(records), status);
    if (focused) this.querySelector(`[data-name="${focused}"]`)?.focus({ preventScroll: true });
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

  list(records) {
    const { words } = this;
    const rows = [...records].reverse().map((one) => [one.time.slice(0, 10), words.what(one), words.value(one, one.predicted), words.value(one, one.actual), words.gap(one)]);
    return element("details", { className: "sr-all" }, element("summary", { textContent: words.all(records.length) }), this.table("", words.heads, rows));
  }

  table(caption, heads, rows) {
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col", textContent: text })));
    const body = rows.map((cells) => element("tr", {}, ...cells.map((text) => element("td", { textContent: text }))));
    const table = element("table", {}, caption ? element("caption", { textContent: caption }) : null, element("thead", {}, head), element("tbody", {}, ...body));
    const scroll = element("div", { className: "sr-scroll" }, table);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", caption || heads.join(" "));
    return scroll;
  }

  tools(records) {
    const { words } = this;
    const button = (name, text, press) => {
      const made = element("button", { type: "button", textContent: text, onclick: press });
      made.dataset.name = name;
      return made;
    };
    const file = element("input", { type: "file", accept: ".json,application/json", hidden: true });
    file.onchange = () => this.take(file.files[0]);
    const own = records.length
      ? [
          button("json", words.json, () => this.give("json", records)),
          button("csv", words.csv, () => this.give("csv", records)),
        ]
      : [];
    const made = element("div", { className: "sr-tools" }, ...own, button("import", words.import, () => file.click()), file);
    if (records.length && !this.asking) made.append(button("delete", words.delete, () => this.ask(true)));
    if (records.length && this.asking) {
      made.append(
        element("span", { className: "sr-ask", textContent: words.sure(records.length) }),
        button("sure", words.yes, () => this.forget()),
        button("no", words.no, () => this.ask(false)),
      );
    }
    return made;
  }

  ask(asking) {
    this.asking = asking;
    this.say("");
    this.querySelector(asking ? "[data-name=no]" : "[data-name=delete]")?.focus(); // the button that was pressed is gone
  }

  forget() {
    this.asking = false;
    this.say(store([]) ? this.words.forgotten : this.words.noStorage);
    this.querySelector("[data-name=import]")?.focus();
  }

  give(kind, records) {
    const { words } = this;
    const day = new Date().toISOString().slice(0, 10);
    if (kind === "json") return download(`${words.file}-${day}.json`, JSON.stringify({ version: 1, predictions: records }, null, 1), "application/json");
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
    const { records, problem } = parse(given);
    if (problem) return this.say(words.problem(problem), true);
    const before = read();
    const { all, added } = merge(before, records);
    if (!store(all)) return this.say(words.noStorage, true);
    this.say(words.imported(added, records.length - added));
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
