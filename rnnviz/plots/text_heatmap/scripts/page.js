// What a heatmap needs of a page that knows nothing of it.

/** A room of its own in an element, where neither's styles reach the other; `markup` is ours. */
export function roomIn(element, style, markup) {
  const room = element.attachShadow({ mode: "open" });
  room.innerHTML = markup;
  const sheet = document.createElement("style");
  sheet.textContent = style;
  room.prepend(sheet);
  return room;
}

/** Whether an element stands on a dark page: then its letters are light. */
export function standsOnDark(element) {
  return !isDark(getComputedStyle(element).color);
}

/** Whether a colour, written in any way a style sheet may, is nearer black than white. */
export function isDark(colour) {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

/** Calls back when the page may have become light or dark; gives what ends that. */
export function whenAppearanceChanges(call) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", call);
  const observer = new MutationObserver(call);
  // Every kind of page says it by an attribute, each by one of its own.
  for (const part of [document.documentElement, document.body]) {
    observer.observe(part, { attributes: true });
  }
  return () => {
    system.removeEventListener("change", call);
    observer.disconnect();
  };
}
