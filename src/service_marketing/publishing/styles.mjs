// Makes one small stylesheet out of the many that the tools bring: only rules that some page uses, in the order the pages give them.
// Usage: node styles.mjs STATIC page.html …; writes STATIC/book.css and links it in the pages instead of its parts.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";
import { PurgeCSS } from "purgecss";

const [folder, ...pages] = process.argv.slice(2);
const PARTS = /<link rel="stylesheet"[^>]*href="[^"]*_static\/((?:pygments|course|sphinx-design\.min|styles\/furo|styles\/furo-extensions)\.css)[^"]*"[^>]*>\s*/g;
const FORMULAS = "katex/katex.min.css"; // stays apart: most pages have no formula
const texts = new Map(pages.map((page) => [page, readFileSync(page, "utf8")]));
const parts = [...new Set([...texts.values()].flatMap((text) => [...text.matchAll(PARTS)].map((found) => found[1])))];
const scripts = ["course.js", "search.js", "service-sim/progress.js"].map((script) => readFileSync(join(folder, script), "utf8"));

const content = [...[...texts.values()].map((raw) => ({ raw, extension: "html" })), ...scripts.map((raw) => ({ raw, extension: "js" }))];
// states that scripts and readers bring about
const safelist = {
  standard: ["html", "body", "open", "scroll-current"],
  greedy: [/data-theme/, /data-read/, /:target/],
  variables: [/^--sm-/, /^--color-code-/], // the simulations and the pages themselves use these
};
const read = (part) => readFileSync(join(folder, part), "utf8");
const purge = async (raw) => (await new PurgeCSS().purge({ content, css: [{ raw }], safelist, keyframes: true, variables: true }))[0].css;
const small = async (css) => (await transform(css, { loader: "css", minify: true })).code;
// Furo draws an icon in each kind of box; the course's boxes have none
const plain = (css) => css.replace(/--icon-(?!search)[\w-]*:\s*url\((?:"[^"]*"|'[^']*'|[^)]*)\);?/g, "");
writeFileSync(join(folder, "book.css"), await small(await purge(plain(parts.map(read).join("\n")))));
writeFileSync(join(folder, FORMULAS), await small(await purge(read(FORMULAS))));

for (const [page, text] of texts) {
  let first = true;
  const linked = text.replace(PARTS, (tag, part) => {
    if (!first) return "";
    first = false;
    return tag.replace(/href="([^"]*)_static\/[^"]*"/, 'href="$1_static/book.css"');
  });
  if (linked !== text) writeFileSync(page, linked);
}
