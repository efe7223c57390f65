// Coloured texts as pictures: what is in view of each, under its legend.

import { element, groundOf, written } from "./svg.js";

const MARGIN = 16;
const LEGEND = 56;
const LINE = 20;
const BAR = { width: 240, height: 8 };

/** Each coloured text that is seen. */
export function heatmapsOn(page) {
  const roots = [...page.querySelectorAll("*")].map((each) => each.shadowRoot?.querySelector(".heatmap"));
  return roots.filter((root) => root?.checkVisibility()).map((root) => {
    const what = root.querySelector(".legend-what").textContent;
    return { name: `The text coloured by ${what}`, svg: () => heatmapSvg(root, what) };
  });
}

function heatmapSvg(root, what) {
  const reader = root.querySelector(".reader");
  const [width, height] = [reader.clientWidth, reader.clientHeight];
  const under = root.querySelector(".track-legend");
  const means = under.hidden ? "" : under.textContent.trim();
  const above = means ? LEGEND + LINE : LEGEND;
  const size = { width: width + 2 * MARGIN, height: height + above + 2 * MARGIN };
  const whole = element("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}`, role: "img" });
  const ground = groundOf(reader);
  whole.append(element("title", {}, what), element("rect", { ...size, fill: ground }));
  whole.append(...legend(root, what, means));
  // What lies beyond the edges of this is cut off, as in the page.
  const view = element("svg", { x: MARGIN, y: MARGIN + above, width, height });
  const origin = reader.getBoundingClientRect();
  view.append(layer(root.querySelector(".values"), origin));
  view.append(...letters(root, reader, origin), layer(root.querySelector(".marks"), origin));
  whole.append(view);
  return written(whole);
}

/** What is coloured, the scale with its numbers, and what stands under the characters. */
function legend(root, what, means) {
  const find = (name) => root.querySelector(name);
  const style = getComputedStyle(root);
  const font = { "font-family": style.fontFamily, "font-size": 13, fill: style.color };
  const text = (x, y, words, more = {}) => element("text", { x, y, ...font, ...more }, words);
  const stops = getComputedStyle(find(".bar")).backgroundImage.match(/rgba?\([^)]*\)/g) ?? [];
  const gradient = element("linearGradient", { id: "scale" });
  stops.forEach((colour, k) => {
    gradient.append(element("stop", { offset: k / (stops.length - 1), "stop-color": colour }));
  });
  const y = MARGIN + 26;
  const at = { low: [0, "start"], centre: [0.5, "middle"], high: [1, "end"] };
  const numbers = Object.entries(at).map(([name, [share, anchor]]) => {
    const words = find(`.legend-${name}`).textContent;
    return text(MARGIN + share * BAR.width, y + 22, words, { "text-anchor": anchor });
  });
  const bar = element("rect", { x: MARGIN, y, ...BAR, rx: 4, fill: "url(#scale)" });
  const head = text(MARGIN, MARGIN + 14, what, { "font-weight": 600 });
  return [gradient, head, bar, ...numbers, text(MARGIN, y + 22 + LINE, means, { "font-size": 11 })];
}

function layer(canvas, origin) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return element("image", {
    x: left - origin.left,
    y: top - origin.top,
    width,
    height,
    href: canvas.toDataURL(),
    preserveAspectRatio: "none",
    style: "image-rendering:pixelated",
  });
}

/** The characters of the rows in view, each run of them as long as it is here, and their positions. */
function letters(root, reader, origin) {
  const pre = root.querySelector(".text");
  const line = parseFloat(getComputedStyle(reader).getPropertyValue("--line"));
  const positions = root.querySelector(".gutter").textContent.split("\n");
  const beside = root.querySelector(".gutter").getBoundingClientRect().right - 12;
  const found = [];
  [...pre.children].forEach((row, k) => {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom < origin.top || top > origin.bottom) return;
    const write = (style, x, words, more) => {
      const size = parseFloat(style.fontSize);
      const font = { "font-family": style.fontFamily, "font-size": size, fill: style.color };
      const y = top - origin.top + line / 2 + 0.35 * size;
      found.push(element("text", { x: x - origin.left, y, ...font, style: "white-space:pre", ...more }, words));
    };
    write(getComputedStyle(root.querySelector(".gutter")), beside, positions[k], { "text-anchor": "end" });
    for (const part of row.childNodes) {
      const range = document.createRange();
      range.selectNodeContents(part);
      const { left, width } = range.getBoundingClientRect();
      if (width) write(getComputedStyle(pre), left, part.textContent, { textLength: width, lengthAdjust: "spacingAndGlyphs" });
    }
  });
  return found;
}
