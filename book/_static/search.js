// The search page: asks Pagefind's index and lists what it finds. Nothing leaves the reader's browser but the query for index files.
// publishing/search.py says how the index spells Chinese; `spell` and `read` are the two directions here.
const bundle = new URL(document.querySelector("script[data-bundle]").dataset.bundle, document.baseURI);
const query = document.querySelector("#sm-query");
const found = document.querySelector("#sm-found");
const results = document.querySelector("#sm-results");
const zh = document.documentElement.lang.startsWith("zh");
const say = zh
  ? { none: (q) => `没有找到“${q}”。换一个短一点的词试试。`, some: (n) => `在${n}页里找到`, failed: "搜索没有打开，刷新一下再试。" }
  : { none: (q) => `Nothing found for “${q}”. Try a shorter word.`, some: (n) => `Found on ${n} pages`, failed: "Search could not be opened. Reload the page to try again." };
const SHOWN = { pages: 8, sections: 3, around: 36 };
const pagefind = import(bundle);

const FIRST = 0x3400;
const letters = (sign) => [3, 2, 1, 0].map((power) => String.fromCharCode(97 + (Math.floor((sign.codePointAt(0) - FIRST) / 26 ** power) % 26))).join("");
const signs = (code) => code.replace(/.{4}/g, (four) => String.fromCodePoint(FIRST + [...four].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 97, 0)));

function spell(term) {
  if (/^\d+%$/.test(term)) return `ж${[...term.slice(0, -1)].map((digit) => String.fromCharCode(97 + +digit)).join("")}ж`;
  return /[\u3400-\u9fff]/.test(term) ? `ж${[...term].map(letters).join("")}` : term;
}

function read(text) {
  const told = text
    .replace(/ж([a-j]{1,3})ж/g, (_, digits) => `${[...digits].map((letter) => letter.charCodeAt(0) - 97).join("")}%`)
    .replace(/ж([a-z]{8})|ж([a-z]{4})ж/g, (_, pair, one) => signs(pair ?? one));
  if (!zh) return told.replace(/% (?=[,.;:!?)”’])/g, "%").replace(/([(“‘]) (?=\d+%)/g, "$1"); // a percentage stands between spaces
  return told
    .replace(/([\u3400-\u9fff])([\u3400-\u9fff]) (?=\2[\u3400-\u9fff])/g, "$1") // pairs overlap
    .replace(/\. /g, (end, place, all) => (/[\u3400-\u9fff%）”]/.test(all[place - 1] ?? "") ? "。" : end)) // Pagefind ends a block so
    .replace(/(?<=[\u2014-\u201d\u2026\u3000-\u9fff\uff00-\uffef]) | (?=[\u2014-\u201d\u2026\u3000-\u9fff\uff00-\uffef])/g, "");
}

// what a question is asked with, and does not ask for
const ASKING = zh ? /为什么|是什么|怎么办|怎么样|怎么|怎样|如何|什么|多少|多久|哪些|哪个|是不是|有没有|能不能|可以|应该|[吗呢吧啊的了]/g
  : /\b(?:how|what|why|when|where|which|who|whose|do|does|did|is|are|was|were|be|has|have|the|an?|of|to|in|on|at|by|for|from|with|and|or|not|it|its|i|my|we|our|you|your|they|their|can|could|should|would|will|much|many|long|there|this|that)\b/g;
// English words are looked for by their beginning, without the endings that come and go: complaints, complained, complaining
const stem = (word) => (/^[a-z]{5,}$/.test(word) ? word.replace(/(?:i?ed|ies|ing|es|e|s)$/, "") : word);

// the pairs of signs of each Chinese run, Latin words, numbers
function terms(text) {
  const asked = text.toLowerCase();
  const kept = asked.replace(ASKING, " ");
  const parts = ((/[\p{L}\p{N}]/u.test(kept) ? kept : asked).match(/[\u3400-\u9fff]+|\d+%|[\p{L}\p{N}]+/gu) ?? []).map(zh ? String : stem);
  const runs = parts.map((part) =>
    /[\u3400-\u9fff]/.test(part) && part.length > 1 ? [...part].slice(1).map((sign, index) => part[index] + sign) : [part],
  );
  const whole = runs.filter(([first]) => first.length > 1 || !/[\u3400-\u9fff]/.test(first)); // one sign alone says little beside words
  return [...new Set((whole.length ? whole : runs).flat())];
}

// lists of terms and of questions name everything and explain nothing
const LISTS = /-(objectives|quiz|exercises|summary|terms|references)$/;

