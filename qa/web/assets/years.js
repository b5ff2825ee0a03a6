// The years of the documents as bars. One chooses a year; a second one, all from the one to the other.

import { make } from "./safe.js";

const MOST = 18; // bars; else they are decades, or centuries
const chart = document.getElementById("years");
let step = 1;
let first = null; // the first and the last year chosen
let last = null;

export const events = new EventTarget(); // "chosen"

export const range = () => (first === null ? {} : { after: year4(first), before: year4(last) });

export function set(after, before) {
  first = after ? Number(after) : null;
  last = before ? Number(before) : null;
  press();
}

// Whether a document of a date is asked; one without a date only where any time is.
export function within(date) {
  if (first === null) return true;
  const year = yearOf(date);
  return year !== null && first <= year && year <= last;
}

export const words = () => (first === null ? "" : first === last ? `${first}` : `${first} to ${last}`);

const year4 = year => String(year).padStart(4, "0");

function yearOf(date) {
  return /^\d{4}/.test(date ?? "") ? Number(date.slice(0, 4)) : null;
}

export function draw(documents) {
  const years = documents.map(one => yearOf(one.date)).filter(year => year !== null);
  if (!years.length) {
    chart.replaceChildren();
    return;
  }
  const [low, high] = years.reduce(([a, b], year) => [Math.min(a, year), Math.max(b, year)], [9999, 0]);
  step = [1, 10, 100, 1000].find(size => Math.floor(high / size) - Math.floor(low / size) < MOST);
  const counts = new Map();
  for (const year of years) counts.set(year - year % step, (counts.get(year - year % step) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const bars = [];
  for (let year = low - low % step; year <= high; year += step) bars.push(bar(year, counts.get(year) ?? 0, most));
  const every = Math.ceil(bars.length / 5); // labels that there is room for
  bars.forEach((one, n) => { if (n % every) one.querySelector(".year").textContent = "\u00a0"; });
  chart.replaceChildren(...bars);
  press();
}

function bar(year, n, most) {
  const named = step === 1 ? `${year}` : `${year}s`;
  const height = make("span", { className: "height" });
  height.style.height = `${Math.round(70 * n / most)}%`;
  const label = make("span", { className: "year" }, named);
  const button = make("button", { type: "button", title: `${named}: ${n}` }, height, label);
  button.setAttribute("aria-label", `${named}: ${n} document${n === 1 ? "" : "s"}`);
  button.dataset.year = year;
  button.addEventListener("click", () => choose(year));
  return make("li", {}, button);
}

function choose(year) {
  const end = year + step - 1;
  if (first === null || first !== last - step + 1) [first, last] = [year, end];
  else if (first === year) [first, last] = [null, null];
  else [first, last] = [Math.min(first, year), Math.max(last, end)];
  press();
  events.dispatchEvent(new Event("chosen"));
}

function press() {
  for (const button of chart.querySelectorAll("button")) {
    const year = Number(button.dataset.year);
    button.setAttribute("aria-pressed", first !== null && first <= year && year <= last);
  }
}
