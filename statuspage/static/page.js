/* Makes times relative, refreshes the page in place, explains bars. The page is complete without it. */
(() => {
  "use strict";
  const EVERY = 15e3;
  const language = document.documentElement.lang;
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  const tip = document.body.appendChild(document.createElement("div"));
  let etag = null;
  let skewed = false;
  let paused = false;
  let shown = null;

  tip.className = "tip";
  tip.id = "tip";
  tip.hidden = true;
  tip.setAttribute("role", "tooltip");

  const main = () => document.getElementById("main");

  function ago(seconds) {
    for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
      if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
    }
    return relative.format(-Math.max(0, Math.floor(seconds)), "second");
  }

  /* A clock that disagrees with the server's would tell wrong times: then they stay absolute. */
  function checkClock() {
    skewed = Math.abs(Date.now() / 1e3 - Number(main().dataset.now)) > 120;
  }

  function tellTimes() {
    for (const time of document.querySelectorAll("time[data-ago]")) {
      time.dataset.words ??= time.textContent;
      const words = skewed ? time.dataset.words : ago((Date.now() - Date.parse(time.dateTime)) / 1e3);
      if (time.textContent !== words) time.textContent = words;
    }
  }

  /* Days of a strip or of a calendar. */
  const STRIPS = ".bars, [data-days]";
  const DAYS = ".bars .b, [data-days] a";
  const daysOf = (strip) => [...strip.querySelectorAll(DAYS)];

  /* What tooltips say stands in a table: below the bars, newest day first; a calendar's days lead to their rows. */
  function rowOf(day) {
    if (day.hash) return document.getElementById(day.hash.slice(1));
    const bars = daysOf(day.parentNode);
    return day.closest(".service").querySelector("table").tBodies[0].rows[bars.length - 1 - bars.indexOf(day)];
  }

  function linesOf(bar) {
    const row = rowOf(bar);
    const heads = row.closest("table").tHead.rows[0].cells;
    const [day, share, ...rest] = [...row.cells].map((cell) => cell.textContent);
    const found = rest.map((text, n) => [heads[n + 2].textContent, text]).filter(([, text]) => !/^[0–]$/.test(text));
    return [day, share, ...found.map(([name, text]) => `${name}: ${text}`)];
  }

  function show(bar) {
    if (shown === bar) return;
    hide();
    shown = bar;
    bar.classList.add("at");
    tip.replaceChildren(...linesOf(bar).map((text, n) => {
      const line = document.createElement(n ? "span" : "b");
      line.textContent = text;
      return line;
    }));
    tip.hidden = false;
    const box = bar.getBoundingClientRect();
    const left = box.left + box.width / 2 - tip.offsetWidth / 2;
    const most = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const above = box.top - tip.offsetHeight - 8;
    tip.style.left = `${Math.max(8, Math.min(left, most)) + scrollX}px`;
    tip.style.top = `${(above < 4 ? box.bottom + 8 : above) + scrollY}px`;
  }

  function hide() {
    shown?.classList.remove("at");
    shown = null;
    tip.hidden = true;
  }

  function label(bar) {
    if (bar.hash) return;
    bar.setAttribute("role", "img");
    bar.setAttribute("aria-label", linesOf(bar).join(", "));
  }

  function stopAt(days, index) {
    for (const day of days) day.hash ? day.setAttribute("tabindex", "-1") : day.removeAttribute("tabindex");
    label(days[index]);
    days[index].setAttribute("tabindex", "0");
  }

  function dayUnder(strip, event) {
    const days = daysOf(strip);
    if (!strip.matches(".bars")) return event.target.closest("a");
    const box = strip.getBoundingClientRect();
    const index = Math.floor(((event.clientX - box.left) / box.width) * days.length);
    return days[Math.max(0, Math.min(days.length - 1, index))];
  }

  function move(event) {
    const days = daysOf(event.currentTarget);
    const at = days.indexOf(event.target);
    const week = { ArrowUp: at - 7, ArrowDown: at + 7, PageUp: at - 7, PageDown: at + 7 }[event.key];
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: days.length - 1 }[event.key] ?? week;
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (to < 0 || to >= days.length) return;
    stopAt(days, to);
    days[to].focus({ preventScroll: !days[to].hash });
  }

  function liven(strip) {
    const days = daysOf(strip);
    if (!days.length) return;
    if (strip.matches(".bars")) strip.setAttribute("role", "group");
    stopAt(days, days.length - 1);
    const tell = (event) => {
      const day = dayUnder(strip, event);
      if (day) show(day);
    };
    strip.addEventListener("pointermove", tell);
    strip.addEventListener("pointerdown", tell);
    strip.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse" && event.relatedTarget !== tip) hide();
    });
    strip.addEventListener("keydown", move);
  }

  /* A day's row may stand in a table that is closed. */
  function reveal() {
    const row = location.hash && document.getElementById(location.hash.slice(1));
    const closed = row && row.closest("details");
    if (!closed) return;
    closed.open = true;
    row.scrollIntoView({ block: "center" });
  }

  function place() {
    const focus = document.activeElement;
    const strip = focus?.closest(STRIPS);
    return {
      open: [...document.querySelectorAll("main details[open]")].map((details) => details.id),
      scrolled: [...document.querySelectorAll("main details[open]")].map((one) => one.querySelector(".days")?.scrollTop),
      owner: focus?.closest("main") ? focus.closest("[id]")?.id : null,
      strip: strip ? [...document.querySelectorAll(STRIPS)].indexOf(strip) : -1,
      day: strip ? daysOf(strip).indexOf(focus) : -1,
      kind: focus?.matches("summary") ? "summary" : focus?.matches(".days") ? ".days" : null,
    };
  }

  function comeBack(to) {
    to.open.forEach((id, n) => {
      const details = document.getElementById(id);
      if (!details) return;
      details.open = true;
      const days = details.querySelector(".days");
      if (days) days.scrollTop = to.scrolled[n];
    });
    const owner = to.owner && document.getElementById(to.owner);
    const strip = document.querySelectorAll(STRIPS)[to.strip];
    const days = strip ? daysOf(strip) : [];
    if (days[to.day]) stopAt(days, to.day);
    const target = days[to.day] ?? (to.kind && owner?.querySelector(to.kind));
    target?.focus({ preventScroll: true });
  }

  const files = (page) => [...page.querySelectorAll("link[rel=stylesheet], script[src]")].map((tag) => tag.outerHTML).join();

  function swap(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const next = page.getElementById("main");
    if (!next) throw new Error("not the status page");
    if (files(page) !== files(document)) return location.reload();
    const before = main().querySelector("h1").textContent;
    const at = place();
    hide();
    main().replaceWith(document.adoptNode(next));
    document.title = page.title;
    document.querySelector("link[rel=icon]").href = page.querySelector("link[rel=icon]").getAttribute("href");
    start();
    comeBack(at);
    const after = main().querySelector("h1").textContent;
    const said = document.getElementById("said");
    if (after !== before && said) said.textContent = after;
  }

  function offline(yes) {
    const note = document.getElementById("offline");
    if (note) note.hidden = !yes;
  }

  async function refresh() {
    if (document.hidden || paused) return;
    try {
      const answer = await fetch(location.pathname, { cache: "no-cache", credentials: "omit" });
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      if (etag !== answer.headers.get("etag")) swap(text);
      etag = answer.headers.get("etag");
      offline(false);
    } catch {
      offline(true);
    }
  }

  function start() {
    checkClock();
    tellTimes();
    document.querySelectorAll(STRIPS).forEach(liven);
  }

  const pause = document.getElementById("pause");
  if (pause) {
    pause.hidden = false;
    pause.addEventListener("click", () => {
      paused = !paused;
      pause.setAttribute("aria-pressed", paused);
      refresh();
    });
  }
  start();
  reveal();
  addEventListener("hashchange", reveal);
  /* On the document: Chromium makes an SVG with a focus listener of its own a tab stop. */
  document.addEventListener("focusin", (event) => event.target.matches(DAYS) && show(event.target));
  document.addEventListener("focusout", hide);
  tip.addEventListener("pointerleave", hide);
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("pointerdown", (event) => event.target.closest?.(`${STRIPS}, .tip`) || hide());
  addEventListener("resize", hide);
  setInterval(tellTimes, 1e3);
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
})();
