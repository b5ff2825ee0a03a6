// The conversations of this browser: opened again, renamed, deleted.

import * as conversation from "./conversation.js";
import * as kept from "./kept.js";
import { make } from "./safe.js";

const list = document.querySelector("#conversations ul");

export function draw() {
  const all = kept.conversations();
  list.replaceChildren(...all.map(row));
  if (!all.length) list.append(make("li", {}, "None yet."));
}

function row({ id, title }) {
  const named = title || "Without a name";
  const button = (name, label) => {
    const made = make("button", { type: "button", name, value: id }, label);
    made.setAttribute("aria-label", `${label} ${named}`);
    return made;
  };
  const open = make("button", { type: "button", name: "open-conversation", value: id, title: named }, named);
  const made = make("li", {}, open, button("rename", "Rename"), button("delete-conversation", "Delete"));
  if (id === conversation.id()) made.className = "current";
  return made;
}

export const does = {
  "open-conversation": button => conversation.open(button.value),
  rename: button => {
    const item = button.closest("li");
    const open = item.firstChild;
    const input = make("input", { type: "search", value: open.textContent });
    input.setAttribute("aria-label", "New name");
    let done = false;
    const keep = () => {
      if (done) return;
      done = true;
      const title = input.value.trim() || open.textContent;
      kept.rename(button.value, title);
      if (button.value === conversation.id()) conversation.renamed(title);
      draw();
    };
    input.addEventListener("keydown", event => {
      event.stopPropagation();
      if (event.key === "Enter") keep();
      if (event.key === "Escape") { done = true; draw(); }
    });
    input.addEventListener("blur", keep);
    open.replaceWith(input);
    input.select();
  },
  "delete-conversation": button => {
    kept.remove(button.value);
    if (button.value === conversation.id()) conversation.begin();
    draw();
    (list.querySelector("button") ?? document.getElementById("past")).focus();
  },
  "forget-all": () => {
    for (const { id } of kept.conversations()) kept.remove(id);
    conversation.begin();
    draw();
  },
};
