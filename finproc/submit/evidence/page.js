"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const entries = [...$("list").children];
  const numberOf = new Map(entries.map((entry, number) => [entry.id, number]));
  const segments = [];
  for (const segment of document.querySelectorAll("main [data-s]")) segments[segment.dataset.s] = segment;
  const links = [...document.querySelectorAll("main a[data-f]")];
  const linksOf = entries.map(() => []);
  for (const link of links) for (const number of link.dataset.f.split(" ")) linksOf[number].push(link);
  const narrow = matchMedia("screen and (max-width: 60rem)");
  let chosen = null; // the fact that a click, a key or the address chose
  let shown = null; // the fact that is shown now: the chosen one, or the one under the pointer
  let marked = [];
  let waiting = 0;

  document.documentElement.classList.add("js");
  for (const part of document.querySelectorAll(".script")) part.hidden = false;
  const fold = () => { $("lists").open = !narrow.matches; };
  fold();
  narrow.addEventListener("change", fold);

  function clear() {
    for (const segment of marked) {
      delete segment.dataset.r;
      delete segment.dataset.l;
    }
    marked = [];
    if (shown === null) return;
    entries[shown].classList.remove("on");
    entries[shown].firstElementChild.removeAttribute("aria-current");
    for (const link of linksOf[shown]) link.classList.remove("on");
  }

  function mark(number) {
    const labels = new Map();
    for (const spot of entries[number].dataset.e.split(" ")) {
      const [, field, first, last] = /^(.+):(\d+)-(\d+)$/.exec(spot) || [];
      for (let at = Number(first); at <= Number(last); at += 1) {
        const segment = segments[at];
        if (!segment || segment.dataset.r) continue; // the first field is the strongest
        segment.dataset.r = field;
        marked.push(segment);
      }
      const head = segments[first];
      if (!head || field === "quote" || field === "value") continue;
      labels.set(head, (labels.get(head) || new Set()).add(field));
    }
    for (const [segment, fields] of labels) segment.dataset.l = [...fields].join(", ");
  }

  function show(number) {
    if (shown === number) return;
    clear();
    shown = number;
    $("card").hidden = number === null;
    document.documentElement.classList.toggle("sheet", number !== null);
    if (number === null) return;
    mark(number);
    entries[number].classList.add("on");
    entries[number].firstElementChild.setAttribute("aria-current", "true");
    for (const link of linksOf[number]) link.classList.add("on");
    const told = new DOMParser().parseFromString(entries[number].querySelector("noscript").textContent, "text/html");
    $("details").replaceChildren(...told.body.childNodes);
    $("card").scrollTop = 0;
    const place = visible().indexOf(number);
    $("count").textContent = place < 0 ? `Fact ${number + 1}` : `Fact ${place + 1} of ${visible().length}`;
  }

  function choose(number, { scroll = true, focus = false } = {}) {
    chosen = number;
    show(number);
    const address = number === null ? location.pathname + location.search : `#${entries[number].id}`;
    history.replaceState(null, "", address);
    if (number === null) return;
    const [link] = linksOf[number];
    $("said").textContent = `${$("count").textContent}: ${entries[number].firstElementChild.textContent}`;
    if (narrow.matches) $("lists").open = false;
    const list = $("lists");
    const [outer, inner] = [list.getBoundingClientRect(), entries[number].getBoundingClientRect()];
    const there = entries[number].isConnected;
    if (there && (inner.top < outer.top || inner.bottom > outer.bottom)) list.scrollTop += inner.top - outer.top - outer.height / 3;
    if (!link) return;
    if (scroll) link.scrollIntoView({ block: "center", inline: "nearest" });
    if (focus) link.focus({ preventScroll: true });
  }

  let fitting = entries.map((_, number) => number);
  const visible = () => fitting;

  function step(way) {
    const facts = visible();
    if (!facts.length) return;
    const place = chosen === null ? -1 : facts.indexOf(chosen);
    const from = place < 0 && way < 0 ? facts.length : place;
    choose(facts[(from + way + facts.length) % facts.length], { focus: true });
  }

  const numbersOf = (target) => target.closest("a[data-f]")?.dataset.f.split(" ").map(Number);
  const listed = (target) => {
    const entry = target.closest("#list > li");
    return entry ? entries.indexOf(entry) : -1;
  };

  function preview(number) {
    clearTimeout(waiting);
    waiting = setTimeout(() => show(number === null ? chosen : number), number === null ? 250 : 60);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || narrow.matches) return;
    const numbers = numbersOf(event.target);
    const place = listed(event.target);
    if (numbers) preview(numbers.includes(shown) ? shown : numbers[0]);
    else if (place >= 0) preview(place);
    else if (event.target.closest("#card")) clearTimeout(waiting);
    else preview(null);
  });

  document.addEventListener("click", (event) => {
    const numbers = numbersOf(event.target);
    if (numbers) {
      event.preventDefault();
      const again = numbers.indexOf(chosen);
      choose(numbers[(again + 1) % numbers.length], { scroll: false });
      return;
    }
    const place = listed(event.target);
    if (place >= 0 && event.target.closest("a")) {
      event.preventDefault();
      choose(place);
      return;
    }
    const link = event.target.closest("a[href^='#']");
    if (link) arrive(link.getAttribute("href"), event);
  });

  document.addEventListener("focusin", (event) => {
    const numbers = numbersOf(event.target);
    if (numbers && !numbers.includes(chosen) && event.target.matches(":focus-visible")) choose(numbers[0], { scroll: false });
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (event.target === $("words")) $("words").blur();
      else choose(null);
      return;
    }
    if (event.target.matches("input, select, textarea")) return;
    const onFact = event.target.closest("a[data-f], #list a");
    if (event.key === "n" || (onFact && event.key === "ArrowRight")) step(1);
    else if (event.key === "p" || (onFact && event.key === "ArrowLeft")) step(-1);
    else if (event.key === "/") {
      $("lists").open = true;
      $("words").focus();
    } else return;
    event.preventDefault();
  });

  $("next").addEventListener("click", () => step(1));
  $("previous").addEventListener("click", () => step(-1));
  $("close").addEventListener("click", () => choose(null));

  function arrive(address, event) {
    const number = numberOf.get(address.slice(1));
    if (number !== undefined) {
      event?.preventDefault();
      choose(number);
      return;
    }
    for (let part = $(address.slice(1)); part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  }

  const texts = entries.map((entry) => entry.textContent.toLowerCase());
  function filter() {
    const words = $("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = ["metric", "period", "proof"].map((name) => [name, $(name).value]).filter(([, value]) => value);
    fitting = [];
    entries.forEach((entry, number) => {
      const fits = wanted.every(([name, value]) => entry.dataset[name] === value) && words.every((word) => texts[number].includes(word));
      if (fits) fitting.push(number);
    });
    $("list").replaceChildren(...fitting.map((number) => entries[number])); // hiding them one by one takes seconds
    const left = new Set(fitting.map(String));
    for (const link of links) link.classList.toggle("dim", !link.dataset.f.split(" ").some((number) => left.has(number)));
    $("shown").textContent = fitting.length === entries.length ? "" : `${fitting.length} of ${entries.length}`;
    $("said").textContent = `${fitting.length} of ${entries.length} facts`;
  }
  $("filter").addEventListener("input", filter);
  $("filter").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => arrive(location.hash));
  if (location.hash.length > 1) arrive(location.hash);
})();
