// Gradio's panel, which measures the answers: its scripts are fetched when it is opened first.

const panel = document.getElementById("measuring");

export function open() {
  for (const later of document.querySelectorAll("[data-later]")) {
    const script = later.localName === "script";
    const made = document.createElement(later.localName);
    if (script) Object.assign(made, { type: "module", src: later.dataset.later });
    else Object.assign(made, { rel: "stylesheet", href: later.dataset.later });
    later.replaceWith(made);
  }
  panel.hidden = false;
  document.body.classList.add("measuring");
  panel.querySelector("button").focus();
}

export function close() {
  panel.hidden = true;
  document.body.classList.remove("measuring");
}

// The report is as tall as it is, and its questions can be asked with one click.
export function fit(frame, ask) {
  const inside = frame.contentDocument;
  frame.style.height = `${inside.documentElement.scrollHeight + 20}px`;
  inside.addEventListener("click", event => {
    const link = event.target.closest("a[href^='?q=']");
    if (!link) return;
    event.preventDefault();
    close();
    ask(new URLSearchParams(link.getAttribute("href")).get("q"));
  });
}
