// A line that moves: people arrive, wait, are served or give up; below it the length of the line over the minutes.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { html } from "../html.js";
import { fixed } from "../words.js";
import { linear } from "./frame.js";
import { legend, mark, textWidth } from "./marks.js";

const SECONDS = 12; // that the whole of a scenario takes
const SETTLE = 110; // ms in which a person is most of the way to a new place
const LEAVE = 350; // ms that a served person is seen to leave
const GIVE_UP = 900; // ms that somebody who gives up is seen to leave
const STILL = 500; // ms between two views for readers who want no motion
const SCENE = 132; // with the groups' names in one line
const NAMES = 20; // a line of them
const CHART = { height: 84, left: 63, top: 20, bottom: 62, right: 11 }; // the clock's slider lies right above
const DESK = { height: 17, top: 2, person: 31, row: 44 };

export function Queue({ declared, mode, words, width, kind }) {
  const { picture } = declared;
  const open = mode.stage === "open" && mode.result;
  // of the settings that the result answers: the sliders may have moved on
  const number = (name, from = mode) => from.result?.[name] ?? (from.settled ?? from.params)[name] ?? declared.fixed?.[name];
  const servers = number(picture.servers);
  const length = number(picture.length);
  const scene = SCENE - NAMES * (lines(picture.groups, width) - 1);
  if (open) {
    const pinned = mode.pinned && waiting(mode.pinned.result[picture.people], number(picture.length, mode.pinned));
    return html`<${Moving} ...${{ people: mode.result[picture.people], servers, length, scene, pinned, fresh: mode.fresh, picture, words, width, kind }} />`;
  }
  const plan = arrange([], servers, length, width, scene);
  return html`<div class=${`sm-queue ${kind}`}>
    ${legend(html, picture.groups)}
    <p class="sm-status" />
    <svg class="sm-scene" viewBox="0 0 ${width} ${scene}" role="img" aria-label=${words.queueEmpty(fixed(length, 0), servers)}>
      ${Desks({ plan })}
      <text class="sm-soon" x=${width / 2} y=${scene / 2 + 28} text-anchor="middle" aria-hidden="true">${words.soon}</text>
    </svg>
    <div class="sm-clock" />
    <svg class="sm-chart" viewBox="0 0 ${width} ${CHART.height}" aria-hidden="true">${Axes({ plan, words })}</svg>
  </div>`;
}

/** How many lines the groups' names take. */
function lines(groups, width) {
  let count = 1;
  let used = 0;
  for (const [label] of groups) {
    const own = 32 + textWidth(label, 12.5); // with its mark and the gap to the next
    used = used + own > width + 14 ? (count++, own) : used + own;
  }
  return count;
}

// What happens when

/** The length of the line over time: steps [minute, number], from minute 0 to `length`. */
function waiting(people, length) {
  const changes = [];
  for (const [arrival, start] of people) {
    if (start > arrival) changes.push([arrival, 1], [start, -1]);
  }
  // who leaves the line makes room before the next one comes
  changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const steps = [[0, 0]];
  let count = 0;
  for (const [time, change] of changes) {
    if (time > length) break;
    count += change;
    if (steps.at(-1)[0] === time) steps.at(-1)[1] = count;
    else steps.push([time, count]);
  }
  return [...steps, [length, count]];
}

/** The middle of the first stretch of time in which the line is longest, and how long it is then. */
function busiest(steps) {
  const at = steps.slice(0, -1).reduce((best, [, count], i) => (count > steps[best][1] ? i : best), 0);
  return { time: steps[at][1] ? (steps[at][0] + steps[at + 1][0]) / 2 : steps.at(-1)[0] / 2, count: steps[at][1] };
}

/** Everything about a scenario that does not move. */
function arrange(people, servers, length, width, scene) {
  const steps = waiting(people, length);
  const peak = busiest(steps);
  const rows = Math.ceil(servers / Math.max(1, Math.floor(width / 21)));
  const across = Math.ceil(servers / rows);
  const desk = Math.min(60, width / across);
  const desks = Array.from({ length: servers }, (_, k) => {
    const row = Math.floor(k / across);
    const here = Math.min(across, servers - row * across);
    return { x: width / 2 + ((k % across) - (here - 1) / 2) * desk, y: DESK.top + row * DESK.row };
  });
  const top = DESK.top + rows * DESK.row + 6;
  let cell = 22;
  const columns = () => Math.max(1, Math.floor(width / cell));
  while (cell > 3 && columns() * Math.floor((scene - top) / cell) < peak.count) cell -= 0.5;
  const gone = people.filter(([, start, , , server]) => server < 0 && start <= length).length;
  return { people, steps, peak, servers, length, width, scene, desk, desks, top, cell, columns: columns(), gone, r: Math.min(8, 0.39 * cell), seated: Math.min(8, 0.36 * desk) };
}

