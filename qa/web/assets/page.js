// What happens in the browser alone: copying, asking again, and the document beside the chat.
// Buttons say by their `name` what they do and by their `value` with what.

const quotewell = (() => {
  const box = () => document.querySelector("#question textarea");
  const pane = () => document.getElementById("reading");
  let opener = null; // what had the focus before a document was opened

  // Types a question and presses the button, as a person would. Svelte needs a turn in between.
  function ask(question) {
    document.querySelector("#tabs [role=tab]")?.click();
    box().value = question;
    box().dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => document.querySelector("#question .submit-button")?.click(), 50);
  }

  // A link to the page may bring a question along: /?q=...
  function start() {
    tidy();
    const question = new URLSearchParams(location.search).get("q");
    if (question) ask(question);
  }

  async function copy(button, text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no clipboard for a page that came over plain http
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    tell("Copied");
    const label = button.textContent;
    button.textContent = "Copied";
    button.disabled = true;
    setTimeout(() => { button.textContent = label; button.disabled = false; }, 1200);
  }

  // Says something to who listens to the page.
  function tell(text) {
    document.getElementById("told").textContent = text;
  }

  function read(link) {
    opener = link;
    document.querySelectorAll("#chat a.open.current").forEach(a => a.classList.remove("current"));
    link.classList.add("current");
    // Replaced and not added: the browser's Back leaves the page, not one document for another.
    pane().querySelector("iframe").contentWindow.location.replace(link.href);
    pane().querySelector("a").href = link.href;
    pane().hidden = false;
    pane().querySelector("button").focus();
  }

  function close() {
    if (pane().hidden) return;
    pane().hidden = true;
    opener?.classList.remove("current");
    opener?.focus();
  }

  // How a question was understood, to be changed: what is typed now is meant as it is.
  function edit(text) {
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
    const asIs = document.querySelector("#as-is input");
    if (!asIs.checked) asIs.click();
    box().focus();
  }

  // Below an answer that is wrong, one can say where the right one is.
  function wrong(button) {
    button.closest(".reply").classList.toggle("wrong");
  }

  async function feedback(button) {
    const headers = { "Content-Type": "application/json" };
    const sent = await fetch("feedback", { method: "POST", headers, body: button.value });
    const said = sent.ok ? "Noted, thank you." : (await sent.json()).error;
    const note = Object.assign(document.createElement("span"), { textContent: said });
    button.closest(".reply").classList.remove("wrong");
    button.closest(".reply").querySelector("[name=wrong]").replaceWith(note);
    button.closest(".reply").querySelectorAll("[name=told]").forEach(b => b.remove());
    tell(said);
  }

  // A report on test questions: as tall as it is, and its misses can be asked with one click.
  function fit(frame) {
    const inside = frame.contentDocument;
    frame.style.height = `${inside.documentElement.scrollHeight + 20}px`;
    inside.addEventListener("click", event => {
      const link = event.target.closest("a[href^='?q=']");
      if (!link) return;
      event.preventDefault();
      ask(new URLSearchParams(link.getAttribute("href")).get("q"));
    });
  }

  const does = {
    told: feedback,
    wrong,
    ask: button => ask(button.value),
    edit: button => edit(button.value),
    copy: button => copy(button, button.value),
    "copy-link": button => copy(button, new URL(button.value, location.href).href),
    close,
  };

  document.addEventListener("click", event => {
    const link = event.target.closest("a.open");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      read(link);
    }
    const button = event.target.closest("#chat .message button, #reading button");
    if (button) does[button.name]?.(button);
  });
  document.addEventListener("load", event => {
    if (event.target.matches?.("#report iframe")) fit(event.target);
  }, true);
  document.addEventListener("keydown", event => event.key === "Escape" && close());

  // Gradio labels each message with its own source, which a screen reader would read out, tags and
  // all; and it calls the examples a list, which has no items.
  function tidy() {
    document.querySelectorAll("#chat [data-testid]").forEach(m => m.removeAttribute("aria-label"));
    document.querySelector("#chat .examples")?.removeAttribute("role");
  }

  // The newest question goes to the top, so that its answer is read from the beginning.
  function newest() {
    requestAnimationFrame(() => {
      tidy();
      [...document.querySelectorAll("#chat .user-row")].at(-1)?.scrollIntoView();
    });
  }

  return { start, newest };
})();
