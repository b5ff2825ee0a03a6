// Saved answers: a list of this browser's, exported as evidence, and watched for changes.

import { tell } from "./copying.js";
import { remember, remembered } from "./kept.js";
import { make } from "./safe.js";
import { call } from "./server.js";

const MOST = 100; // the server takes no more at once
const WATCHED = 20;
const popup = document.getElementById("keeping");
const list = popup.querySelector("ul");
const opener = document.getElementById("saved");

const all = () => remembered("saved") ?? []; // { id, record, watched, change }

function keep(saved) {
  if (!remember("saved", saved)) tell("This browser has no room to save more.", true);
  draw();
}

export function draw() {
  const saved = all();
  list.replaceChildren(...saved.map(row));
  if (!saved.length) list.append(make("li", {}, "Nothing yet: “Save” below an answer keeps it here."));
  popup.querySelector(".export").hidden = !saved.length;
  const changed = saved.filter(one => one.change).length;
  opener.textContent = changed ? `Saved (${changed} changed)` : saved.length ? `Saved (${saved.length})` : "Saved";
}

function row({ id, record, watched, change }) {
  const gone = make("button", { type: "button", name: "unsave", value: id }, "Remove");
  gone.setAttribute("aria-label", `Remove ${record.question}`);
  const watch = make("input", { type: "checkbox", checked: watched });
  watch.addEventListener("change", () => {
    const others = all().filter(one => one.watched && one.id !== id).length;
    if (watch.checked && others >= WATCHED) tell(`At most ${WATCHED} are watched.`, true);
    keep(all().map(one => (one.id === id ? { ...one, watched: watch.checked && others < WATCHED } : one)));
    list.querySelector(`[data-id="${id}"] input`)?.focus();
  });
  const made = make("li", {},
    make("strong", {}, isolated(record.question)),
    make("p", { className: "says" }, isolated(record.answer ?? "Not found in the documents")),
    make("label", {}, watch, " Tell me when this changes"), gone);
  made.dataset.id = id;
  if (change) {
    const seen = make("button", { type: "button", name: "seen", value: id }, "Seen");
    made.append(make("p", { className: "changed" }, `Changed (${change.changed.join(", ")}). Before: `,
      isolated(said(change.before)), ". Now: ", isolated(said(change.now)), "."), seen);
  }
  return made;
}

function said({ answer, quotes }) {
  const first = quotes[0];
  if (!answer) return "not found";
  return `“${answer}” (${[first?.title || first?.document, first?.place].filter(Boolean).join(", ")})`;
}

const isolated = text => make("bdi", {}, text);

// Asks the watched questions again, where the documents are others than when it was last done.
export async function askAgain(state) {
  const watched = all().filter(one => one.watched);
  if (!state || remembered("asked-again") === state) return;
  if (watched.length) {
    const found = await call("again", [JSON.stringify(watched.map(one => one.record))]);
    const now = new Map(watched.map((one, n) => [one.id, found[n]]));
    const changes = found.filter(one => one.changed.length).length;
    keep(all().map(one => {
      const { record, changed } = now.get(one.id) ?? { changed: [] };
      return changed.length ? { ...one, record, change: { changed, before: one.record, now: record } } : one;
    }));
    if (changes) tell(`${changes} saved answer${changes === 1 ? " has" : "s have"} changed: see “Saved”.`, true);
  }
  remember("asked-again", state);
}

async function exported() {
  const format = popup.querySelector("select").value;
  const records = JSON.stringify(all().map(one => one.record));
  const { name, type, base64 } = await call("export", [format, records]);
  const bytes = Uint8Array.from(atob(base64), byte => byte.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export const does = {
  save: button => {
    const { record } = button.closest(".turn").turn;
    if (!record) return tell("Its documents are not there any more: ask again, then save.", true);
    const others = all().filter(one => one.record.asked !== record.asked || one.record.question !== record.question);
    if (others.length >= MOST) return tell(`At most ${MOST} are saved.`, true);
    keep([{ id: crypto.getRandomValues(new Uint32Array(2)).join("-"), record, watched: false, change: null }, ...others]);
    button.textContent = "Saved";
    tell("Saved");
  },
  unsave: button => {
    keep(all().filter(one => one.id !== button.value));
    (list.querySelector("button") ?? opener).focus();
  },
  seen: button => keep(all().map(one => (one.id === button.value ? { ...one, change: null } : one))),
  export: async button => {
    button.disabled = true;
    button.textContent = "Exporting…";
    try {
      await exported();
    } finally {
      button.disabled = false;
      button.textContent = "Export";
    }
  },
};

draw();
