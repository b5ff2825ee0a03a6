// The documents on the left: found by title or name, sorted, and ticked; what is ticked is asked.

import { remember, remembered } from "./kept.js";
import { make } from "./safe.js";
import { call } from "./server.js";
import * as years from "./years.js";

const FIRST = 40; // rows, at each key; more come as one scrolls
const MORE = 200;
const MANY = 200; // documents: folders are closed at first
const workspace = document.getElementById("workspace");
const find = document.getElementById("find");
const sort = document.getElementById("sort");
const list = document.getElementById("list");
const rows = list.querySelector("ul");

let all = []; // { id, title, date, left_out, own }, with what is looked through and sorted by
let mark = "";
let visitor = "";
let ticked = new Set();
let folded = new Set(); // folders
let listed = []; // what is listed at the moment: documents, and folders before theirs
let shown = 0;

export const events = new EventTarget(); // "filtered"

// What is asked, as the server takes it: null for all.
export function filter() {
  const { after, before } = years.range();
  const ids = all.length ? all.filter(one => ticked.has(one.id)).map(one => one.id) : [...ticked];
  if (!ids.length && !after) return null;
  return { ...(ids.length ? { ids } : {}), ...(after ? { after, before } : {}) };
}

export function set(filter) {
  ticked = new Set(filter?.ids ?? []);
  years.set(filter?.after, filter?.before);
  changed();
}

function isAsked(one) {
  return (ticked.size === 0 || ticked.has(one.id)) && years.within(one.date);
}

const count = (n, of = "document") => `${n.toLocaleString("en")} ${of}${n === 1 ? "" : "s"}`;

// " 12 documents", for what the page says while it searches; "" before the server has said.
export const asked = () => (mark ? ` ${count(all.filter(isAsked).length)}` : "");

// Asks the server what there is; returns which of the visitor's files it does not have any more.
export async function refresh() {
  const now = await call("library", [mark]);
  visitor = now.visitor;
  if (now.documents) {
    all = now.documents.map(prepared);
    if (!mark && all.length > MANY) folded = new Set(all.filter(one => !one.own).map(one => one.folder));
    mark = now.mark;
    ticked = new Set(all.map(one => one.id).filter(id => ticked.has(id)));
    years.draw(all);
    changed();
  }
  skipped(now.skipped);
  workspace.classList.toggle("empty", all.length === 0);
  for (const held of document.querySelectorAll(".held")) held.textContent = count(all.length);
  events.dispatchEvent(new Event("listed"));
  const held = new Set(own().map(one => one.id));
  const lost = (remembered("uploads") ?? []).filter(id => !held.has(id));
  remember("uploads", [...held]);
  return lost;
}

// After the visitor has removed all that was added.
export function forgotten() {
  remember("uploads", []);
  return refresh();
}

// By what one sees that the documents are others than before.
export const state = () => mark;

export const has = id => all.some(one => one.id === id);
export const own = () => all.filter(one => one.own);
export const empty = () => all.length === 0;

function prepared(row) {
  const title = row.title ?? "";
  const at = row.id.lastIndexOf("/");
  return {
    ...row,
    title,
    name: row.id.slice(at + 1),
    folder: row.own ? "Added by you" : row.id.slice(0, Math.max(at, 0)),
    looked: `${title}\n${row.id}`.normalize("NFKC").toLowerCase(),
  };
}

const ORDERS = {
  name: (a, b) => (a.own ? 1 : 0) - (b.own ? 1 : 0) || compare(a.folder, b.folder) || compare(a.name, b.name),
  title: (a, b) => compare(a.title || a.name, b.title || b.name),
  newest: (a, b) => compare(b.date ?? "", a.date ?? ""),
  oldest: (a, b) => compare(a.date ?? "9999", b.date ?? "9999"),
};
const compare = new Intl.Collator(undefined, { numeric: true }).compare;

let ordered = []; // all, in the order chosen: sorting thousands at each key would be felt

function order() {
  ordered = [...all].sort(ORDERS[sort.value]);
}

function changed() {
  order();
  draw();
  remember("filter", filter());
  events.dispatchEvent(new Event("filtered"));
}

export function found() {
  const words = find.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  return ordered.filter(one => years.within(one.date) && words.every(word => one.looked.includes(word)));
}

function draw() {
  const matching = found();
  listed = sort.value === "name" ? inFolders(matching) : matching;
  shown = 0;
  rows.replaceChildren();
  list.scrollTop = 0;
  more();
  say(matching);
}

function inFolders(matching) {
  const grouped = Map.groupBy ? Map.groupBy(matching, one => one.folder) : group(matching);
  if (grouped.size < 2 && !grouped.keys().next().value) return matching;
  return [...grouped].flatMap(([folder, inside]) => (folder
    ? [{ heading: folder, inside }, ...(folded.has(folder) && !find.value.trim() ? [] : inside)]
    : inside));
}

function group(matching) {
  const grouped = new Map();
  for (const one of matching) grouped.set(one.folder, [...(grouped.get(one.folder) ?? []), one]);
  return grouped;
}

function more() {
  const next = listed.slice(shown, shown + (shown ? MORE : FIRST));
  rows.append(...next.map(one => (one.heading ? folderRow(one) : row(one))));
  shown += next.length;
}

