// Typesets the formulas of finished pages once, at build time, so that no reader's browser has to.
// Usage: node math.mjs page.html …; prints which signs the formulas use, as JSON, with those in letters for quantities apart.
// A formula that KaTeX does not understand stops the build.
import { readFileSync, writeFileSync } from "node:fs";
import katex from "katex";

const unescape = (html) => html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#x27;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
const inline = /<span class="math notranslate nohighlight">\\\(([\s\S]*?)\\\)<\/span>/g;
const display = /(<div class="math notranslate nohighlight"[^>]*>)([\s\S]*?)\\\[([\s\S]*?)\\\]<\/div>/g;

let failed = false;
const every = new Set();
const italic = new Set();

/** Notes the signs of a typeset formula; its MathML, which comes first, has fonts of the system. */
function note(html) {
  const drawn = html.slice(html.indexOf('<span class="katex-html"'));
  for (const sign of unescape(drawn.replace(/<[^>]*>/g, ""))) every.add(sign);
  for (const [, text] of drawn.matchAll(/class="[^"]*\bmathnormal\b[^"]*"[^>]*>([^<]+)/g)) for (const sign of unescape(text)) italic.add(sign);
  return html;
}

for (const page of process.argv.slice(2)) {
  const typeset = (tex, displayMode) => {
    try {
      const made = katex.renderToString(unescape(tex).trim(), { displayMode, strict: "ignore", throwOnError: true });
      // the TeX source: nobody reads it, and it does not compress; the spacing of a single column is empty, of which Firefox complains
      return note(made.replace(/<annotation[^]*?<\/annotation>| columnspacing=""/g, ""));
    } catch (error) {
      console.error(`${page}: 公式有误 (bad formula): ${error.message}`);
      failed = true;
      return "";
    }
  };
  const before = readFileSync(page, "utf8");
  const after = before
    .replace(inline, (_, tex) => `<span class="math">${typeset(tex, false)}</span>`)
    .replace(display, (_, open, number, tex) => `${open.replace(" notranslate nohighlight", "")}${number}${typeset(tex, true)}</div>`);
  if (after !== before) writeFileSync(page, after);
}
const text = (signs) => [...signs].sort().join("");
if (failed) process.exit(1);
console.log(JSON.stringify({ every: text(every), italic: text(italic) }));
