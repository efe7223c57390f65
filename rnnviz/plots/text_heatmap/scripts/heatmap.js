// The heatmap of one place on a page: what a person chose, painting it, and telling of it.

import { orderOf, readPayload } from "./payload.js";
import { clamp } from "./layout.js";
import { HUES, paletteOf, surpriseShares, unitShares } from "./colours.js";
import { Reader } from "./reader.js";
import { Overview } from "./overview.js";
import {
  fillCard, fillLegend, fillTrackLegend, isSingle, namedOf, placeCard, positionsOf,
} from "./inspector.js";
import { listen } from "./gestures.js";

// A burst of keys or changes is over after the first, one of scrolling after the second.
const REPORT_AFTER_MS = 100;
const REPORT_SCROLLED_AFTER_MS = 250;
// What is told of what a person chose, and what may be wished for.
const PICKED = ["unit", "cursor", "selection", "top", "colour", "order", "scale"];

/**
 * Shows a heatmap in an element (or shadow root) that holds the template of its markup.
 *
 * `get()` gives what is to be shown:
 *   payload: its bytes, as payload.py packs them; only another array is read anew
 *   height: of the text at most, in CSS pixels
 *   dark: whether the page is dark
 *   before: the `choice` of a heatmap that stood in this place before, if there was one
 *   wish: what is asked for, by names of PICKED, and done once: its number `wish` tells it from the
 *     one before
 * `set(picked)` hears what was picked, by the same names, with the digest of its text and the number
 * of the last wish done, once a burst of changes is over.
 *
 * Gives the heatmap: `update()` asks again what is to be shown, `close()` takes it away.
 */
export function mount(element, get, set) {
  const heatmap = new Heatmap(element, get, set);
  heatmap.update();
  return heatmap;
}

class Heatmap {
  constructor(element, get, set) {
    this.get = get;
    this.set = set;
    element.append(element.querySelector("template").content.cloneNode(true));
    const root = element.querySelector(".heatmap");
    this.root = root;
    this.reader = new Reader(root);
    this.overview = new Overview(root);
    this.card = root.querySelector(".card");
    this.hovered = null;
    this.keyboard = false;
    this.resizing = new ResizeObserver(() => this.fit());
    // The probe changes its width when the font arrives, the others with the page.
    for (const part of [this.reader.probe, this.reader.scroller, this.overview.map]) {
      this.resizing.observe(part);
    }
    listen(this);
  }

  close() {
    this.resizing.disconnect();
    clearTimeout(this.reporting);
    cancelAnimationFrame(this.scrolling);
    this.root.remove();
  }

  /** Takes over what is to be shown. */
  update() {
    const { payload, height, dark, before, wish } = this.get();
    this.root.style.setProperty("--height", `${height}px`);
    if (payload !== this.payload) this.read(payload, before ?? this.choice);
    this.wear(this.record.themes[dark ? "dark" : "light"]);
    this.fit();
    if (wish) this.obey(wish);
    this.repaint();
  }

  read(payload, before) {
    this.payload = payload;
    const record = readPayload(payload);
    if (record.digest === this.record?.digest) return;
    this.choice = choiceFor(record, before);
    this.record = record;
    this.hovered = null;
    this.fillControls();
  }

  wear(theme) {
    if (theme === this.theme) return;
    this.theme = theme;
    this.palettes = {};
    for (const [hues, colour] of Object.entries(HUES)) this.palettes[hues] = paletteOf(theme, colour);
    for (const name of ["background", "surface", "text", "muted", "grid", "accent"]) {
      this.root.style.setProperty(`--heat-${name}`, theme[name]);
    }
  }

  /** Does what is wished, once. */
  obey(wish) {
    const { choice } = this;
    if (wish.wish === choice.obeyed) return;
    choice.obeyed = wish.wish;
    for (const name of PICKED) if (name in wish) choice[name] = wish[name];
    choice.reported = this.picked();
    this.fillControls();
    this.showing = true;
    if (!this.reader.place) return;
    this.repaint();
    this.paintOverview();
    this.showPlace();
  }

