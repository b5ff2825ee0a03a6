// Starts the page, and says what its buttons do: by their `name`, with their `value`.

import * as adding from "./adding.js";
import * as conversation from "./conversation.js";
import { copy, copyLink, tell } from "./copying.js";
import * as documents from "./documents.js";
import { feedback } from "./judging.js";
import * as kept from "./kept.js";
import * as measuring from "./measuring.js";
import * as past from "./past.js";
import { hide } from "./preview.js";
import * as saved from "./saved.js";
import * as shared from "./shared.js";
import * as sheets from "./sheets.js";
import * as source from "./source.js";

const LOOKED_AGAIN_MS = 60_000;
const WIDE = matchMedia("(min-width: 70rem)"); // all three side by side
const list = document.getElementById("documents");
const opensList = document.querySelector("[aria-controls=documents]");

const does = {
  ...documents.does,
  ...adding.does,
  ...past.does,
  ...saved.does,
  ...shared.does,
  ...source.does,
  ask: button => conversation.ask(button.value),
  "as-is": button => conversation.ask(button.value, { alone: true }),
  edit: button => conversation.edit(button.value),
  copy: button => copy(button, button.value),
  "copy-link": copyLink,
  wrong: button => button.closest(".reply").classList.toggle("wrong"),
  told: feedback,
  measure: () => { closeMenu(); measuring.open(); },
  close: button => {
    if (list.contains(button)) closeList();
    else if (button.closest("#measuring")) measuring.close();
    else source.close();
  },
};

async function run(button) {
  try {
    await does[button.name]?.(button);
  } catch (error) {
    tell(error.message || "No connection to the server.");
    button.disabled = false;
  }
}

document.addEventListener("click", event => {
  const link = event.target.closest("a.open");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    source.read(link);
  }
  const button = event.target.closest("button[name]");
  if (button && !button.closest("gradio-app")) run(button);
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  hide();
  if (document.body.classList.contains("measuring")) measuring.close();
  else sheets.escape();
});
document.addEventListener("load", event => {
  if (event.target.matches?.("#report iframe")) measuring.fit(event.target, conversation.ask);
}, true);

document.getElementById("begin").addEventListener("click", () => { conversation.begin(); source.close(); });
const closePast = sheets.popup(document.getElementById("past"), past.draw);
sheets.popup(document.getElementById("saved"), saved.draw);
const closeMenu = sheets.popup(document.getElementById("menu"));
document.getElementById("conversations").addEventListener("click", event => {
  if (event.target.closest("[name=open-conversation]")) closePast();
});

function closeList() {
  list.classList.remove("open");
  opensList.setAttribute("aria-expanded", "false");
  sheets.closed("documents");
  opensList.focus();
}

opensList.addEventListener("click", () => {
  list.classList.add("open");
  opensList.setAttribute("aria-expanded", "true");
  sheets.opened("documents", closeList, { sheet: true });
  list.querySelector("[name=close]").focus();
});

// Side by side, the source of an answer is shown at once; the focus stays where it is.
conversation.events.addEventListener("answered", ({ detail }) => {
  if (!WIDE.matches) return;
  const first = detail.querySelector("blockquote a.open");
  if (first) source.read(first, { focus: false });
  else source.close();
});
conversation.events.addEventListener("shown", () => source.close());

for (const colours of document.querySelectorAll("[name=colours]")) {
  colours.checked = colours.value === (kept.remembered("colours") ?? "light dark");
  colours.addEventListener("change", () => { kept.remember("colours", colours.value); paint(); });
}

function paint() {
  document.documentElement.style.colorScheme = kept.remembered("colours") ?? "light dark";
}

async function look() {
  try {
    const lost = await documents.refresh();
    if (lost.length) tell("The server has deleted the files that you had added. Add them again to ask them.", true);
    await saved.askAgain(documents.state());
  } catch { /* it is looked again later, and a question says that there is no connection */ }
}

// A link's answer cannot be the same where what it quoted is not there.
function missing(quoted) {
  const gone = quoted.filter(id => documents.state() && !documents.has(id));
  if (!gone.length) return;
  tell(`The answer that this link was made for quoted ${gone.map(id => `“${id}”`).join(" and ")}, which `
    + `${gone.length === 1 ? "is" : "are"} not among your documents here; so the answer may be another.`, true);
}

// A link to the page may bring a question along, and which documents to ask.
function start() {
  paint();
  documents.set(kept.remembered("filter"));
  const given = new URLSearchParams(location.search);
  const question = given.get("q");
  let quoted = [];
  if (!question) {
    conversation.open(kept.current());
  } else {
    quoted = given.getAll("quoted");
    const ids = given.getAll("in");
    const filter = { ids, after: given.get("after"), before: given.get("before") };
    if (ids.length || filter.after) documents.set(filter);
    history.replaceState(null, "", location.pathname);
    conversation.begin();
    conversation.ask(question);
  }
  look().then(() => missing(quoted));
  shared.restore();
  setInterval(() => { if (!document.hidden) look(); }, LOOKED_AGAIN_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}

start();
