// What is behind a number is shown where one points at it, or comes to it by keyboard.

const preview = document.getElementById("preview");
let about = null;

function show(number) {
  const cards = number.closest(".answer")?.querySelectorAll(".card") ?? [];
  const card = [...cards].find(one => one.querySelector("span.number")?.textContent === number.textContent);
  if (!card) return;
  about = number;
  preview.replaceChildren(...[".title", ".snippet"].map(name => {
    const copy = document.createElement("div");
    copy.className = name.slice(1);
    copy.append(...[...card.querySelector(name).childNodes].map(node => node.cloneNode(true)));
    return copy;
  }));
  preview.hidden = false;
  const place = number.getBoundingClientRect();
  const { width, height } = preview.getBoundingClientRect();
  const below = place.bottom + 8 + height < innerHeight;
  preview.style.top = `${below ? place.bottom + 8 : Math.max(8, place.top - 8 - height)}px`;
  preview.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 12))}px`;
  // The quote is what is looked for: it is scrolled to where the passage before it is long.
  preview.scrollTop = (preview.querySelector("mark")?.offsetTop ?? 0) - 60;
}

export function hide() {
  about = null;
  preview.hidden = true;
}

const numberAt = target => target.closest?.("a.number");

document.addEventListener("pointerover", ({ target, pointerType }) => {
  const number = numberAt(target);
  if (number && pointerType === "mouse") show(number);
  else if (about && !number) hide();
});
document.addEventListener("focusin", ({ target }) => {
  const number = numberAt(target);
  if (number?.matches(":focus-visible")) show(number);
  else hide();
});
document.addEventListener("scroll", hide, true);
document.addEventListener("click", hide, true);
