"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = JSON.parse(document.getElementById("words").textContent);
  const body = document.querySelector("#table tbody");
  const find = (id) => document.getElementById(id);
  const STEP = 100;
  const columns = ["student", "score", "said", "submitted", "seconds", "memory"];
  const place = { student: 0, name: 1, state: 2, score: 3, waiting: 4, marks: 5, codes: 6, said: 7, submitted: 8, seconds: 9, memory: 10, page: 11 };
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  let filter = "all";
  let sought = "";
  let sorted = { by: "student", down: false };
  let shown = STEP;

  const look = (row) => row[place.marks].some((mark) => words.attention.includes(mark));
  const fits = (row) =>
    filter === "all" ||
    (filter === "attention" && look(row)) ||
    (filter.startsWith("mark:") && row[place.marks].includes(filter.slice(5))) ||
    (filter.startsWith("code:") && row[place.codes].includes(filter.slice(5)));
  const text = (row) => [row[0], row[1], ...row[place.said].map((at) => data.texts[at]), ...row[place.marks].map((mark) => words.marks[mark])].join("\n").toLowerCase();
  const value = (row) => {
    if (sorted.by === "said") return row[place.marks].filter((mark) => words.attention.includes(mark)).length * 100 + row[place.said].length;
    return row[place[sorted.by]];
  };

  const rows = () => {
    const kept = data.rows.filter((row) => fits(row) && (!sought || text(row).includes(sought)));
    const way = sorted.down ? -1 : 1;
    const keyed = kept.map((row) => [value(row), row]);
    keyed.sort(([a, one], [b, other]) => {
      const empty = (a === null || a === "" ? 1 : 0) - (b === null || b === "" ? 1 : 0);
      if (empty) return empty;
      const order = typeof a === "number" && typeof b === "number" ? a - b : compare(String(a ?? ""), String(b ?? ""));
      return way * order || compare(one[0], other[0]);
    });
    return keyed.map(([, row]) => row);
  };

  const element = (name, className, content) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (content !== undefined && content !== null) made.textContent = content;
    return made;
  };

  const line = (row) => {
    const tr = document.createElement("tr");
    const who = element("td");
    const label = row[place.name] || row[place.student];
    if (row[place.page]) {
      const link = element("a", "", label);
      link.href = row[place.page];
      who.append(link);
    } else who.append(label);
    if (row[place.name]) who.append(element("div", "small muted number", row[place.student]));
    const score = element("td", "right number", row[place.score] === null ? words.states[row[place.state]] : String(row[place.score]));
    if (row[place.waiting]) score.append(element("span", "muted", "+?"));
    const said = element("td", "wide small");
    for (const mark of row[place.marks]) if (!words.quiet.includes(mark)) said.append(element("span", words.attention.includes(mark) ? "mark look" : "mark", words.marks[mark]));
    for (const at of row[place.said]) said.append(element("p", "", data.texts[at]));
    tr.append(who, score, said);
    tr.append(element("td", "optional small number", row[place.submitted]));
    tr.append(element("td", "optional right small number", row[place.seconds]));
    tr.append(element("td", "optional right small number", row[place.memory]));
    return tr;
  };

  const draw = () => {
    const kept = rows();
    body.replaceChildren(...kept.slice(0, shown).map(line));
    find("count").textContent = words.shown.replace("{0}", kept.length).replace("{1}", Math.min(shown, kept.length));
    find("more").hidden = kept.length <= shown;
    find("more").textContent = words.more.replace("{0}", Math.min(STEP * 5, kept.length - shown));
    for (const button of document.querySelectorAll("button[data-filter]")) button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
    find("filter").value = filter;
    document.querySelectorAll("#table th").forEach((head, at) => {
      if (columns[at] === sorted.by) head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };

  const choose = (wanted) => {
    filter = wanted;
    shown = STEP;
    draw();
  };
  for (const button of document.querySelectorAll("button[data-filter]")) {
    button.addEventListener("click", () => {
      choose(filter === button.dataset.filter ? "all" : button.dataset.filter);
      find("submissions").scrollIntoView();
    });
  }
  find("filter").addEventListener("change", (event) => choose(event.target.value));
  let waiting = 0;
  find("search").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      sought = event.target.value.trim().toLowerCase();
      shown = STEP;
      draw();
    }, 150);
  });
  document.querySelectorAll("#table th button").forEach((button, at) => {
    button.addEventListener("click", () => {
      sorted = { by: columns[at], down: sorted.by === columns[at] ? !sorted.down : at > 1 };
      draw();
    });
  });
  find("more").addEventListener("click", () => {
    shown += STEP * 5;
    draw();
  });
  find("interactive").hidden = false;
  draw();
})();
