// The conversation: questions are asked, answered, shown once each, and kept in this browser.

import * as documents from "./documents.js";
import * as kept from "./kept.js";
import { make, safe } from "./safe.js";
import { NoConnection, call } from "./server.js";

const REMEMBERED = 10; // turns that are sent along with a question
const workspace = document.getElementById("workspace");
const scroller = document.getElementById("scroll");
const earlier = document.getElementById("earlier");
const latest = document.getElementById("latest");
const form = document.getElementById("asking");
export const box = document.getElementById("question");
const asIs = document.querySelector("#as-is input");

let told = fresh(); // the conversation on the page
let asking = null; // what stops the question that is being answered

export const events = new EventTarget(); // "answered", with the element

function fresh() {
  return { id: crypto.getRandomValues(new Uint32Array(2)).join("-"), title: "", turns: [], scroll: 0 };
}

export function begin() {
  stop();
  show(fresh());
  box.focus();
}

export function open(id) {
  stop();
  show(kept.load(id) ?? fresh());
}

export const id = () => told.id;

export function renamed(title) {
  told.title = title;
}

function show(conversation) {
  told = conversation;
  kept.setCurrent(told.id);
  earlier.replaceChildren();
  latest.replaceChildren();
  for (const turn of told.turns) add(turn);
  workspace.classList.toggle("asked", told.turns.length > 0);
  scroller.scrollTop = told.scroll;
  events.dispatchEvent(new Event("shown"));
}

// Adds a turn to the page: the one before it goes up, to the earlier ones.
function add(turn) {
  earlier.append(...latest.childNodes);
  const question = make("div", { className: "question", dir: "auto", textContent: turn.question });
  const answer = make("div", { className: "answer" });
  const element = make("article", { className: "turn" }, question, answer);
  element.turn = turn;
  latest.append(element);
  fill(element);
  return element;
}

function fill(element) {
  const { html, question } = element.turn;
  const answer = element.querySelector(".answer");
  answer.replaceChildren(html ? safe(html) : note("stopped", "This was not answered.", question));
}

// A message of the page itself, with a button to ask again where there is a question.
function note(kind, text, question = "") {
  const said = make("p", { className: "verdict", textContent: text });
  const shown = make("section", { className: `reply ${kind}` }, said);
  if (question) {
    const again = make("button", { type: "button", name: "ask", value: question }, "Try again");
    shown.append(make("p", { className: "actions" }, again));
  }
  return shown;
}

export async function ask(question, { alone = asIs.checked } = {}) {
  if (!question.trim()) return;
  stop();
  const before = told.turns.map(turn => turn.place).filter(Boolean).slice(-REMEMBERED);
  const turn = { question, html: "", filter: documents.filter() };
  told.turns.push(turn);
  told.title ||= question.slice(0, 80);
  workspace.classList.add("asked");
  const element = add(turn);
  const answer = element.querySelector(".answer");
  answer.replaceChildren(note("pending", `Searching${documents.asked()}…`));
  box.value = "";
  edit(null);
  keep();
  toTop(element);
  await answerInto(element, before, alone);
}

async function answerInto(element, before, alone) {
  const { turn } = element;
  const own = (asking = new AbortController());
  busy(true);
  const only = turn.filter ? JSON.stringify(turn.filter) : "";
  const given = [turn.question, only, JSON.stringify(before), alone];
  const step = ({ pending, ...said }) => {
    if (own.signal.aborted) return;
    if (pending) {
      element.querySelector(".answer").replaceChildren(safe(said.html));
      return;
    }
    Object.assign(turn, said);
    fill(element);
    if (said.place) events.dispatchEvent(new CustomEvent("answered", { detail: element }));
  };
  try {
    await call("converse", given, { signal: own.signal, onStep: step });
  } catch (error) {
    // Where the answer is there already, only the list of all answers is missing.
    if (!turn.html) element.querySelector(".answer").replaceChildren(failed(error, turn.question));
  }
  if (asking === own) busy(false);
  keep();
}

function failed(error, question) {
  if (error.name === "AbortError") return note("stopped", "Stopped.", question);
  const lost = "No connection to the server. Try again when it is back.";
  return note("problem", error instanceof NoConnection ? lost : error.message, question);
}

export function stop() {
  asking?.abort();
  busy(false);
}

function busy(now) {
  if (!now) asking = null;
  form.querySelector("[type=submit]").hidden = now;
  form.querySelector("[name=stop]").hidden = !now;
}

// How a question was understood, to be changed: what is typed now is meant as it is.
export function edit(text) {
  asIs.checked = text !== null;
  document.getElementById("as-is").hidden = text === null;
  if (text === null) return;
  box.value = text;
  box.focus();
}

// The newest question goes to the top, so that its answer is read from the beginning.
function toTop(element) {
  const room = scroller.clientHeight - form.offsetHeight - 24;
  latest.style.setProperty("--room", `${Math.max(room, 0)}px`);
  element.scrollIntoView();
}

function keep() {
  told.scroll = scroller.scrollTop;
  if (told.turns.length) kept.save(told);
}

scroller.addEventListener("scrollend", keep);
addEventListener("pagehide", keep);
form.addEventListener("submit", event => { event.preventDefault(); ask(box.value); });
form.querySelector("[name=stop]").addEventListener("click", stop);
box.addEventListener("keydown", event => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(box.value);
});
new ResizeObserver(() => {
  scroller.style.setProperty("--asking", `${form.offsetHeight + 8}px`);
}).observe(form);