  /** Scrolls to where the text was, and to the cursor where a wish has put it out of view. */
  showPlace() {
    const { reader, choice } = this;
    reader.scrollToTop(choice.top);
    const [first, end] = reader.visible();
    const out = choice.cursor !== null && (choice.cursor < first || choice.cursor >= end);
    if (this.showing && out) reader.reveal(choice.cursor);
    this.showing = false;
  }

  fillControls() {
    const { record, choice, root } = this;
    fillSelect(root.querySelector(".scale"), record.scales.map((scale) => scale.name), choice.scale);
    fillSelect(root.querySelector(".order"), record.orderNames, choice.order);
    root.querySelector(".colour").value = choice.colour;
    root.querySelector(".colour option").textContent = isSingle(record) ? record.signal : "the unit's value";
    root.classList.toggle("single", isSingle(record));
    root.classList.toggle("sample", record.alternatives);
    root.querySelector(".direction").hidden = !record.right_to_left;
    root.querySelector(".track-legend").hidden = !record.under;
    root.querySelector(".unit").max = record.units - 1;
    root.querySelector(".of").textContent = `0 to ${record.units - 1}`;
  }

  /** Lays out and pools again where the width or the font has changed. */
  fit() {
    if (!this.record || !this.root.isConnected) return;
    if (this.reader.fit(this.record)) {
      this.showPlace();
      this.repaint();
    }
    this.paintOverview();
  }

  paintOverview() {
    if (!this.overview.map.clientWidth || !this.reader.place) return;
    const order = orderOf(this.record, this.choice.order);
    this.overview.paint(this.record, order, this.choice.order, this.scale(), this.palettes.value);
    this.overview.mark(this.record, this.choice.unit, this.reader.visible());
  }

  scale() {
    return this.record.scales.findIndex((scale) => scale.name === this.choice.scale);
  }

  /** Colours the text for the present choice; the time it took stands in `data-repaint-ms`. */
  repaint() {
    const { reader, record, choice, root } = this;
    if (!reader.place) return;
    const began = performance.now();
    const bySurprise = choice.colour === "surprise";
    if (bySurprise) surpriseShares(record, reader.shares);
    else unitShares(record, choice.unit, this.scale(), reader.shares);
    const hues = bySurprise ? "surprise" : record.hues;
    const clipped = reader.paint(this.palettes[hues]);
    this.drawMarks();
    const { unit } = choice;
    if (record.under) fillTrackLegend(root.querySelector(".track-legend"), record.under, this.theme);
    fillLegend(root, record, this.theme, { unit, scale: this.scale(), hues, clipped });
    this.overview.mark(record, unit, reader.visible());
    root.querySelector(".unit").value = unit;
    root.querySelector(".named").textContent = namedOf(record, unit);
    this.inspect();
    this.describeSelection();
    Object.assign(root.dataset, { unit, cursor: choice.cursor ?? "" });
    root.dataset.repaintMs = (performance.now() - began).toFixed(3);
  }

  drawMarks() {
    const { selection, cursor } = this.choice;
    this.reader.drawMarks(this.record, this.theme, { selection, cursor, hovered: this.hovered });
  }

  /** Shows the card for the hovered character, or for the cursor that keys moved. */
  inspect() {
    const byKeys = this.keyboard ? this.choice.cursor : null;
    const character = this.dragging ? null : (this.hovered ?? byKeys);
    this.card.hidden = character === null;
    if (character === null) return;
    fillCard(this.card, this.record, this.choice.unit, character);
    const { left, top, bottom } = this.reader.boxOf(character);
    const sheet = this.reader.sheet.getBoundingClientRect();
    placeCard(this.card, this.root, {
      left: sheet.left + left,
      top: sheet.top + top,
      bottom: sheet.top + bottom,
    });
  }

