// Files are added one by one: sent, with the time that is left, then read by the server.

import * as documents from "./documents.js";
import { make } from "./safe.js";
import { NoConnection, call, upload } from "./server.js";

const section = document.getElementById("adding");
const input = section.querySelector("input[type=file]");
const drop = section.querySelector(".drop");
const outcomes = section.querySelector(".outcomes");
const home = section.parentElement;

let queue = Promise.resolve();

export function add(files) {
  for (const file of files) {
    const row = waiting(file);
    queue = queue.then(() => addOne(file, row));
  }
}

function waiting(file) {
  const row = make("li", { className: "waiting" }, make("strong", {}, make("bdi", {}, file.name)), " ");
  row.said = row.appendChild(make("span", {}, "waiting…"));
  row.stopping = new AbortController();
  const cancel = make("button", { type: "button" }, "Cancel");
  cancel.setAttribute("aria-label", `Cancel ${file.name}`);
  cancel.addEventListener("click", () => { row.stopping.abort(); tell(row, "skipped", "cancelled"); });
  row.append(" ", cancel);
  outcomes.append(row);
  return row;
}

async function addOne(file, row) {
  const { signal } = row.stopping;
  if (signal.aborted) return;
  const bar = make("progress", { max: 1, value: 0 });
  bar.setAttribute("aria-label", `sent of ${file.name}`);
  row.append(bar);
  const began = performance.now();
  try {
    const key = await upload(file, {
      signal,
      onProgress: (sent, total) => {
        bar.value = sent / total;
        row.said.textContent = sent < total ? left(performance.now() - began, sent, total) : "reading…";
      },
    });
    bar.removeAttribute("value");
    const { added, skipped } = await call("take", [key]);
    if (signal.aborted) {
      for (const id of added) await call("remove", [id]);
    } else {
      const many = added.length > 1 ? `added, ${added.length} documents` : "added";
      const said = [...(added.length ? [many] : []), ...skipped.map(why => `left out: ${why}`)];
      tell(row, added.length ? "added" : "skipped", said.join("; "));
    }
    await documents.refresh();
  } catch (error) {
    if (error.name === "AbortError") return;
    const lost = "no connection; add it again when the server is back";
    tell(row, "skipped", error instanceof NoConnection ? lost : error.message);
  }
}

function left(ms, sent, total) {
  const seconds = Math.ceil(ms / sent * (total - sent) / 1000);
  const time = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${Math.round(100 * sent / total)}%, ${time} left`;
}

function tell(row, kind, said) {
  row.className = kind;
  row.said.textContent = said;
  for (const done of row.querySelectorAll("progress, button")) done.remove();
}

input.addEventListener("change", () => { add([...input.files]); input.value = ""; });
for (const name of ["dragenter", "dragover"]) {
  addEventListener(name, event => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.add("over");
  });
}
addEventListener("dragleave", event => { if (!event.relatedTarget) drop.classList.remove("over"); });
addEventListener("drop", event => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  drop.classList.remove("over");
  if (!section.hidden) add([...event.dataTransfer.files]);
});

// Where there is nothing to ask yet, the page begins with this.
documents.events.addEventListener("listed", () => {
  (documents.empty() ? document.getElementById("intro") : home).append(section);
  section.querySelector("[name=leave]").hidden = documents.own().length === 0;
});

export const does = {
  leave: async () => {
    for (const { id } of documents.own()) await call("remove", [id]);
    outcomes.replaceChildren();
    await documents.forgotten();
  },
};
