// The source beside the conversation: its quote, the other quotes of the answer, what is looked for
// in it, and for pages their numbers. Documents come without any script, in a frame of their own.

import { closed, opened } from "./sheets.js";

const NARROW = matchMedia("(max-width: 63.99rem)");
const pane = document.getElementById("reading");
const frame = pane.querySelector("iframe");
const pages = pane.querySelector("form.page");
const finding = document.getElementById("find-in");
const foundText = pane.querySelector(".found");
const own = pane.querySelector(".bar a");

let link = null; // that was opened
let opener = null; // what had the focus before
let places = []; // found in the document: [start, end]
let at = -1;
let zoom = 1;

export const isOpen = () => !pane.hidden;
export const current = () => link;

export function read(chosen, { focus = true } = {}) {
  if (focus) opener = chosen;
  mark(chosen);
  show(chosen.href);
  if (new URL(chosen.href).searchParams.get("name") !== document.body.dataset.source) forgetFound();
  document.body.dataset.source = new URL(chosen.href).searchParams.get("name");
  pane.hidden = false;
  pane.querySelector(".which").textContent = titleOf(chosen);
  step(0);
  if (focus && NARROW.matches) opened("reading", close, { sheet: true });
  else opened("reading", close);
  if (focus) pane.querySelector("[name=close]").focus();
}

export function close() {
  if (pane.hidden) return;
  const back = pane.contains(document.activeElement) || document.activeElement === document.body;
  pane.hidden = true;
  mark(null);
  closed("reading");
  if (back) opener?.focus();
}

function mark(chosen) {
  link?.classList.remove("current");
  link = chosen;
  link?.classList.add("current");
}

// Replaced and not added: the browser's Back does not go from document to document.
function show(address) {
  own.href = address;
  frame.contentWindow.location.replace(address);
}

function titleOf(chosen) {
  const cards = [...chosen.closest(".answer")?.querySelectorAll(".card a.title") ?? []];
  return (cards.find(one => one.href === chosen.href) ?? chosen).textContent;
}

// The quotes of one answer, one after another.
function quotes() {
  const reply = link?.closest(".answer");
  if (!reply) return [];
  const seen = new Map();
  const folded = link.closest(".more") !== null;
  for (const one of reply.querySelectorAll(folded ? "a.open" : "a.open:not(.more a)")) if (!seen.has(one.href)) seen.set(one.href, one);
  return [...seen.values()];
}

function step(by) {
  const all = quotes();
  const here = all.findIndex(one => one.href === link?.href);
  const to = here + by;
  pane.querySelector(".quotes").hidden = all.length < 2;
  if (by && to >= 0 && to < all.length) {
    read(all[to], { focus: false });
    return;
  }
  pane.querySelector(".of").textContent = all.length > 1 ? `Quote ${here + 1} of ${all.length}` : "";
  pane.querySelector("[name=previous-quote]").disabled = here <= 0;
  pane.querySelector("[name=next-quote]").disabled = here >= all.length - 1;
}

// The address of the document with another place of it marked.
function elsewhere(changes) {
  const address = new URL(link.href);
  for (const name of ["page", "text", "low", "high"]) address.searchParams.delete(name);
  for (const [name, value] of Object.entries(changes)) address.searchParams.set(name, value);
  return address;
}

function forgetFound() {
  finding.value = foundText.textContent = "";
  places = [];
  at = -1;
  toFound(0);
}

async function find() {
  const words = finding.value.trim();
  if (!words) return forgetFound();
  const asked = new URL(link.href);
  const query = new URLSearchParams({
    name: asked.searchParams.get("name"), visitor: asked.searchParams.get("visitor") ?? "", words,
  });
  const said = await fetch(`document/find?${query}`).then(answer => answer.json(), () => null);
  if (finding.value.trim() !== words) return;
  places = said?.places ?? [];
  at = -1;
  toFound(1);
  if (!said) foundText.textContent = "No connection";
}

function toFound(by) {
  const some = places.length > 0;
  for (const name of ["previous-found", "next-found"]) pane.querySelector(`[name=${name}]`).hidden = !some;
  if (!some) {
    foundText.textContent = finding.value.trim() ? "Not in it" : "";
    return;
  }
  at = (at + by + places.length) % places.length;
  foundText.textContent = `${at + 1} of ${places.length}`;
  const [start, end] = places[at];
  const address = elsewhere({ start, end });
  address.hash = "quote";
  show(address.href);
}

function zoomBy(factor) {
  zoom = Math.min(3, Math.max(0.6, zoom * factor));
  apply();
}

function apply() {
  const root = frame.contentDocument?.documentElement;
  root?.style.setProperty("--zoom", zoom);
  frame.contentDocument?.getElementById("quote")?.scrollIntoView({ block: "center" });
}

frame.addEventListener("load", () => {
  const inside = frame.contentDocument;
  if (!inside || pane.hidden) return;
  inside.addEventListener("keydown", event => event.key === "Escape" && close());
  const { page, pages: total } = inside.querySelector("main")?.dataset ?? {};
  pages.hidden = !total;
  pages.querySelector("input").value = page ?? "";
  pages.querySelector("input").max = total ?? "";
  pages.querySelector("span").textContent = total ? `of ${total}` : "";
  if (zoom !== 1) apply();
});
pages.addEventListener("submit", event => event.preventDefault());
pages.querySelector("input").addEventListener("change", ({ target }) => {
  if (target.value) show(elsewhere({ page: target.value }).href);
});
finding.form.addEventListener("submit", event => {
  event.preventDefault();
  places.length ? toFound(1) : find();
});
let typing;
finding.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(find, 250); });

export const does = {
  close,
  "previous-quote": () => step(-1),
  "next-quote": () => step(1),
  "previous-found": () => toFound(-1),
  "next-found": () => toFound(1),
  smaller: () => zoomBy(1 / 1.25),
  larger: () => zoomBy(1.25),
};
