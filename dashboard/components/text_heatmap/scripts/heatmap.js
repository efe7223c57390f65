// The heatmap of one place on the page: what a person chose, painting it, and telling Python.

import { orderOf, readPayload } from "./payload.js";
import { clamp } from "./layout.js";
import { HUES, paletteOf, surpriseShares, themeOf, unitShares } from "./colours.js";
import { Reader } from "./reader.js";
import { Overview } from "./overview.js";
import {
  fillCard, fillLegend, fillTrackLegend, isSingle, namedOf, placeCard, positionsOf,
} from "./inspector.js";
import { listen } from "./gestures.js";

const REPORT_AFTER_MS = 250;
// What Python hears of what a person chose, and may wish for.
const PICKED = ["unit", "cursor", "selection", "top", "colour", "order", "scale"];

// By key, as long as the browser tab lives: a choice outlasts leaving the page and coming back.
const choices = new Map();
const wishes = new Map();
const heatmaps = new Map();
const mounted = new WeakMap();

/** Streamlit calls this at every new payload, theme or wish, for both parts of a heatmap. */
export default function show({ data, parentElement, setStateValue }) {
  if (!(data instanceof Uint8Array)) {
    wishes.set(data.key, data);
    const heatmap = heatmaps.get(data.key);
    // Of a text that is not there yet, places would be lost when it comes: then it is obeyed.
    if (heatmap?.record.text === data.text) heatmap.obey();
    return undefined;
  }
  const heatmap = mounted.get(parentElement) ?? new Heatmap(parentElement);
  mounted.set(parentElement, heatmap);
  const call = heatmap.update(data, setStateValue);
  return () => {
    // Streamlit also ends calls that a later one has overtaken; those must not end the heatmap.
    if (heatmap.call !== call) return;
    heatmap.close();
    mounted.delete(parentElement);
  };
}

class Heatmap {
  constructor(parent) {
    // Both parts of a heatmap come with the template; the one that carries wishes shows nothing.
    parent.append(parent.querySelector("template").content.cloneNode(true));
    const root = parent.querySelector(".heatmap");
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
    if (heatmaps.get(this.key) === this) heatmaps.delete(this.key);
  }

  /** Takes over what Python sent; gives a mark of this call. */
  update(data, setStateValue) {
    this.call = {};
    this.setStateValue = setStateValue;
    if (data !== this.data) this.read(data);
    this.theme = themeOf(this.record.themes, this.root);
    this.palettes = {};
    for (const [hues, colour] of Object.entries(HUES)) {
      this.palettes[hues] = paletteOf(this.theme, colour);
    }
    for (const name of ["background", "surface", "text", "muted", "grid", "accent"]) {
      this.root.style.setProperty(`--heat-${name}`, this.theme[name]);
    }
    this.fit();
    this.repaint();
    return this.call;
  }

  read(data) {
    this.data = data;
    const { mount, record } = readPayload(data);
    this.key = mount.key;
    heatmaps.set(this.key, this);
    this.root.style.setProperty("--height", `${mount.height}px`);
    if (record.digest === this.record?.digest) return;
    const before = choices.get(this.key);
    this.choice = choiceFor(record, before);
    choices.set(this.key, this.choice);
    this.record = record;
    this.hovered = null;
    this.fillControls();
    this.obey();
  }

  /** Does what Python wishes, once. */
  obey() {
    const wish = wishes.get(this.key);
    if (!wish || wish.wish === this.choice.obeyed) return;
    this.choice.obeyed = wish.wish;
    for (const name of PICKED) if (name in wish) this.choice[name] = wish[name];
    this.choice.reported = this.picked();
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

  moveCursor(character) {
    this.choice.cursor = character;
    if (character !== null) this.reader.reveal(character);
    this.changeMarks();
    this.report();
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
      this.report();
    });
  }

  picked() {
    const told = Object.fromEntries(PICKED.map((name) => [name, this.choice[name]]));
    return JSON.stringify({ ...told, text: this.record.text, wish: this.choice.obeyed });
  }

  /** Tells Python what is picked, once a burst of changes is over. */
  report(after = REPORT_AFTER_MS) {
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => {
      const picked = this.picked();
      if (picked === this.choice.reported) return;
      this.choice.reported = picked;
      this.setStateValue("picked", JSON.parse(picked));
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
