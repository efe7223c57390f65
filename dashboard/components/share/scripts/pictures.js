// Pictures of a page as files that stand by themselves: charts, drawings, coloured texts.

import { heatmapsOn } from "./heatmaps.js";
import { element, groundOf, setAll, written } from "./svg.js";

const MARGIN = 16;
const TITLE = 22;
const MOST = 90;
const DRAWN = "img[src^='data:image/svg+xml;base64,']";
// A picture on paper: two pixels of the screen each way make one of the file's.
const SCALE = 2;

/** Each picture that is seen: its name, and how its SVG is made. */
export function picturesOn(page) {
  const charts = [...page.querySelectorAll(`.stPlotlyChart, ${DRAWN}`)];
  const seen = charts.filter((each) => each.checkVisibility() && (each.matches("img") || each.querySelector(".main-svg")));
  const drawn = seen.map((each) => (each.matches("img") ? drawing(each) : chart(each)));
  return numbered([...drawn, ...heatmapsOn(page)]);
}

/** Those of one name are numbered, so that they can be told apart. */
function numbered(pictures) {
  const times = new Map();
  return pictures.map((picture) => {
    const time = (times.get(picture.name) ?? 0) + 1;
    times.set(picture.name, time);
    return time > 1 ? { ...picture, name: `${picture.name} (${time})` } : picture;
  });
}

function drawing(image) {
  return { name: short(image.alt), svg: () => drawingSvg(image) };
}

/** A drawing brings its own ink, but not the ground it stands on. */
function drawingSvg(image) {
  const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (letter) => letter.charCodeAt(0));
  const drawn = new DOMParser().parseFromString(new TextDecoder().decode(bytes), "image/svg+xml");
  const ground = element("rect", { width: "100%", height: "100%", fill: groundOf(image) });
  drawn.querySelector("title").after(ground);
  return written(drawn.documentElement);
}

function chart(figure) {
  const [title, ...said] = (figure.ariaLabel ?? "Chart").split(/\.(?: |$)/);
  return { name: short(title), svg: () => chartSvg(figure, title, said.join(". ")) };
}

/** A name for a row of the menu and a file: the first sentence, and not too much of it. */
function short(words) {
  const [first] = words.split(/\.(?: |$)/);
  return first.length > MOST ? `${first.slice(0, MOST - 1)}…` : first;
}

/** A chart's layers on one ground, under its title. */
function chartSvg(figure, title, said) {
  const layers = [...figure.querySelectorAll(".main-svg")];
  const { width, height } = layers[0].getBoundingClientRect();
  const style = getComputedStyle(figure);
  const size = { width: Math.round(width) + 2 * MARGIN, height: Math.round(height) + TITLE + 2 * MARGIN };
  const whole = element("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}`, role: "img" });
  whole.append(
    element("title", {}, title),
    element("desc", {}, said),
    element("rect", { ...size, fill: groundOf(figure) }),
    element(
      "text",
      { x: MARGIN, y: MARGIN + 14, fill: style.color, "font-size": 15, "font-weight": 600, "font-family": style.fontFamily },
      title,
    ),
  );
  for (const layer of layers) {
    const copy = copied(layer);
    setAll(copy, { x: MARGIN, y: MARGIN + TITLE });
    whole.append(copy);
  }
  return written(whole);
}

/** A layer whose words are as long as they are here, whichever font shows them elsewhere. */
function copied(layer) {
  const copy = layer.cloneNode(true);
  const lines = (svg) => [...svg.querySelectorAll("tspan.line, text:not(:has(tspan.line))")];
  const here = lines(layer);
  lines(copy).forEach((line, k) => {
    const length = here[k].getComputedTextLength();
    if (length) setAll(line, { textLength: length.toFixed(1), lengthAdjust: "spacingAndGlyphs" });
  });
  copy.removeAttribute("style");
  return copy;
}

/** The same as pixels. */
export async function pngOf(svg) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SCALE * image.width, SCALE * image.height];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
