// Conversations that the server keeps, too, where it was started with --history. They are known by a
// key that this browser makes, and that is sent to nobody but the server, never in an address.

import * as kept from "./kept.js";
import { copy, tell } from "./copying.js";
import { call } from "./server.js";

const on = document.getElementById("workspace").dataset.history === "yes";
const SAVED_MS = 1_500; // after the last change
const waiting = new Map();

function key() {
  const found = kept.remembered("key");
  if (found) return found;
  const random = crypto.getRandomValues(new Uint8Array(24));
  const made = [...random].map(byte => byte.toString(16).padStart(2, "0")).join("");
  kept.remember("key", made);
  return made;
}

async function send(name, ...inputs) {
  try {
    return await call(name, [key(), ...inputs]);
  } catch (error) {
    tell(`The server does not keep this conversation now: ${error.message || "no connection"}.`, true);
    return null;
  }
}

function save(id) {
  const found = kept.load(id);
  if (found) send("history_save", id, found.title, JSON.stringify(found));
}

// Takes over what the server has and this browser has not.
export async function restore() {
  if (!on) return;
  const own = new Set(kept.conversations().map(one => one.id));
  const others = (await send("history"))?.filter(one => !own.has(one.id)) ?? [];
  for (const { id } of others.reverse()) {
    const found = await send("history_load", id);
    if (found && Array.isArray(found.turns)) kept.save({ ...found, id }, { told: false });
  }
}

if (on) {
  kept.events.addEventListener("kept", ({ detail }) => {
    clearTimeout(waiting.get(detail));
    waiting.set(detail, setTimeout(save, SAVED_MS, detail));
  });
  kept.events.addEventListener("removed", ({ detail }) => {
    clearTimeout(waiting.get(detail));
    send("history_delete", detail);
  });
}

export const does = {
  "copy-key": button => copy(button, key()),
  "use-key": async () => {
    const field = document.getElementById("key");
    const given = field.value.trim();
    if (!/^[A-Za-z0-9_-]{32,128}$/.test(given)) return tell("This is no key: copy it in the other browser.", true);
    kept.remember("key", given);
    field.value = "";
    await restore();
    tell("The conversations of this key are among the past ones now.", true);
  },
};
