// Search and filters. Every text is put in as text, never as markup.
(() => {
  "use strict";
  const root = document.body.dataset.root;
  let index = null;

  const load = (name) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${root}assets/${name}`;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${name} is missing`));
    document.head.append(script);
  });

  const ready = () => (index ??= (async () => {
    await Promise.all([load("minisearch.js"), load("search-data.js")]);
    const { labels, names, rows } = globalThis.qafilesSearch;
    const entries = rows.map(([title, kind, handle, page, project, tags, text], id) => ({
      id, title, kind: names[kind], label: labels[names[kind]], handle, page, project: names[project], tags: tags.map((tag) => names[tag]), text,
      words: handle.replace(/[^\p{L}\p{N}]+/gu, " "), tagged: tags.map((tag) => names[tag]).join(" "),
    }));
    const search = new MiniSearch({
      fields: ["title", "words", "tagged", "text"],
      searchOptions: { boost: { title: 4, words: 2, tagged: 2 }, prefix: true, fuzzy: (term) => (term.length > 4 ? 0.2 : false), combineWith: "AND" },
    });
    search.addAll(entries);
    return { search, entries };
  })());

  const find = async (text, keeps = () => true) => {
    const { search, entries } = await ready();
    const exact = entries.filter((entry) => keeps(entry) && (entry.handle === text));
    const found = text.trim() ? search.search(text).map((hit) => entries[hit.id]) : entries;
    return [...exact, ...found.filter((entry) => keeps(entry) && !exact.includes(entry))];
  };

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const grouped = (number) => number.toLocaleString("en");
  const about = (entry) => `${entry.label} · ${entry.handle}`;

  // The search field of every page: a combobox, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
  const field = document.getElementById("search");
  const list = document.getElementById("results");
  field.closest(".search").hidden = false;
  let chosen = -1;
  let shown = [];
  let asked = 0;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((item, at) => {
      item.setAttribute("aria-selected", String(at === chosen));
      if (at === chosen) {
        field.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      }
    });
  };
  const go = (entry) => { location.href = root + entry.page; };
  const update = async () => {
    const question = ++asked;
    if (!field.value.trim()) return close();
    const found = await find(field.value.trim());
    if (question !== asked) return;
    shown = found.slice(0, 8);
    list.replaceChildren(...shown.map((entry, at) => {
      const item = element("li");
      item.id = `result-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.append(element("span", "", entry.title), element("span", "what", about(entry)));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); go(entry); });
      return item;
    }));
    if (found.length > shown.length) {
      const item = element("li", "all", `All ${grouped(found.length)} results`);
      item.id = `result-${shown.length}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const all = { page: `search.html?q=${encodeURIComponent(field.value.trim())}` };
      item.addEventListener("mousedown", (event) => { event.preventDefault(); go(all); });
      list.append(item);
      shown = [...shown, all];
    }
    if (!shown.length) {
      const item = element("li", "none", "Nothing found.");
      item.setAttribute("role", "option");
      item.setAttribute("aria-disabled", "true");
      item.setAttribute("aria-selected", "false");
      list.append(item);
    }
    list.hidden = false;
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-expanded", "true");
  };
  field.addEventListener("focus", ready, { once: true });
  field.addEventListener("input", update);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { field.value = ""; close(); }
    if (event.key === "Enter") {
      if (shown[chosen] ?? shown[0]) { event.preventDefault(); if (!list.hidden) go(shown[chosen] ?? shown[0]); }
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden && shown.length) {
      event.preventDefault();
      choose((chosen + (event.key === "ArrowDown" ? 1 : shown.length - (chosen < 0 ? 0 : 1))) % shown.length);
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    }
  });

  // The filters above a list. The page has the first rows; of a longer list a script has all, and those are looked at.
  const STEP = 500;
  const drawing = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const swatch = (color) => {
    const made = drawing("svg", { class: "swatch", viewBox: "0 0 12 12", "aria-hidden": "true", focusable: "false" });
    made.append(drawing("circle", { cx: "6", cy: "6", r: "5", fill: color }));
    return made;
  };
  const linked = ([title, page, color], className) => {
    const link = element("a", className);
    link.href = root + page;
    if (color) link.append(swatch(color));
    link.append(title);
    return link;
  };
  const drawn = (row, heads) => {
    const line = element("tr");
    const first = element("th");
    first.scope = "row";
    if (row.target[2]) {
      const link = element("a", "title");
      link.href = root + row.target[1];
      const inner = element("span", "tag");
      inner.append(swatch(row.target[2]), row.target[0]);
      link.append(inner);
      first.append(link);
    } else first.append(linked(row.target, "title"));
    if (row.suite) first.append(element("span", "handle", row.suite));
    line.append(first);
    row.cells.forEach((cell, at) => {
      const place = element("td", heads[at + 1].className);
      if (Array.isArray(cell)) {
        if (cell.length > 1) {
          const tags = element("ul", "tags");
          for (const target of cell) {
            const item = element("li");
            item.append(linked(target, "tag"));
            tags.append(item);
          }
          place.append(tags);
        } else if (cell.length) place.append(linked(cell[0], "tag"));
      } else if (cell !== null) place.append(String(cell));
      line.append(place);
    });
    if (heads.length > row.cells.length + 1) {
      const place = element("td", "day");
      if (row.day) {
        const time = element("time", "", row.day);
        time.dateTime = row.day;
        place.append(time);
      }
      line.append(place);
    }
    return line;
  };
  const stored = async (name, heads) => {
    await load(name);
    const { targets, rows } = globalThis.qafilesRows;
    return rows.map(([target, suite, cells, day, facets = []]) => {
      const row = { target: targets[target], suite, day, facets, cells: cells.map((cell) => (Array.isArray(cell) ? cell.map((at) => targets[at]) : cell)) };
      const words = row.cells.flatMap((cell) => (Array.isArray(cell) ? cell.map((item) => item[0]) : [String(cell ?? "")]));
      row.text = [row.target[0], suite, ...words, day].join(" ").toLowerCase();
      row.tags = Array.isArray(row.cells[0]) ? row.cells[0].map((item) => item[0]) : [];
      row.element = () => (row.made ??= drawn(row, heads));
      return row;
    });
  };
  for (const bar of document.querySelectorAll("[data-filters]")) {
    const table = document.getElementById(bar.dataset.filters);
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const total = Number(bar.dataset.total);
    const inputs = [...bar.querySelectorAll("[data-filter]")];
    const count = bar.querySelector("[data-filter-count]");
    const more = document.querySelector(`[data-more="${bar.dataset.filters}"]`);
    const listed = [...body.rows].map((line) => ({
      suite: line.dataset.suite, tags: (line.dataset.tags ?? "").split("|"), text: line.textContent.toLowerCase(), element: () => line,
      facets: JSON.parse(line.dataset.facets ?? "[]"),
    }));
    let rows = bar.dataset.rows ? null : Promise.resolve(listed);
    let shown = STEP;
    let question = 0;
    const fits = (row) => inputs.every((input) => {
      const value = input.value.trim();
      if (!value) return true;
      if (input.dataset.filter === "tags") return row.tags.includes(value);
      if (input.dataset.filter === "facet") {
        const own = row.facets[input.dataset.at] ?? [];
        return value === "-" ? !own.length : own.includes(value.slice(1));
      }
      if (input.dataset.filter === "suite") return row.suite === value || row.suite.startsWith(`${value}/`);
      return row.text.includes(value.toLowerCase());
    });
    const apply = async () => {
      const asked = ++question;
      rows ??= stored(bar.dataset.rows, heads);
      const found = (await rows).filter(fits);
      if (asked !== question) return;
      const part = found.slice(0, shown);
      body.replaceChildren(...part.map((row) => row.element()));
      const of = found.length === total ? grouped(total) : `${grouped(found.length)} of ${grouped(total)}`;
      count.textContent = part.length < found.length ? `${of}, the first ${grouped(part.length)} are shown` : found.length === total ? "" : of;
      more.hidden = part.length === found.length;
    };
    bar.hidden = total < 6;
    more.hidden = !bar.dataset.rows;
    more.addEventListener("click", () => { shown += STEP; apply(); });
    bar.addEventListener("focusin", () => { rows ??= stored(bar.dataset.rows, heads); });
    for (const input of inputs) input.addEventListener("input", () => { shown = STEP; apply(); });
    for (const note of document.querySelectorAll("[data-without-script]")) note.hidden = true;
  }

  // The page of the search.
  const page = document.getElementById("full-search");
  if (page) {
    page.hidden = false;
    const [text, kind, project, tag] = ["text", "kind", "project", "tag"].map((name) => document.getElementById(`full-${name}`));
    const results = document.getElementById("full-results");
    const count = document.getElementById("full-count");
    const more = document.getElementById("full-more");
    let most = 100;
    const show = async () => {
      const question = ++asked;
      const found = await find(text.value.trim(), (entry) =>
        (!kind.value || entry.kind === kind.value) && (!project.value || entry.project === project.value) && (!tag.value || entry.tags.includes(tag.value)));
      if (question !== asked) return;
      const part = found.slice(0, most);
      count.textContent = found.length > part.length ? `The first ${grouped(part.length)} of ${grouped(found.length)}` : `${grouped(found.length)} found`;
      more.hidden = found.length === part.length;
      results.replaceChildren(...part.map((entry) => {
        const item = element("li");
        const link = element("a", "", entry.title);
        link.href = root + entry.page;
        item.append(link, element("span", "what", about(entry)));
        return item;
      }));
    };
    more.addEventListener("click", () => { most += 100; show(); });
    for (const input of [text, kind, project, tag]) input.addEventListener("input", () => { most = 100; show(); });
    text.value = new URLSearchParams(location.search).get("q") ?? "";
    show();
    text.focus();
  }
})();
