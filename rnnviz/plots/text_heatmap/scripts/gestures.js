// Pointer and keys. Listeners sit on elements of the heatmap, so they go when it goes.

import { characterAt, clamp } from "./layout.js";

export function listen(heatmap) {
  listenToControls(heatmap);
  listenToPointer(heatmap);
  listenToKeys(heatmap);
  listenToOverview(heatmap);
}

function listenToControls(heatmap) {
  const find = (name) => heatmap.root.querySelector(name);
  find(".unit").onchange = (event) => heatmap.chooseUnit(event.target.valueAsNumber);
  find(".previous").onclick = () => heatmap.chooseNeighbour(-1);
  find(".next").onclick = () => heatmap.chooseNeighbour(1);
  const choose = (name) => (event) => {
    heatmap.choice[name] = event.target.value;
    heatmap.repaint();
    heatmap.paintOverview();
    heatmap.report();
  };
  for (const name of ["scale", "order", "colour"]) find(`.${name}`).onchange = choose(name);
}

/** Hovering inspects, a click sets the cursor, dragging selects. */
function listenToPointer(heatmap) {
  const { reader } = heatmap;
  const { scroller, sheet } = reader;
  let anchor = null;
  sheet.onpointerdown = (event) => {
    if (event.button) return;
    anchor = reader.characterUnder(event, true);
    sheet.setPointerCapture(event.pointerId);
  };
  sheet.onpointermove = (event) => {
    if (anchor === null) {
      hover(heatmap, reader.characterUnder(event, false));
      return;
    }
    const character = reader.characterUnder(event, true);
    if (!heatmap.dragging && character === anchor) return;
    heatmap.dragging = true;
    heatmap.selectTo(anchor, character);
  };
  const endDrag = () => {
    if (heatmap.dragging) heatmap.report(0);
    heatmap.dragging = false;
    anchor = null;
  };
  sheet.onpointerup = (event) => {
    if (anchor !== null && !heatmap.dragging) {
      heatmap.choice.selection = null;
      heatmap.keyboard = event.pointerType === "touch"; // a finger hovers over nothing
      heatmap.moveCursor(anchor, 0);
    }
    endDrag();
  };
  sheet.onpointercancel = endDrag;
  sheet.onpointerleave = () => hover(heatmap, -1);
  scroller.onscroll = () => heatmap.scrolled();
}

function hover(heatmap, character) {
  const hovered = character < 0 ? null : character;
  if (hovered === heatmap.hovered) return;
  heatmap.hovered = hovered;
  heatmap.keyboard = false;
  heatmap.drawMarks();
  heatmap.inspect();
}

function listenToKeys(heatmap) {
  const { scroller } = heatmap.reader;
  scroller.onkeydown = (event) => taken(event, pressed(heatmap, event));
  scroller.onblur = () => {
    heatmap.keyboard = false;
    heatmap.inspect();
  };
  scroller.oncopy = (event) => {
    const { selection } = heatmap.choice;
    if (!selection) return;
    event.clipboardData.setData("text/plain", textOf(heatmap.record, selection));
    event.preventDefault();
  };
}

/** A key that was meant for the heatmap does nothing else; Tab never is. */
function taken(event, isMeant) {
  if (!isMeant) return;
  event.preventDefault();
  event.stopPropagation();
}

function textOf(record, [start, end]) {
  return Array.from(record.ids.subarray(start, end), (id) => record.glyphs[id].character).join("");
}

/** Does what a key stands for; false where it stands for nothing. */
function pressed(heatmap, event) {
  if (pressedBracket(heatmap, event)) return true;
  if (event.altKey || event.metaKey) return false;
  if (event.key === "Escape") {
    heatmap.clear();
    return true;
  }
  const target = targetOf(heatmap, event);
  if (target === null) return false;
  heatmap.keyboard = true;
  heatmap.hovered = null;
  if (event.shiftKey) extendSelection(heatmap, target);
  else heatmap.moveCursor(target);
  return true;
}

/** No look at Ctrl and Alt here: some keyboards need both to write a bracket. */
function pressedBracket(heatmap, { key }) {
  if (key !== "[" && key !== "]") return false;
  heatmap.chooseNeighbour(key === "[" ? -1 : 1);
  return true;
}

/** In the raster arrows go from row to row, and by a column of it. */
function pressedInOverview(heatmap, event) {
  if (pressedBracket(heatmap, event)) return true;
  if (event.altKey || event.metaKey || event.ctrlKey) return false;
  const rows = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const columns = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (rows) heatmap.chooseNeighbour(rows);
  if (columns) heatmap.moveByColumns(columns);
  return Boolean(rows || columns);
}

function extendSelection(heatmap, target) {
  const { selection, cursor } = heatmap.choice;
  const from = cursor ?? target;
  // The end of the selection that the cursor is not on stays.
  const anchor = !selection ? from : selection[0] === from ? selection[1] - 1 : selection[0];
  heatmap.selectTo(anchor, target);
  heatmap.report();
}

/** The character a key moves the cursor to; null for keys that do not. */
function targetOf(heatmap, { key, ctrlKey }) {
  const { record, reader } = heatmap;
  const last = record.characters - 1;
  const cursor = heatmap.choice.cursor ?? reader.visible()[0];
  const { row, starts } = reader.place;
  const page = Math.max(1, Math.floor(reader.scroller.clientHeight / reader.rowHeight) - 1);
  const rowsUp = { ArrowUp: 1, ArrowDown: -1, PageUp: page, PageDown: -page }[key];
  if (rowsUp) return characterAbove(reader.place, cursor, rowsUp);
  if (key === "ArrowLeft") return Math.max(cursor - 1, 0);
  if (key === "ArrowRight") return Math.min(cursor + 1, last);
  if (key === "Home") return ctrlKey ? 0 : starts[row[cursor]];
  if (key === "End") return ctrlKey ? last : starts[row[cursor] + 1] - 1;
  return null;
}

function characterAbove(place, character, rows) {
  const row = clamp(place.row[character] - rows, 0, place.starts.length - 2);
  return characterAt(place, row, place.column[character], true);
}

/** A click chooses the unit of its row and the place of its column; dragging goes on to scroll. */
function listenToOverview(heatmap) {
  const { overview } = heatmap;
  const { canvas } = overview;
  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    const { unit, character } = overview.under(event, heatmap.record);
    heatmap.chooseUnit(unit);
    heatmap.moveCursor(character);
  };
  canvas.onpointermove = (event) => {
    const under = overview.under(event, heatmap.record);
    overview.read(heatmap.record, under);
    if (canvas.hasPointerCapture(event.pointerId)) heatmap.moveCursor(under.character);
  };
  overview.map.onkeydown = (event) => taken(event, pressedInOverview(heatmap, event));
  overview.map.onscroll = () => overview.describeRows();
  canvas.onpointerleave = () => (overview.readout.textContent = "");
}
