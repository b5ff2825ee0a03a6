// Copying, and saying something to who listens to the page.

export async function copy(button, text) {
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

const QUOTED = 3; // documents that a link names

// A link asks the same question of the same documents, and says what was quoted.
export function copyLink(button) {
  const { filter, record } = button.closest(".turn").turn;
  const link = new URL(location.pathname, location.href);
  link.searchParams.set("q", button.value);
  for (const id of filter?.ids ?? []) link.searchParams.append("in", id);
  if (filter?.after) link.searchParams.set("after", filter.after);
  if (filter?.before) link.searchParams.set("before", filter.before);
  const cited = record?.quotes.filter(quote => quote.role === "answer") ?? [];
  const quoted = [...new Set(cited.map(quote => quote.document))].slice(0, QUOTED);
  for (const id of quoted) link.searchParams.append("quoted", id);
  return copy(button, link.href);
}

export function tell(text, visibly = false) {
  const told = document.getElementById("told");
  told.textContent = text;
  told.classList.toggle("unseen", !visibly);
  if (visibly) setTimeout(() => told.classList.add("unseen"), 15_000);
}