/** Where the person at `index` of the line stands; the line winds from the top left to the bottom. */
function place({ cell, columns, top }, index) {
  const row = Math.floor(index / columns);
  const k = index % columns;
  return [(row % 2 ? columns - 1 - k : k) * cell + cell / 2, top + (row + 0.5) * cell];
}

/** Who is where at minute `time`: numbers of people in the line and at the desks, and how many have gone. */
function look({ people }, time) {
  const line = [];
  const served = [];
  let done = 0;
  let gone = 0;
  for (let i = 0; i < people.length; i++) {
    const [arrival, start, end, , server] = people[i];
    if (arrival > time) continue;
    if (start > time) line.push(i);
    else if (server < 0) gone++;
    else if (end > time) served.push(i);
    else done++;
  }
  return { line, served, done, gone };
}

/** The paths of a scene: people by group, those who give up, and how far every service is. `at` gives a person's place and size. */
function trace(plan, time, now, at, leaving = []) {
  const groups = {};
  let progress = "";
  const add = (i, x, y, r) => (groups[plan.people[i][3]] = (groups[plan.people[i][3]] ?? "") + mark(plan.people[i][3], x, y, r));
  for (const i of now.line) add(i, ...at(i));
  for (const i of now.served) {
    add(i, ...at(i));
    const [, start, end, , server] = plan.people[i];
    const { x, y } = plan.desks[server % plan.servers];
    const w = plan.desk - 6;
    progress += `M${(x - w / 2).toFixed(1)},${y + DESK.height}h${((w * (time - start)) / (end - start)).toFixed(1)}`;
  }
  let gone = "";
  for (const { i, x, y, r, gaveUp } of leaving) {
    if (r < 0.4) continue;
    if (gaveUp) gone += `M${(x - r).toFixed(1)},${(y - r).toFixed(1)}l${(2 * r).toFixed(1)},${(2 * r).toFixed(1)}m0,${(-2 * r).toFixed(1)}l${(-2 * r).toFixed(1)},${(2 * r).toFixed(1)}`;
    else add(i, x, y, r);
  }
  return { groups, progress, gone };
}

/** Where everyone stands once nobody walks any more. */
function rest(plan, now) {
  const at = new Map();
  now.line.forEach((i, index) => at.set(i, [...place(plan, index), plan.r]));
  for (const i of now.served) {
    const { x, y } = plan.desks[plan.people[i][4] % plan.servers];
    at.set(i, [x, y + DESK.person, plan.seated]);
  }
  return at;
}

// What is drawn

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function Moving({ people, servers, length, scene, pinned, fresh, picture, words, width, kind }) {
  const plan = useMemo(() => arrange(people, servers, length, width, scene), [people, servers, length, width, scene]);
  const root = useRef(null);
  const stage = useRef(null);
  const [playing, setPlaying] = useState(false);
  stage.current ??= player({ plan, words, groups: picture.groups, told: setPlaying });
  const { current: player_ } = stage;
  const begin = useRef(null); // what the build drew: drawing goes on by hand from here
  begin.current ??= { time: plan.peak.time, width, ...snapshot(plan, plan.peak.time) };
  useLayoutEffect(() => player_.show(root.current, plan, words), [plan, words]);
  useEffect(() => player_.watch(root.current), []);
  useLayoutEffect(() => {
    if (fresh && !still()) player_.playOnceSeen();
  }, [fresh]);
  const { time, now, drawn } = begin.current;
  const alt = words.queueAlt(fixed(length, 0), people.filter(([arrival]) => arrival <= length).length, servers, plan.peak.count, fixed(plan.peak.time, 0), plan.gone);
  return html`<div class=${`sm-queue ${kind}`} ref=${root}>
    ${legend(html, picture.groups)}
    <p class="sm-status" aria-hidden="true">${counts(words, time, now).map((text, k) => html`<span data-part=${k}>${text}</span>`)}</p>
    <svg class="sm-scene" viewBox="0 0 ${width} ${scene}" role="img" aria-label=${alt}>
      ${Desks({ plan })}
      <path class="sm-progress" d=${drawn.progress} />
      ${picture.groups.map(([, tone], k) => html`<path class=${`sm-people sm-tone-${tone}`} data-group=${k} d=${drawn.groups[k] ?? ""} />`)}
      <path class="sm-gone" d="" />
    </svg>
    <div class="sm-clock">
      <button type="button" aria-label=${playing ? words.pause : words.play} onClick=${() => player_.toggle()}>
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d=${playing ? "M3,2h4v12h-4zM9,2h4v12h-4z" : "M4,2L14,8L4,14z"} /></svg>
      </button>
      <input type="range" min="0" max=${length} step="any" aria-label=${words.clock} onInput=${(event) => player_.seek(event.currentTarget.valueAsNumber)} onKeyDown=${player_.key} />
    </div>
    <svg class="sm-chart" viewBox="0 0 ${width} ${CHART.height}" aria-hidden="true">
      ${Chart({ plan, pinned, words })}
      <path class="sm-cursor" d="M0,${CHART.top - 3}V${CHART.bottom}" transform=${`translate(${across(plan)(time)})`} />
    </svg>
  </div>`;
}

