// Parts of SVG documents that stand by themselves.

const NS = "http://www.w3.org/2000/svg";

export function element(name, attributes, text = "") {
  const made = document.createElementNS(NS, name);
  setAll(made, attributes);
  made.textContent = text;
  return made;
}

export function setAll(made, attributes) {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
}

/** The first ground under an element that hides what is behind it. */
export function groundOf(element) {
  for (let at = element; at; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (!/, 0\)$|transparent/.test(backgroundColor)) return backgroundColor;
  }
  return "none";
}

/** The document, without what only a page needs. */
export function written(svg) {
  for (const left of svg.querySelectorAll(".hoverlayer, .modebar-container")) left.remove();
  // What a page is called stands in no file: references are to this document.
  const text = new XMLSerializer().serializeToString(svg);
  return text.replace(/url\((&quot;|"|')?[^#)]*#/g, "url($1#");
}
