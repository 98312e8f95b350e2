// The page for one that is not kept, when there is no network.
const WORDS = {
  zh: {
    title: "这一页还没有存到这台设备上",
    now: "现在连不上网络，这一页以前也没有打开过，所以没法给你看。",
    again: "再试一次",
    some: "下面这些页存过，断网也能读，里面的模拟和题目照样能用：",
    none: "这台设备上还没有存过别的页。",
    whole: "下次有网络的时候，在“如何使用本书”里按一下“下载整本书”，整本书就都能离线读。",
  },
  en: {
    title: "This page is not on this device yet",
    now: "There is no connection, and this page has not been opened before, so it cannot be shown.",
    again: "Try again",
    some: "These pages have been kept and can be read without a connection, simulations and questions included:",
    none: "No other page has been kept on this device.",
    whole: "When you are online again, press “Download the whole book” on the page “How to use this book”.",
  },
};
const STYLE = `:root{color-scheme:light dark}
body{margin:0 auto;max-width:38rem;padding:2rem 1.25rem;font:1.0625rem/1.75 system-ui,sans-serif;color:#1d2528;background:#fbfaf7}
h1{font-size:1.5rem;line-height:1.35}a{color:#0b6b6b}li{margin:.4rem 0}
.again{display:inline-block;padding:.6rem 1.2rem;border-radius:.5rem;background:#0b6b6b;color:#fff;text-decoration:none}
@media(prefers-color-scheme:dark){body{color:#e7e5df;background:#14191b}a{color:#5cc2bd}.again{background:#5cc2bd;color:#14191b}}`;

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);

/** The page as a text: `pages` are those that are kept, { path, title }; `scope` is where the edition lies. */
export function absent(language, pages, scope) {
  const words = WORDS[language] ?? WORDS.zh;
  const list = pages.map(({ path, title }) => `<li><a href="${escaped(scope + encodeURI(path))}">${escaped(title)}</a></li>`).join("");
  const kept = list ? `<p>${words.some}</p><ul>${list}</ul>` : `<p>${words.none}</p>`;
  return `<!doctype html><html lang="${language === "zh" ? "zh-CN" : language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${words.title}</title><style>${STYLE}</style></head>
<body><main><h1>${words.title}</h1><p>${words.now}</p><p><a class="again" href="">${words.again}</a></p>${kept}<p>${words.whole}</p></main></body></html>`;
}
