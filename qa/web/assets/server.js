// Calls of the server. Each is posted, and what comes of it is read as a stream of events.

import { remembered, remember } from "./kept.js";

const POSTED_MS = 15_000; // until the server has taken a call
const SILENT_MS = 40_000; // it gives a sign of life more often than that

export class NoConnection extends Error {}

// What the server knows this browser's uploads by, together with its cookie.
export function session() {
  const kept = remembered("session");
  if (kept) return kept;
  const random = crypto.getRandomValues(new Uint8Array(16));
  const made = [...random].map(byte => byte.toString(16).padStart(2, "0")).join("");
  remember("session", made);
  return made;
}

// Returns the last of the steps that a function gives, and tells `onStep` of those before it.
export async function call(name, inputs, { signal, onStep } = {}) {
  const watch = watched(signal);
  try {
    watch.within(POSTED_MS);
    const posted = await fetch(`gradio_api/call/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ data: inputs, session_hash: session() }),
      signal: watch.signal,
    });
    if (!posted.ok) throw new Error(await reason(posted));
    const { event_id } = await posted.json();
    watch.within(SILENT_MS);
    const answered = await fetch(`gradio_api/call/${name}/${event_id}`, { signal: watch.signal });
    if (!answered.ok) throw new Error(await reason(answered));
    return await lastOf(answered.body, onStep, () => watch.within(SILENT_MS));
  } catch (error) {
    if (signal?.aborted) throw new DOMException("stopped", "AbortError");
    if (error instanceof TypeError || error.name === "AbortError") throw new NoConnection();
    throw error;
  } finally {
    watch.end();
  }
}

// Sends a file, tells how much has gone, and returns the key that the server gives it.
export function upload(file, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "gradio_api/upload");
    request.upload.onprogress = event => onProgress(event.loaded, event.total);
    request.onerror = () => reject(new NoConnection());
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    request.onload = () => {
      const said = JSON.parse(request.responseText || "{}");
      if (request.status === 200) resolve(said[0]);
      else reject(new Error(said.error ?? "it could not be sent"));
    };
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("files", file);
    request.send(form);
  });
}

// A signal that is also given when nothing has been heard for a while.
function watched(signal) {
  const own = new AbortController();
  const stop = () => own.abort();
  let timer;
  signal?.addEventListener("abort", stop);
  return {
    signal: own.signal,
    within(ms) { clearTimeout(timer); timer = setTimeout(stop, ms); },
    end() { clearTimeout(timer); signal?.removeEventListener("abort", stop); },
  };
}

async function lastOf(stream, onStep, onLife) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (true) {
    const { done, value } = await reader.read();
    if (done) throw new NoConnection();
    onLife();
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const [kind, data] = event.split("\n").map(line => line.replace(/^\w+: /, ""));
      if (kind === "error") throw new Error(JSON.parse(data)?.error ?? "Something went wrong here.");
      if (kind === "heartbeat") continue;
      const [step] = JSON.parse(data);
      if (kind === "complete") return step;
      onStep?.(step);
    }
  }
}

async function reason(response) {
  try {
    return (await response.json()).error ?? `the server said ${response.status}`;
  } catch {
    return `the server said ${response.status}`;
  }
}
