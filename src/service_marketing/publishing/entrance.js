// Before anything is drawn: on to the edition that the reader chose last, else to the one that the browser prefers.
const editions = document.currentScript.dataset.editions.split(" ");
let chosen = null;
try {
  chosen = localStorage.getItem("language");
} catch {
  // a reader who forbids storage is led by the browser's languages alone
}
const wanted = [chosen, ...(navigator.languages ?? [])].filter(Boolean).map((name) => name.slice(0, 2).toLowerCase());
// who reads neither is more likely to read English
const edition = wanted.find((name) => editions.includes(name)) ?? (wanted.length && editions.includes("en") ? "en" : editions[0]);
location.replace(new URL(`${edition}/index.html${location.search}${location.hash}`, location.href));
