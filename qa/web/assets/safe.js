// HTML of answers, from the server or kept by the browser: nothing in it runs or leads elsewhere.

const TAGS = new Set(
  "section p strong blockquote bdi h3 ol ul li div span mark a button details summary".split(" "),
);
const ATTRIBUTES = new Set(
  "class dir href name value type role tabindex style title aria-label".split(" "),
);
const STYLE = /^width:\d+%$/;

export function safe(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const element of [...parsed.body.querySelectorAll("*")]) {
    if (!TAGS.has(element.localName)) {
      element.remove();
      continue;
    }
    for (const { name, value } of [...element.attributes]) {
      const leads = name === "href" && !value.startsWith("document?");
      const paints = name === "style" && !STYLE.test(value);
      if (!ATTRIBUTES.has(name) || leads || paints) element.removeAttribute(name);
    }
  }
  const found = document.createDocumentFragment();
  found.append(...parsed.body.childNodes);
  return found;
}

// An element with attributes and children, strings among them as text.
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
