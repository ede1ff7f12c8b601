// The pages work without this. It adds: j and k between differences, copying, printing, and the sentence in focus.
"use strict";

const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
const typing = (event) => event.target.closest("input, textarea, select, [contenteditable]") !== null;
const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// --- differences ---------------------------------------------------------------------------------------------

const rows = all("[data-comparison] [data-change]");
let at = -1;

function go(to) {
  if (!rows.length) return;
  at = Math.max(0, Math.min(rows.length - 1, to));
  for (const row of rows) row.classList.toggle("is-here", row === rows[at]);
  rows[at].scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  rows[at].focus({ preventScroll: true });
}

function jump(number) {
  const marks = all(".cell.copy .is-material");
  const row = marks[number] && marks[number].closest("[data-change]");
  if (row) go(rows.indexOf(row));
}

function only() {
  const link = document.querySelector("[data-only]");
  if (!link) return;
  window.location.href = link.getAttribute("aria-current") ? link.previousElementSibling.href : link.href;
}

document.addEventListener("keydown", (event) => {
  if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("#find").focus();
    return;
  }
  if (!document.querySelector("[data-comparison]")) return;
  if (event.key === "j") go(at + 1);
  else if (event.key === "k") go(at - 1);
  else if (event.key === "s") only();
  else if (event.key === "c") take(document.querySelector("[data-copy='#citation']"));
});

for (const button of all("[data-jump]")) button.addEventListener("click", () => jump(Number(button.dataset.jump)));

// --- taking along --------------------------------------------------------------------------------------------

async function take(button) {
  if (!button) return;
  const from = document.querySelector(button.dataset.copy);
  const text = from.href || from.textContent.trim();
  const name = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    window.getSelection().selectAllChildren(from);
    button.textContent = "Selected: press Ctrl+C";
  }
  window.setTimeout(() => { button.textContent = name; }, 1600);
}

for (const button of all("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => take(button));
}
for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// --- who carries a sentence ----------------------------------------------------------------------------------

const list = document.querySelector(".carrier-list");
if (list) {
  list.classList.add("is-live");
  const show = (link) => {
    for (const one of all(".is-shown", list)) one.classList.remove("is-shown");
    for (const one of all(".sentence-link.is-here")) one.classList.remove("is-here");
    link.classList.add("is-here");
    const entry = document.querySelector(link.getAttribute("href"));
    if (entry) {
      entry.classList.add("is-shown");
      if (window.matchMedia("(max-width: 900px)").matches) link.closest("p").after(list.closest(".carriers"));
    }
  };
  const links = all(".sentence-link");
  for (const link of links) {
    link.addEventListener("mouseenter", () => show(link));
    link.addEventListener("focus", () => show(link));
    link.addEventListener("click", (event) => { event.preventDefault(); show(link); });
  }
  const first = document.querySelector(".sentence-link.is-changed") || links[0];
  if (first && !window.matchMedia("(max-width: 900px)").matches) show(first);
}