function row(one) {
  const tick = make("input", { type: "checkbox", checked: ticked.has(one.id) });
  tick.setAttribute("aria-label", `Ask ${one.title || one.name}`);
  tick.dataset.id = one.id;
  const address = new URLSearchParams({ name: one.id, start: 0, end: 0, visitor });
  const link = make("a", { className: "open", href: `document?${address}`, title: one.id }, isolated(one.title || one.name));
  const about = make("span", { className: "about" });
  about.append(...[one.title ? make("span", { className: "file" }, isolated(one.name)) : "", one.date ? ` ${one.date}` : ""]);
  if (one.own) about.append(" ", make("span", { className: "own" }, "yours"));
  const what = make("div", { className: "what" }, link, about);
  for (const why of one.left_out ?? []) {
    what.append(make("span", { className: "left-out" }, "Left out: ", isolated(why)));
  }
  const made = make("li", {}, make("label", { className: "tick" }, tick), what);
  if (one.own) {
    const gone = make("button", { type: "button", name: "remove-document", value: one.id }, "Remove");
    gone.setAttribute("aria-label", `Remove ${one.title || one.name}`);
    made.append(gone);
  }
  return made;
}

function folderRow({ heading, inside }) {
  const on = inside.filter(one => ticked.has(one.id)).length;
  const tick = make("input", { type: "checkbox", checked: on === inside.length });
  tick.indeterminate = on > 0 && on < inside.length;
  tick.setAttribute("aria-label", `Ask all in ${heading}`);
  tick.dataset.folder = heading;
  const open = !folded.has(heading);
  const fold = make("button", { type: "button", name: "fold", value: heading }, open ? "▾" : "▸");
  fold.setAttribute("aria-label", `${open ? "Close" : "Open"} ${heading}`);
  fold.setAttribute("aria-expanded", open);
  const what = make("span", { className: "what" }, isolated(heading), ` (${inside.length.toLocaleString("en")})`);
  return make("li", { className: "folder" }, make("label", { className: "tick" }, tick), what, fold);
}

const isolated = text => make("bdi", {}, text);

// How many there are, how many are found, and how many are asked.
function say(matching) {
  if (!mark) return; // the server has not said yet
  const asks = all.filter(isAsked).length;
  const looking = find.value.trim();
  const part = asks < all.length ? `${asks.toLocaleString("en")} of ${count(all.length)} asked` : count(all.length);
  document.getElementById("counts").textContent = looking ? `${matching.length.toLocaleString("en")} found; ${part}` : part;
  document.querySelector("[name=tick-found]").hidden = !looking || !matching.length;
  for (const button of document.querySelectorAll("[name=ask-all]")) button.hidden = asks === all.length;
  const limit = document.getElementById("limit");
  limit.hidden = asks === all.length;
  limit.querySelector("span").textContent = `Asking only ${words(asks)}`;
}

function words(asks) {
  const time = years.words();
  const one = asks === 1 ? all.find(isAsked) : null;
  const which = one ? `“${one.title || one.name}”` : `${asks.toLocaleString("en")} of ${count(all.length)}`;
  return time ? `${which}, ${time}` : which;
}

function skipped(reasons) {
  const names = Object.keys(reasons);
  const panel = document.getElementById("skipped");
  panel.hidden = names.length === 0;
  panel.querySelector("summary").textContent = `${count(names.length, "file")} could not be read`;
  panel.querySelector("ul").replaceChildren(...names.slice(0, 1000).map(name => (
    make("li", {}, make("strong", {}, isolated(name)), " ", isolated(reasons[name]))
  )));
}

export const does = {
  "tick-found": () => { for (const one of found()) ticked.add(one.id); changed(); },
  "ask-all": () => { ticked.clear(); years.set(); changed(); },
  fold: button => {
    if (!folded.delete(button.value)) folded.add(button.value);
    const top = list.scrollTop;
    draw();
    list.scrollTop = top;
    rows.querySelector(`[name=fold][value="${CSS.escape(button.value)}"]`)?.focus();
  },
  "remove-document": async button => {
    button.disabled = true;
    await call("remove", [button.value]);
    remember("uploads", (remembered("uploads") ?? []).filter(id => id !== button.value));
    await refresh();
  },
};

list.addEventListener("change", ({ target }) => {
  const { id, folder } = target.dataset;
  const these = folder === undefined ? [id] : found().filter(one => one.folder === folder).map(one => one.id);
  for (const one of these) target.checked ? ticked.add(one) : ticked.delete(one);
  const top = list.scrollTop;
  const until = shown;
  changed();
  while (shown < until) more();
  list.scrollTop = top;
  const selector = folder === undefined ? `[data-id="${CSS.escape(id)}"]` : `[data-folder="${CSS.escape(folder)}"]`;
  rows.querySelector(selector)?.focus();
});
list.addEventListener("scroll", () => {
  if (list.scrollTop + list.clientHeight > list.scrollHeight - 600) more();
});
find.addEventListener("input", draw);
sort.addEventListener("change", () => { order(); draw(); });
years.events.addEventListener("chosen", changed);