function sections(page, asked) {
  const anchors = page.anchors.filter((anchor) => /^h[1-6]$/.test(anchor.element));
  const within = anchors.map((anchor, index) => [anchor.location, anchors[index + 1]?.location ?? Infinity]);
  return anchors
    .map((anchor, index) => {
      const [start, end] = within[index];
      const title = read(anchor.text);
      const lower = title.toLowerCase();
      const here = asked.map(({ places }) => places.filter((place) => place >= start && place < end));
      let score = 0;
      asked.forEach(({ term, rarity }, k) => {
        score += rarity * (Math.log2(1 + Math.min(here[k].length, 15)) + (lower.includes(term) ? 2 : 0));
        // side by side as in the query
        const next = asked[k + 1];
        if (next && next.term[0] === term[1] && here[k].some((place) => here[k + 1].includes(place + 1))) score += rarity + next.rarity;
      });
      return { id: anchor.id, title, start, end, here, score: LISTS.test(anchor.id) ? 0.6 * score : score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

async function search(text) {
  const engine = await pagefind;
  const words = terms(text);
  const answers = [];
  for (const term of words) answers.push(await engine.search(spell(term))); // side by side it would mix them up
  const pages = new Map();
  for (const [k, { results }] of answers.entries()) {
    for (const result of results) {
      const page = pages.get(result.id) ?? { result, score: 0, asked: words.map((term) => ({ term, places: [], rarity: 1 })) };
      page.score += result.score;
      page.asked[k].places = result.words;
      page.asked[k].rarity = Math.log2(1 + 20 / results.length);
      pages.set(result.id, page);
    }
  }
  const best = [...pages.values()].sort((a, b) => b.score - a.score).slice(0, SHOWN.pages);
  await Promise.all(
    best.map(async (page) => {
      page.data = await page.result.data();
      page.words = page.data.raw_content.split(/\s+/);
      // where it has nothing, Pagefind gives what only begins like the word
      for (const one of page.asked) one.places = one.places.filter((place) => page.words[place]?.toLowerCase().includes(spell(one.term)));
      page.sections = sections(page.data, page.asked);
    }),
  );
  const good = best.filter((page) => page.sections.length);
  const top = { page: Math.max(...good.map((page) => page.score)), section: Math.max(...good.map((page) => page.sections[0].score)) };
  // a page is good that is about it as a whole, or that has a section about it
  const worth = (page) => page.score / top.page + page.sections[0].score / top.section;
  return good.sort((a, b) => worth(b) - worth(a));
}

// the part of a section's text where most of the terms stand, in Chinese again, with the terms marked
function excerpt(page, section) {
  const { words } = page;
  const body = section.start + spelt(section.title);
  const places = section.here.flatMap((list, term) => list.filter((place) => place >= body).map((place) => ({ place, term })));
  const near = ({ place }) => new Set(places.filter((other) => other.place >= place && other.place < place + SHOWN.around).map(({ term }) => term)).size;
  const centre = places.reduce((best, one) => (near(one) > near(best) ? one : best), places[0] ?? { place: body + 8 }).place;
  const from = Math.max(body, centre - 8);
  const to = Math.min(section.end, words.length, from + SHOWN.around + 8);
  const made = document.createElement("p");
  const shown = `${from > body ? "…" : ""}${read(words.slice(from, to).join(" "))}${to < Math.min(section.end, words.length) ? "…" : ""}`;
  const marked = new RegExp(`(${page.asked.map(({ term }) => (zh ? "" : "\\b") + term.replace(/[^\p{L}\p{N}%]/gu, "") + (zh || /%$/.test(term) ? "" : "\\p{L}*")).join("|")})`, "giu");
  // pairs overlap, so marks that touch are one
  const inside = [...shown].fill(false);
  for (let at = 0; at < shown.length; at++) {
    marked.lastIndex = at;
    const hit = marked.exec(shown);
    if (!hit) break;
    at = hit.index;
    inside.fill(true, at, at + hit[0].length);
  }
  for (let at = 0; at < shown.length; ) {
    let end = at + 1;
    while (end < shown.length && inside[end] === inside[at]) end++;
    const piece = shown.slice(at, end);
    if (inside[at]) made.appendChild(document.createElement("mark")).textContent = piece;
    else made.append(piece);
    at = end;
  }
  return made;
}

// how many of the index's words a title takes
const spelt = (title) => (title.match(/[\u3400-\u9fff]+|[^\s\u3400-\u9fff]+/g) ?? []).reduce((sum, part) => sum + (/[\u3400-\u9fff]/.test(part) ? Math.max(1, part.length - 1) : 1), 0);

function entry(page) {
  const item = document.createElement("li");
  const least = 0.5 * page.sections[0].score;
  for (const [index, section] of page.sections.slice(0, SHOWN.sections).entries()) {
    if (section.score < least) break;
    const link = document.createElement("a");
    const whole = read(section.title) === page.data.meta.title.replace(/\s/g, "") || section.start === 0;
    link.href = whole ? page.data.url : `${page.data.url}#${section.id}`;
    link.textContent = whole ? page.data.meta.title : index === 0 ? `${page.data.meta.title} › ${section.title}` : section.title;
    item.append(link, excerpt(page, section));
  }
  return item;
}

let latest = 0;
async function show() {
  const text = query.value.trim();
  const turn = ++latest;
  history.replaceState(null, "", text ? `?q=${encodeURIComponent(text)}` : location.pathname);
  if (!text) {
    results.replaceChildren();
    found.textContent = "";
    return;
  }
  try {
    const pages = await search(text);
    if (turn !== latest) return;
    results.replaceChildren(...pages.map(entry));
    found.textContent = pages.length ? say.some(pages.length) : say.none(text);
  } catch (error) {
    console.error(error);
    found.textContent = say.failed;
  }
}

query.form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
let waiting;
query.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 200);
});
query.value = new URLSearchParams(location.search).get("q") ?? "";
query.focus();
show();
