// Whether an answer is right, or where the right one is: sent, said, and thanked for.

import { tell } from "./copying.js";
import { make } from "./safe.js";
import { NoConnection, call } from "./server.js";

export async function feedback(button) {
  const reply = button.closest(".reply");
  let said;
  try {
    said = await call("judge", [button.value]);
  } catch (error) {
    said = error instanceof NoConnection ? "No connection. Try again when the server is back." : error.message;
  }
  const thanks = said || "Thank you. It is kept here as a test question, to measure answers with.";
  tell(thanks);
  const judge = reply.querySelector(".judge");
  judge.querySelector(".thanks")?.remove();
  judge.append(make("span", { className: "thanks" }, thanks));
  if (said) return;
  reply.classList.remove("wrong");
  for (const old of reply.querySelectorAll(".judge .why, [name=wrong], [name=told]")) old.remove();
}
