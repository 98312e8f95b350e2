// The search page: asks Pagefind's index and lists what it finds. Nothing leaves the reader's browser but the query for index files.
const bundle = new URL(document.querySelector("script[data-bundle]").dataset.bundle, document.baseURI);
const query = document.querySelector("#sm-query");
const found = document.querySelector("#sm-found");
const results = document.querySelector("#sm-results");
const zh = document.documentElement.lang.startsWith("zh");
const say = zh
  ? { none: (q) => `没有找到“${q}”。换一个短一点的词试试。`, some: (n) => `找到 ${n} 处`, failed: "搜索没有打开，刷新一下再试。" }
  : { none: (q) => `Nothing found for “${q}”. Try a shorter word.`, some: (n) => `${n} found`, failed: "Search could not be opened. Reload the page to try again." };
const pagefind = import(bundle).then(async (module) => {
  await module.options({ excerptLength: 30 });
  return module;
});

// Pagefind splits Chinese pages into words when it indexes them, but not what the reader types.
// The same cut is made here by the browser; the whole is asked first, then the words.
const segments = (text) =>
  zh && Intl.Segmenter
    ? [...new Intl.Segmenter("zh", { granularity: "word" }).segment(text)].filter((part) => part.isWordLike).map((part) => part.segment)
    : text.split(/\s+/);

async function search(text) {
  const engine = await pagefind;
  const whole = (await engine.search(text)).results;
  const words = segments(text);
  const cut = words.length > 1 ? (await engine.search(words.join(" "))).results : [];
  const seen = new Set();
  return [...whole, ...cut].filter((result) => !seen.has(result.id) && seen.add(result.id)).slice(0, 20);
}

function entry(page) {
  const best = page.sub_results?.length ? page.sub_results : [page];
  const item = document.createElement("li");
  for (const [index, part] of best.slice(0, 3).entries()) {
    const link = document.createElement("a");
    link.href = part.url;
    link.textContent = index === 0 && part.title !== page.meta.title ? `${page.meta.title} › ${part.title}` : part.title;
    const excerpt = document.createElement("p");
    excerpt.innerHTML = part.excerpt; // Pagefind escapes the text and adds <mark>
    item.append(link, excerpt);
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
    const hits = await search(text);
    const pages = await Promise.all(hits.map((hit) => hit.data()));
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