function snapshot(plan, time) {
  const now = look(plan, time);
  const at = rest(plan, now);
  return { now, at, drawn: trace(plan, time, now, (i) => at.get(i)) };
}

const counts = (words, time, { line, done, gone }) => [
  words.minute(fixed(Math.floor(time), 0)),
  words.waitingNow(line.length),
  words.servedNow(done),
  words.leftNow(gone),
];

function Desks({ plan }) {
  const w = plan.desk - 6;
  return html`<g class="sm-desks" aria-hidden="true">
    ${plan.desks.map(({ x, y }, k) => html`<rect x=${x - w / 2} y=${y} width=${w} height=${DESK.height} rx="3" /><text x=${x} y=${y + 13} text-anchor="middle">${k + 1}</text>`)}
  </g>`;
}

const across = ({ length, width }) => linear([0, length], [CHART.left, width - CHART.right]);
const STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 480];

function Axes({ plan, words, ceiling }) {
  const x = across(plan);
  const step = STEPS.find((one) => plan.length / one <= (plan.width < 400 ? 5 : 8)) ?? plan.length;
  const minutes = Array.from({ length: Math.ceil(plan.length / step) }, (_, k) => k * step);
  return html`<g class="sm-axis">
    <line class="sm-base" x1=${CHART.left} x2=${plan.width - CHART.right} y1=${CHART.bottom} y2=${CHART.bottom} />
    ${minutes.filter((t) => x(t) < plan.width - 72).map((t) => html`<text x=${x(t)} y=${CHART.bottom + 16} text-anchor="middle">${t}</text>`)}
    <text x=${plan.width} y=${CHART.bottom + 16} text-anchor="end">${fixed(plan.length, 0)} ${words.minutes}</text>
    <text class="sm-name" x="0" y="12">${words.queueName}</text>
    ${ceiling && html`<text class="sm-scale" x=${CHART.left - 8} y=${CHART.top + 5} text-anchor="end">${ceiling}</text>
      <line class="sm-grid" x1=${CHART.left} x2=${plan.width - CHART.right} y1=${CHART.top} y2=${CHART.top} />`}
    <text x=${CHART.left - 8} y=${CHART.bottom + 4} text-anchor="end">0</text>
  </g>`;
}

const CEILINGS = [4, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500];

function Chart({ plan, pinned, words }) {
  const most = Math.max(plan.peak.count, ...(pinned ?? []).map(([, count]) => count));
  const ceiling = CEILINGS.find((one) => one >= most) ?? most;
  const x = across(plan);
  const y = linear([0, ceiling], [CHART.bottom, CHART.top]);
  const line = (steps) => steps.map(([t, count], i) => `${i ? "H" : "M"}${x(Math.min(t, plan.length)).toFixed(1)}${i ? "V" : ","}${y(count).toFixed(1)}`).join("");
  return html`${Axes({ plan, words, ceiling })}
    <path class="sm-area" d="${line(plan.steps)}V${CHART.bottom}H${CHART.left}Z" />
    <path class="sm-edge" d=${line(plan.steps)} />
    ${pinned && html`<path class="sm-line sm-ghost" d=${line(pinned)} />`}`;
}

// What moves: by hand, without the state of the simulation and without drawing anything else again

