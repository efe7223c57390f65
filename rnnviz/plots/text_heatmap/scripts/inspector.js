// Numbers in words: the card beside a character, and the legend.

import { STEPS, surpriseOf, valueOf } from "./payload.js";
import { clamp } from "./layout.js";
import { HUES, cssColour } from "./colours.js";

/** Digits that the steps the values were sent in truly hold. */
function decimalsOf(peak) {
  return peak ? clamp(Math.floor(-Math.log10(peak / STEPS)) - 1, 0, 12) : 3;
}

/** A value of a unit; with its sign, unless no value of its signal has one. */
export function signed(value, record, unit) {
  const size = Math.abs(value).toFixed(decimalsOf(record.peak[unit]));
  if (Number(size) === 0 || record.never_negative) return size;
  return (value < 0 ? "−" : "+") + size;
}

function short(value) {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

function percent(probability) {
  if (probability >= 0.9995) return ">99.9\u00a0%";
  if (probability < 0.001) return "<0.1\u00a0%";
  const digits = probability >= 0.1 && probability < 0.995 ? 0 : 1;
  return `${(100 * probability).toFixed(digits)}\u00a0%`;
}

function lossWords(nats) {
  return `${(nats / Math.LN2).toFixed(3)} bits (${nats.toFixed(3)} nats)`;
}

/** Whether there is one row of values, such as a probability, in place of a layer's units. */
export function isSingle(record) {
  return record.units === 1;
}

function signalOf(record, unit) {
  return isSingle(record) ? record.signal : `unit ${unit} of ${record.signal}`;
}

/** What a unit was found to follow; nothing where nothing was. */
export function namedOf(record, unit) {
  const words = record.named[unit];
  return words ? `follows “${words}”` : "";
}

export function positionOf(record, character) {
  return (record.start + character).toLocaleString("en");
}

/** Where characters stand, from one to the last before another. */
export function positionsOf(record, first, end) {
  const last = positionOf(record, end - 1);
  return end - first > 1 ? `positions ${positionOf(record, first)} to ${last}` : `position ${last}`;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Fills the card with all that is known at one character. */
export function fillCard(card, record, unit, character) {
  const glyph = record.glyphs[record.ids[character]];
  const value = valueOf(record, unit, character);
  card.dataset.position = record.start + character;
  card.dataset.value = value;
  const head = element("div", "card-head");
  head.append(element("span", "card-glyph", glyph.mark), element("span", "card-name", glyph.name));
  const facts = element("dl", "card-facts");
  addFact(facts, "position", positionOf(record, character));
  addFact(facts, signalOf(record, unit), signed(value, record, unit));
  if (record.under) addFact(facts, record.under.name, trackWords(record, character));
  if (!record.alternatives) addLosses(facts, record, character);
  const likeliest = record.alternatives ? "what could have come here" : "likeliest next characters";
  const heading = `${likeliest} (bold: what came)`;
  card.replaceChildren(head, facts);
  if (!record.ranks) return; // nobody said
  card.append(element("div", "card-heading", heading), likeliestList(record, character));
}

function addLosses(facts, record, character) {
  const surprise = surpriseOf(record, character);
  const known = !Number.isNaN(surprise);
  addFact(facts, "surprise of this character", known ? lossWords(surprise) : "nothing came before");
  addFact(facts, ...lossFact(record, character));
}

function addFact(list, name, text) {
  list.append(element("dt", "", name), element("dd", "", text));
}

function lossFact(record, character) {
  const loss = record.loss[character];
  if (Number.isNaN(loss)) return ["loss", "none: nothing follows"];
  const next = record.ids[character + 1];
  const which = next === undefined ? "" : `, ${record.glyphs[next].mark}`;
  const name = `surprise of the next${which} (the loss)`;
  return [name, lossWords(loss)];
}

function likeliestList(record, character) {
  const list = element("ol", "card-next");
  const own = record.alternatives;
  const came = record.ids[own ? character : character + 1];
  for (let rank = 0; rank < record.ranks; rank++) {
    const place = character * record.ranks + rank;
    const id = record.likeliest[place];
    const item = element("li", id === came ? "came" : "");
    item.title = record.glyphs[id].name;
    const bar = element("span", "card-bar");
    bar.style.setProperty("--share", record.probability[place]);
    item.append(
      element("span", "card-mark", record.glyphs[id].mark),
      bar,
      element("span", "card-percent", percent(record.probability[place])),
    );
    list.append(item);
  }
  return list;
}

/** Puts the card under the character, or above it where there is no room below. */
export function placeCard(card, root, box) {
  const bounds = root.getBoundingClientRect();
  const width = card.offsetWidth;
  const height = card.offsetHeight;
  const gap = 8;
  const fits = box.bottom + gap + height <= Math.min(innerHeight, bounds.bottom + height / 2);
  const top = fits || box.top - gap - height < 0 ? box.bottom + gap : box.top - gap - height;
  const left = clamp(box.left - 24, bounds.left, Math.max(bounds.left, bounds.right - width));
  card.style.left = `${left - bounds.left}px`;
  card.style.top = `${top - bounds.top}px`;
}

/** Says what the colours mean and how many characters lie beyond them. */
export function fillLegend(legend, record, theme, { unit, scale, hues, clipped }) {
  const set = (name, text) => (legend.querySelector(name).textContent = text);
  const { centre, means } = record.scales[scale];
  const surprise = hues === "surprise";
  const oneSided = surprise || (record.never_negative && centre === 0);
  const ends = oneSided ? [0, 1] : [-1, 0, 1];
  const stops = ends.map((share) => cssColour(HUES[hues](theme, share)));
  legend.querySelector(".bar").style.background = `linear-gradient(to right, ${stops.join()})`;
  const limit = surprise ? record.surprise : record.limits[scale * record.units + unit];
  const layer = isSingle(record) ? "" : `, layer ${record.layer}`;
  const inBits = hues === "change" ? ", in bits" : "";
  set(".legend-what", surprise ? "surprise of each character, in bits" : signalOf(record, unit) + layer + inBits);
  set(".legend-low", oneSided ? "0" : short(centre - limit));
  set(".legend-centre", oneSided ? short(limit / 2) : short(centre));
  set(".legend-high", surprise ? short(limit) : short(centre + limit));
  set(".legend-beyond", beyondWords(clipped));
  set(".legend-means", surprise ? surpriseWords(limit) : means);
}

/** Says what the bars under the characters are. */
export function fillTrackLegend(legend, { means, colour }, theme) {
  legend.querySelector(".swatch").style.background = theme[colour];
  legend.querySelector(".track-means").textContent = means;
}

function trackWords({ under, track }, character) {
  const value = track[character];
  return Number.isNaN(value) ? "unknown here" : (under.words[value] ?? short(value));
}

function beyondWords(clipped) {
  if (!clipped) return "no character's value lies beyond the scale";
  const lie = `${clipped.toLocaleString("en")} ${clipped === 1 ? "character lies" : "characters lie"}`;
  return `◥ ${lie} beyond the scale: clipped, shown in its last colour`;
}

function surpriseWords(limit) {
  const chance = (bits) => `${short(bits)} bits one chance in ${(2 ** bits).toLocaleString("en")}`;
  return (
    "−log₂ of the probability that the network gave the character after all before it: " +
    `0 bits is certain, ${chance(limit / 2)}, ${chance(limit)}; every bit more is half as likely.`
  );
}
