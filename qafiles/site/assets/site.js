// Search and filters. Every text is put in as text, never as markup.
(() => {
  "use strict";
  const root = document.body.dataset.root;
  const labels = { organization: "Organization", member: "Member", project: "Project", test_case: "Test case", document: "Document", tag: "Tag", secret_value: "Secret", test_traversal: "Traversal", browser_config: "Browser config", user: "User" };
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
    const { names, rows } = globalThis.qafilesSearch;
    const entries = rows.map(([title, kind, handle, page, project, tags, text], id) => ({
      id, title, kind: names[kind], handle, page, project: names[project], tags: tags.map((tag) => names[tag]), text,
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
  const about = (entry) => `${labels[entry.kind]} · ${entry.handle}`;

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

  // The filters above a list.
  for (const bar of document.querySelectorAll("[data-filters]")) {
    const rows = [...document.getElementById(bar.dataset.filters).tBodies[0].rows];
    const inputs = [...bar.querySelectorAll("[data-filter]")];
    const count = bar.querySelector("[data-filter-count]");
    const apply = () => {
      let left = 0;
      for (const row of rows) {
        const fits = inputs.every((input) => {
          const value = input.value.trim();
          if (!value) return true;
          if (input.dataset.filter === "tags") return (row.dataset.tags ?? "").includes(`|${value}|`);
          if (input.dataset.filter === "suite") return row.dataset.suite === value || row.dataset.suite.startsWith(`${value}/`);
          return row.textContent.toLowerCase().includes(value.toLowerCase());
        });
        row.hidden = !fits;
        if (fits) left += 1;
      }
      count.textContent = left === rows.length ? "" : `${left} of ${rows.length}`;
    };
    bar.hidden = rows.length < 6;
    for (const input of inputs) input.addEventListener("input", apply);
  }

  // The page of the search.
  const page = document.getElementById("full-search");
  if (page) {
    page.hidden = false;
    const [text, kind, project, tag] = ["text", "kind", "project", "tag"].map((name) => document.getElementById(`full-${name}`));
    const results = document.getElementById("full-results");
    const count = document.getElementById("full-count");
    const show = async () => {
      const question = ++asked;
      const found = await find(text.value.trim(), (entry) =>
        (!kind.value || entry.kind === kind.value) && (!project.value || entry.project === project.value) && (!tag.value || entry.tags.includes(tag.value)));
      if (question !== asked) return;
      const part = found.slice(0, 100);
      count.textContent = found.length > part.length ? `The first ${part.length} of ${found.length}` : `${found.length} found`;
      results.replaceChildren(...part.map((entry) => {
        const item = element("li");
        const link = element("a", "", entry.title);
        link.href = root + entry.page;
        item.append(link, element("span", "what", about(entry)));
        return item;
      }));
    };
    for (const input of [text, kind, project, tag]) input.addEventListener("input", show);
    show();
    text.focus();
  }
})();