function player({ plan, words, told }) {
  let root = null;
  let parts = null;
  let time = plan.peak.time;
  let own = false; // the reader chose this minute
  let running = false;
  let seen = false;
  let awaited = false; // plays as soon as it is seen
  let asked = 0;
  let before = 0;
  let at = new Map(); // where people are drawn: [x, y, r]
  let leaving = [];
  let was = null;

  function show(element, next, language) {
    const other = plan !== next;
    [root, plan, words] = [element, next, language];
    const part = (selector) => root.querySelector(selector);
    parts = {
      groups: [...root.querySelectorAll(".sm-people")],
      texts: [...root.querySelectorAll("[data-part]")],
      progress: part(".sm-progress"),
      gone: part(".sm-gone"),
      cursor: part(".sm-cursor"),
      range: part("input"),
      x: across(plan),
    };
    if (other) {
      // a line that runs or that the reader stopped stays at its minute; else the worst of the new one is shown
      time = running || own || awaited ? Math.min(time, plan.length) : plan.peak.time;
      was = null;
    }
    settle();
  }

  const put = (node, name, value) => node.getAttribute(name) !== value && node.setAttribute(name, value);

  function paint(now, drawn) {
    parts.groups.forEach((path, k) => put(path, "d", drawn.groups[k] ?? ""));
    put(parts.progress, "d", drawn.progress);
    put(parts.gone, "d", drawn.gone);
    put(parts.cursor, "transform", `translate(${Math.round(parts.x(time))})`);
    counts(words, time, now).forEach((text, k) => {
      if (parts.texts[k].textContent !== text) parts.texts[k].textContent = text;
    });
    // the slider is dear to lay out: while all runs it moves by a pixel or two at a time
    if (running && time < plan.length && Math.abs(parts.range.valueAsNumber - time) < plan.length / 150) return;
    parts.range.value = time;
    parts.range.style.setProperty("--sm-fill", `${((100 * time) / plan.length).toFixed(1)}%`);
  }

  // for a listener only when nothing runs, or the minutes would be talked all the time
  const say = (now) => parts.range.setAttribute("aria-valuetext", counts(words, time, now).join(" "));

  /** Everybody where they belong at this minute. */
  function settle() {
    const { now, at: places, drawn } = snapshot(plan, time);
    at = places;
    leaving = [];
    was = now;
    paint(now, drawn);
    if (!running) say(now);
  }

  /** `ms` later: people walk towards where they belong, those who go get smaller. */
  function step(ms) {
    const now = look(plan, time);
    const goals = rest(plan, now);
    for (const i of [...(was?.line ?? []), ...(was?.served ?? [])]) {
      if (goals.has(i) || !at.has(i)) continue;
      const [x, y, r] = at.get(i);
      leaving.push({ i, x, y, r, full: r, age: 0, gaveUp: plan.people[i][4] < 0 });
    }
    const part = 1 - Math.exp(-ms / SETTLE);
    const next = new Map();
    const end = place(plan, now.line.length);
    for (const [i, [x, y, r]] of goals) {
      const [fromX, fromY, fromR] = at.get(i) ?? [plan.width + 8, Math.min(end[1], plan.scene - plan.r), plan.r];
      next.set(i, [fromX + (x - fromX) * part, fromY + (y - fromY) * part, fromR + (r - fromR) * part]);
    }
    at = next;
    for (const one of leaving) {
      one.age += ms;
      const gone = one.age / (one.gaveUp ? GIVE_UP : LEAVE);
      one.r = one.full * Math.max(0, 1 - gone * gone);
      if (one.gaveUp) one.y += ms * 0.02;
      else one.y -= ms * 0.01;
    }
    leaving = leaving.filter((one) => one.age < (one.gaveUp ? GIVE_UP : LEAVE));
    was = now;
    paint(now, trace(plan, time, now, (i) => at.get(i), leaving));
  }

  function frame(stamp) {
    asked = 0;
    if (!running || !seen) return;
    // a phone that was busy goes on from where it was
    const ms = Math.min(before ? stamp - before : 16, 100);
    const quiet = still();
    if (quiet && before && stamp - before < STILL) return ask();
    before = stamp;
    time = Math.min(plan.length, time + ((quiet ? STILL : ms) * plan.length) / (1000 * SECONDS));
    if (quiet) settle();
    else step(ms);
    if (time >= plan.length) stop(false);
    else ask();
  }

  function ask() {
    asked ||= requestAnimationFrame(frame);
  }

  function start() {
    if (time >= plan.length || !own) time = 0;
    running = true;
    awaited = false;
    before = 0;
    settle();
    told(true);
    ask();
  }

  function stop(chosen) {
    running = false;
    own = chosen;
    cancelAnimationFrame(asked);
    asked = 0;
    settle();
    told(false);
  }

  function seek(to) {
    time = Math.min(plan.length, Math.max(0, to));
    own = true;
    awaited = false;
    if (running) stop(true);
    else settle();
  }

  return {
    show,
    seek,
    toggle: () => (running ? stop(true) : start()),
    playOnceSeen() {
      if (seen) return start();
      awaited = true; // at its beginning, or the worst minute would flash up before it runs
      time = 0;
      settle();
    },
    key(event) {
      const small = plan.length / 60;
      const by = { ArrowRight: small, ArrowUp: small, ArrowLeft: -small, ArrowDown: -small, PageUp: 10 * small, PageDown: -10 * small, Home: -Infinity, End: Infinity }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      seek(time + by);
    },
    /** Moves only while it is on the screen; gives the function that ends it. */
    watch(element) {
      const watcher = new IntersectionObserver((entries) => {
        seen = entries.at(-1).isIntersecting;
        before = 0;
        if (!seen) return;
        if (awaited) start();
        else if (running) ask();
      }, { threshold: 0.4 });
      watcher.observe(element);
      return () => {
        watcher.disconnect();
        cancelAnimationFrame(asked);
        running = false;
      };
    },
  };
}