  describeSelection() {
    const { selection } = this.choice;
    this.root.dataset.selection = selection ? selection.join() : "";
    this.root.querySelector(".selected").textContent = selection
      ? `selected: ${this.describe(...selection)}`
      : "no passage selected";
  }

  /** Where a passage is, and how long. */
  describe(first, end) {
    const characters = end - first > 1 ? `${end - first} characters` : "1 character";
    return `${positionsOf(this.record, first, end)}, ${characters}`;
  }

  chooseUnit(unit) {
    if (!Number.isInteger(unit)) unit = this.choice.unit;
    this.choice.unit = clamp(unit, 0, this.record.units - 1);
    this.repaint();
    this.report();
  }

  /** The unit some rows further down in the order shown. */
  chooseNeighbour(rows) {
    const order = orderOf(this.record, this.choice.order);
    const row = clamp(order.indexOf(this.choice.unit) + rows, 0, order.length - 1);
    this.chooseUnit(order[row]);
  }

  moveCursor(character, reportAfter = REPORT_AFTER_MS) {
    this.choice.cursor = character;
    if (character !== null) this.reader.reveal(character);
    this.changeMarks();
    this.report(reportAfter);
  }

  /** Moves the cursor by columns of the raster, each of which may stand for several characters. */
  moveByColumns(columns) {
    const { characters } = this.record;
    const step = Math.ceil(characters / this.overview.columns);
    const cursor = this.choice.cursor ?? this.reader.visible()[0];
    this.moveCursor(clamp(cursor + columns * step, 0, characters - 1));
  }

  /** Selects from the anchor to a character, both included. */
  selectTo(anchor, character) {
    const [first, last] = [Math.min(anchor, character), Math.max(anchor, character)];
    this.choice.selection = [first, last + 1];
    this.choice.cursor = character;
    this.reader.reveal(character);
    this.changeMarks();
  }

  changeMarks() {
    this.drawMarks();
    this.inspect();
    this.describeSelection();
    this.root.dataset.cursor = this.choice.cursor ?? "";
    this.overview.mark(this.record, this.choice.unit, this.reader.visible());
  }

  clear() {
    if (this.choice.selection) this.choice.selection = null;
    else this.choice.cursor = null;
    this.changeMarks();
    this.report();
  }

  scrolled() {
    cancelAnimationFrame(this.scrolling);
    this.scrolling = requestAnimationFrame(() => {
      this.hovered = null;
      this.choice.top = this.reader.topPlace();
      this.changeMarks();
      this.report(REPORT_SCROLLED_AFTER_MS);
    });
  }

  picked() {
    const told = Object.fromEntries(PICKED.map((name) => [name, this.choice[name]]));
    return JSON.stringify({ ...told, text: this.record.text, wish: this.choice.obeyed });
  }

  /** Tells what is picked, once a burst of changes is over. */
  report(after = REPORT_AFTER_MS) {
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => {
      const picked = this.picked();
      if (picked === this.choice.reported) return;
      this.choice.reported = picked;
      this.set(JSON.parse(picked));
    }, after);
  }
}

/** What is chosen for a record: as before where that fits it, else the usual. */
function choiceFor(record, before) {
  const scales = record.scales.map((scale) => scale.name);
  const kindOf = (name) => name.split(":")[0];
  const same = (name) => name === before?.scale;
  const alike = (name) => before && kindOf(name) === kindOf(before.scale);
  const usual = {
    unit: 0, cursor: null, selection: null, top: 0, colour: "value", obeyed: 0, reported: "",
  };
  const place = before?.text === record.text ? {} : { cursor: null, selection: null, top: 0 };
  const choice = { ...usual, ...before, ...place, text: record.text };
  choice.unit = Math.min(choice.unit, record.units - 1);
  choice.scale = scales.find(same) ?? scales.find(alike) ?? scales[0];
  if (!record.orderNames.includes(choice.order)) choice.order = record.orderNames[0];
  return choice;
}

function fillSelect(select, names, chosen) {
  select.replaceChildren(...names.map((name) => new Option(name, name)));
  select.value = chosen;
}
