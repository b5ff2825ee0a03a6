// What this browser keeps: conversations, the filter, the session. Nothing of it leaves the browser,
// unless the server offers to keep conversations, too (shared.js).

const place = `quotewell:${location.pathname}:${document.getElementById("workspace").dataset.corpus}:`;
const MOST = 50; // conversations

export const events = new EventTarget(); // "kept" and "removed", with a conversation's id
const tell = (what, id) => events.dispatchEvent(new CustomEvent(what, { detail: id }));

export function remembered(name) {
  try {
    return JSON.parse(localStorage.getItem(place + name));
  } catch { // none may be kept, or another program wrote there
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(place + name, JSON.stringify(value));
    return true;
  } catch { // full, or not allowed
    return false;
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(place + name);
  } catch { /* not allowed */ }
}

// All conversations, the last first: { id, title, at }.
export function conversations() {
  const listed = remembered("conversations");
  return Array.isArray(listed) ? listed : [];
}

export function load(id) {
  const found = remembered(`conversation:${id}`);
  return found && Array.isArray(found.turns) ? found : null;
}

// Keeps a conversation; where there is no room, the oldest make room.
export function save(conversation, { told = true } = {}) {
  const { id, title } = conversation;
  let listed = [{ id, title, at: Date.now() }, ...conversations().filter(one => one.id !== id)];
  for (const old of listed.slice(MOST)) forget(`conversation:${old.id}`);
  listed = listed.slice(0, MOST);
  while (!remember(`conversation:${id}`, conversation) && listed.length > 1) {
    forget(`conversation:${listed.pop().id}`);
  }
  remember("conversations", listed);
  if (told) tell("kept", id);
}

export function remove(id) {
  forget(`conversation:${id}`);
  tell("removed", id);
  remember("conversations", conversations().filter(one => one.id !== id));
}

export function rename(id, title) {
  const found = load(id);
  if (found) remember(`conversation:${id}`, { ...found, title });
  remember("conversations", conversations().map(one => (one.id === id ? { ...one, title } : one)));
  tell("kept", id);
}

// Which conversation this tab shows; a new tab goes on with the last one.
export function current() {
  try {
    return sessionStorage.getItem(`${place}current`) ?? conversations()[0]?.id ?? null;
  } catch {
    return conversations()[0]?.id ?? null;
  }
}

export function setCurrent(id) {
  try {
    sessionStorage.setItem(`${place}current`, id);
  } catch { /* not allowed */ }
}
