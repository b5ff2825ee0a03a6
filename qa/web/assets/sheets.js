// What opens over the page: popups of the menu, and on narrow windows the documents and the source
// as sheets, which the browser's Back closes. Escape closes what was opened last.

const open = []; // { name, close, inHistory }, the last opened last

export function opened(name, close, { sheet = false } = {}) {
  if (open.some(one => one.name === name)) return;
  if (sheet) history.pushState({ sheet: name }, "");
  open.push({ name, close, inHistory: sheet });
}

// Told by what closes by itself; takes its entry out of the history.
export function closed(name) {
  const at = open.findIndex(one => one.name === name);
  if (at < 0) return;
  const [{ inHistory }] = open.splice(at, 1);
  if (inHistory && history.state?.sheet === name) history.back();
}

export function escape() {
  const top = open.at(-1);
  top?.close();
  return top !== undefined;
}

addEventListener("popstate", () => {
  const top = open.findLast(one => one.inHistory);
  if (!top || history.state?.sheet === top.name) return;
  top.inHistory = false;
  top.close();
});

// A button that opens what it controls, and closes it where it is clicked again or elsewhere.
export function popup(button, onOpen = () => {}) {
  const shown = document.getElementById(button.getAttribute("aria-controls"));
  const close = () => {
    shown.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (shown.contains(document.activeElement)) button.focus();
    closed(shown.id);
  };
  button.addEventListener("click", () => {
    if (!shown.hidden) return close();
    onOpen();
    shown.hidden = false;
    button.setAttribute("aria-expanded", "true");
    opened(shown.id, close);
    shown.querySelector("button, input")?.focus();
  });
  document.addEventListener("pointerdown", event => {
    if (!shown.hidden && !shown.contains(event.target) && !button.contains(event.target)) close();
  });
  return close;
}
