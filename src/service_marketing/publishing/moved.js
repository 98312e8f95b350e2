// A page that has moved: on to its new address, with the place in the page that the old one named.
const next = new URL(document.querySelector("a").href);
next.search = location.search;
next.hash ||= location.hash;
location.replace(next);
