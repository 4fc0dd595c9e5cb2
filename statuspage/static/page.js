/* Makes times relative, refreshes the page in place, explains bars. The page is complete without it. */
(() => {
  "use strict";
  const EVERY = 15e3;
  const language = document.documentElement.lang;
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  const tip = document.body.appendChild(document.createElement("div"));
  let etag = null;
  let skewed = false;
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

  /* The table under the bars, newest day first, is what the tooltips say. */
  function rowOf(bar) {
    const bars = [...bar.parentNode.querySelectorAll(".b")];
    const table = bar.closest(".service").querySelector("table");
    return { row: table.tBodies[0].rows[bars.length - 1 - bars.indexOf(bar)], heads: table.tHead.rows[0].cells };
  }

  function linesOf(bar) {
    const { row, heads } = rowOf(bar);
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
    bar.setAttribute("role", "img");
    bar.setAttribute("aria-label", linesOf(bar).join(", "));
  }

  function stopAt(bars, index) {
    for (const bar of bars) bar.removeAttribute("tabindex");
    label(bars[index]);
    bars[index].setAttribute("tabindex", "0");
  }

  function barUnder(drawing, event) {
    const bars = drawing.querySelectorAll(".b");
    const box = drawing.getBoundingClientRect();
    const index = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return bars[Math.max(0, Math.min(bars.length - 1, index))];
  }

  function move(event) {
    const bars = [...event.currentTarget.querySelectorAll(".b")];
    const at = bars.indexOf(event.target);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to < 0 || to >= bars.length) return;
    stopAt(bars, to);
    bars[to].focus({ preventScroll: true });
  }

  function liven(drawing) {
    const bars = drawing.querySelectorAll(".b");
    if (!bars.length) return;
    drawing.setAttribute("role", "group");
    stopAt(bars, bars.length - 1);
    drawing.addEventListener("pointermove", (event) => show(barUnder(drawing, event)));
    drawing.addEventListener("pointerdown", (event) => show(barUnder(drawing, event)));
    drawing.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse" && event.relatedTarget !== tip) hide();
    });
    drawing.addEventListener("keydown", move);
  }

  function place() {
    const focus = document.activeElement;
    const drawing = focus?.closest(".bars");
    return {
      open: [...document.querySelectorAll("main details[open]")].map((details) => details.id),
      scrolled: [...document.querySelectorAll("main details[open] .days")].map((days) => days.scrollTop),
      owner: focus?.closest("main") ? focus.closest("[id]")?.id : null,
      bar: drawing ? [...drawing.querySelectorAll(".b")].indexOf(focus) : -1,
      kind: focus?.matches("summary") ? "summary" : focus?.matches(".days") ? ".days" : null,
    };
  }

  function comeBack(to) {
    to.open.forEach((id, n) => {
      const details = document.getElementById(id);
      if (!details) return;
      details.open = true;
      details.querySelector(".days").scrollTop = to.scrolled[n];
    });
    const owner = to.owner && document.getElementById(to.owner);
    if (!owner) return;
    const bars = owner.querySelectorAll(".bars .b");
    if (to.bar >= 0 && bars[to.bar]) stopAt(bars, to.bar);
    const target = to.bar >= 0 ? bars[to.bar] : to.kind && owner.querySelector(to.kind);
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
    start();
    comeBack(at);
    const after = main().querySelector("h1").textContent;
    if (after !== before) document.getElementById("said").textContent = after;
  }

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname, { cache: "no-cache", credentials: "omit" });
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      if (etag !== answer.headers.get("etag")) swap(text);
      etag = answer.headers.get("etag");
      document.getElementById("offline").hidden = true;
    } catch {
      document.getElementById("offline").hidden = false;
    }
  }

  function start() {
    checkClock();
    tellTimes();
    document.querySelectorAll(".bars").forEach(liven);
  }

  start();
  /* On the document: Chromium makes an SVG with a focus listener of its own a tab stop. */
  document.addEventListener("focusin", (event) => event.target.matches(".bars .b") && show(event.target));
  document.addEventListener("focusout", hide);
  tip.addEventListener("pointerleave", hide);
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("pointerdown", (event) => event.target.closest?.(".bars, .tip") || hide());
  addEventListener("resize", hide);
  setInterval(tellTimes, 1e3);
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
})();
