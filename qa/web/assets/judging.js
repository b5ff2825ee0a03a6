// Whether an answer is right, or where the right one is: sent, said, and thanked for.

import { make } from "./safe.js";
import { tell } from "./copying.js";
import { session } from "./server.js";

export async function feedback(button) {
  const reply = button.closest(".reply");
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ ...JSON.parse(button.value), session_hash: session() });
  let said = "Thank you. It is kept here as a test question, to measure answers with.";
  try {
    const sent = await fetch("feedback", { method: "POST", headers, body });
    if (!sent.ok) said = (await sent.json()).error;
  } catch {
    said = "No connection. Try again when the server is back.";
  }
  tell(said);
  const judge = reply.querySelector(".judge");
  judge.querySelector(".thanks")?.remove();
  judge.append(make("span", { className: "thanks" }, said));
  if (!said.startsWith("Thank")) return;
  reply.classList.remove("wrong");
  for (const old of reply.querySelectorAll(".judge .why, [name=wrong], [name=told]")) old.remove();
}
