// Instant search, keys and copy buttons. Every page works without this file.
"use strict";

const box = document.getElementById("query");
const list = document.getElementById("found");
const told = document.getElementById("told");
const keys = document.getElementById("keys");
const words = document.body.dataset; // what is said here, in the language of the page, and where its pages are
const help = document.getElementById("help");
const WHOLE_NAME = /^(torch|tf|keras|nn|F|optim|layers)(\.[A-Za-z_]\w*)+$/;
let chosen = -1;
let asked = 0;

function close() {
  list.hidden = true;
  chosen = -1;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function piece(tag, kind, text) {
  const element = document.createElement(tag);
  element.className = kind;
  element.textContent = text;
  return element;
}

function marked(element, pieces) {
  if (!pieces.length) return element;
  const inside = pieces.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const parts = element.textContent.split(new RegExp("(" + inside + ")"));
  element.replaceChildren(...parts.map((text, n) => (n % 2 ? piece("mark", "", text) : text)));
  return element;
}

function option(mapping, position, matched) {
  const link = piece("a", "option", "");
  link.href = words.root + "/" + encodeURIComponent(mapping.id);
  link.id = "option-" + position;
  link.tabIndex = -1;
  link.setAttribute("role", "option");
  link.setAttribute("aria-selected", "false");
  const names = mapping.id + " → " + ((mapping.side === "torch" ? mapping.tf : mapping.torch) || mapping.near || words.none);
  link.append(marked(piece("code", "", names), matched), marked(piece("span", "what", mapping.summary), matched));
  return link;
}

async function ask() {
  const text = box.value.trim();
  const turn = ++asked;
  if (!text) return close();
  const response = await fetch("/search?limit=8&lang=" + words.lang + "&q=" + encodeURIComponent(text));
  if (turn !== asked || !response.ok) return; // a later key press has asked again
  const answer = await response.json();
  if (turn !== asked) return;
  const near = answer.suggestions.map((s) => ({ id: s.name, side: "torch", tf: words.near, summary: "" }));
  const found = answer.results.map((result, n) => option(result.mapping, n, result.matched));
  list.replaceChildren(...(found.length ? found : near.map((mapping, n) => option(mapping, n, []))));
  told.textContent = answer.total + " " + (answer.total === 1 ? words.result : words.results);
  list.hidden = !list.children.length;
  chosen = -1;
  box.setAttribute("aria-expanded", String(!list.hidden));
  box.removeAttribute("aria-activedescendant");
}

function choose(step) {
  const options = [...list.children];
  if (list.hidden || !options.length) return;
  options[chosen]?.setAttribute("aria-selected", "false");
  chosen = (chosen + step + options.length + (chosen < 0 && step < 0 ? 1 : 0)) % options.length;
  options[chosen].setAttribute("aria-selected", "true");
  options[chosen].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", options[chosen].id);
}

box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-controls", "found");
box.setAttribute("aria-expanded", "false");
box.addEventListener("input", () => ask().catch(close)); // no connection: the form still works
box.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // Chinese is being typed
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && chosen >= 0) {
    event.preventDefault();
    list.children[chosen].click();
  } else if (event.key === "Enter" && WHOLE_NAME.test(box.value.trim())) {
    event.preventDefault(); // a whole name is opened; its page says so where there is none
    location.assign(words.root + "/" + encodeURIComponent(box.value.trim()));
  } else if (event.key === "Escape") {
    asked++;
    if (list.hidden) box.blur();
    close();
    event.preventDefault();
  }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) close();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (slash || command) {
    event.preventDefault();
    keys.close();
    box.focus();
    box.select();
  } else if (event.key === "?" && !typing && !keys.open) {
    event.preventDefault();
    keys.showModal();
  }
});

help.hidden = false;
help.addEventListener("click", () => keys.showModal());

navigator.serviceWorker?.register("/worker.js").catch(() => {}); // pages that were read stay readable offline

for (const code of document.querySelectorAll(".code pre")) {
  if (code.scrollHeight > code.clientHeight + 4) code.parentElement.classList.add("cut");
}

for (const button of document.querySelectorAll(".copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.closest("figure").querySelector("code").textContent + "\n");
    button.textContent = words.copied;
    setTimeout(() => (button.textContent = words.copy), 1500);
  });
}

// A file or a notebook, chosen or dropped, goes into the form of /port; the ported file can be saved.
const porting = document.querySelector("[data-port]");
if (porting) {
  const area = porting.querySelector("textarea");
  const chooser = porting.querySelector("[data-file]");
  const read = async (file) => { if (file) area.value = await file.text(); };
  chooser.hidden = false;
  chooser.addEventListener("change", () => read(chooser.files[0]));
  area.addEventListener("dragover", (event) => event.preventDefault());
  area.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) {
      event.preventDefault();
      read(event.dataTransfer.files[0]);
    }
  });
  for (const figure of document.querySelectorAll("figure.code")) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([figure.querySelector("code").textContent], { type: "text/x-python" }));
    link.download = figure.querySelector("figcaption").firstChild.textContent.trim();
    link.textContent = words.download;
    figure.querySelector("figcaption").append(" ", link);
  }
}
