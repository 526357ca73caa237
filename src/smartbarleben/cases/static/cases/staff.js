// Keys for the inbox, and a print button. Everything works without this file; nothing here sends anything by itself.
"use strict";
(() => {
  const page = document.querySelector("[data-cases]");
  if (!page) return;

  for (const button of page.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A second press of the same button is taken for the first; the server does it once in any case.
  for (const form of page.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 2000) event.preventDefault();
      else form.dataset.sent = String(Date.now());
    });
  }

  // A link to a part that is folded away opens it.
  const unfold = (id) => {
    const part = id && document.getElementById(id);
    if (part instanceof HTMLDetailsElement) part.open = true;
    return part;
  };
  unfold(location.hash.slice(1));

  if (!page.hasAttribute("data-shortcuts")) return;

  const rows = [...page.querySelectorAll("[data-case]")];
  const opener = (row) => row.querySelector("[data-open]");
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));

  const step = (by) => {
    if (!rows.length) return;
    const now = here();
    const next = now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + by));
    opener(rows[next]).focus();
    rows[next].scrollIntoView({ block: "nearest" });
  };
  const write = (id, hash) => {
    const part = unfold(id);
    if (part) {
      const field = part.querySelector("textarea");
      field.focus();
      field.scrollIntoView({ block: "center" });
    } else if (here() >= 0) {
      location.assign(opener(rows[here()]).href + hash);
    }
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    o: () => here() >= 0 && opener(rows[here()]).click(),
    x: () => here() >= 0 && rows[here()].querySelector("input[type=checkbox]").click(),
    r: () => write("answer", "#answer"),
    n: () => write("note", "#note"),
    u: () => page.querySelector("[data-back]")?.click(),
    "/": () => page.querySelector("[data-key='/']")?.focus(),
    "?": () => {
      const help = page.querySelector("[data-key='?']");
      if (!help) return;
      help.open = !help.open;
      help.querySelector("summary").focus();
      help.scrollIntoView({ block: "nearest" });
    },
  };
  const typing = (target) => target.closest("textarea, select, [contenteditable], dialog") || (target.matches("input") && !target.matches("[type=checkbox], [type=radio]"));

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, { capture: true });

  if (location.hash === "#answer" || location.hash === "#note") write(location.hash.slice(1), "");
})();
