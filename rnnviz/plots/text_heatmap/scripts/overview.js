// All units over the whole text as one small raster, linked with the text.

import { STEPS } from "./payload.js";
import { clamp } from "./layout.js";
import { pixelOf } from "./colours.js";
import { namedOf, positionsOf, signed } from "./inspector.js";

const OVERVIEW_HEIGHT = 150;
const MIN_ROW_HEIGHT = 2;
const MAX_ROW_HEIGHT = 12;

export class Overview {
  constructor(root) {
    const find = (name) => root.querySelector(name);
    this.map = find(".map");
    this.canvas = find(".map canvas");
    this.rowMark = find(".row-mark");
    this.rangeMark = find(".range-mark");
    this.caption = find(".map-caption");
    this.readout = find(".map-readout");
    this.rows = find(".map-rows");
  }

  /** Pools the values for the width there is and paints them. */
  paint(record, order, orderName, scale, palette) {
    this.order = order;
    const columns = Math.min(
      record.characters,
      Math.max(1, Math.round(this.map.clientWidth * devicePixelRatio)),
    );
    const { centre } = record.scales[scale];
    const pooled = [record.digest, columns, centre].join();
    if (pooled !== this.pooledFor) {
      this.pooledFor = pooled;
      this.pooled = pool(record, centre, columns);
      this.columns = columns;
    }
    this.fit(record.units);
    this.fill(record, scale, palette);
    this.describe(record, orderName, centre);
  }

  /** One row of the raster is a whole number of device pixels, and high enough to be told apart. */
  fit(units) {
    const least = Math.ceil(MIN_ROW_HEIGHT * devicePixelRatio);
    const rowPixels = Math.max(least, Math.round((OVERVIEW_HEIGHT * devicePixelRatio) / units));
    this.rowHeight = Math.min(rowPixels / devicePixelRatio, MAX_ROW_HEIGHT);
    this.canvas.style.height = `${units * this.rowHeight}px`;
  }

  fill(record, scale, palette) {
    const { columns } = this;
    const image = new ImageData(columns, record.units);
    const pixels = new Uint32Array(image.data.buffer);
    const { centre } = record.scales[scale];
    this.order.forEach((unit, row) => {
      const step = record.peak[unit] / STEPS;
      const limit = record.limits[scale * record.units + unit];
      for (let k = 0; k < columns; k++) {
        const value = this.pooled[unit * columns + k] * step;
        pixels[row * columns + k] = pixelOf(palette, (value - centre) / limit);
      }
    });
    this.canvas.width = columns;
    this.canvas.height = record.units;
    this.canvas.getContext("2d").putImageData(image, 0, 0);
  }

  describe(record, orderName, centre) {
    const { characters, units } = record;
    const means = record.order_means[orderName];
    this.rowsAre = means ? `Rows are units: ${means}` : "Rows are units";
    this.describeRows();
    const size = `All ${units.toLocaleString("en")} units × ${characters.toLocaleString("en")} characters`;
    const most = Math.ceil(characters / this.columns);
    const from = `its value farthest from ${centre}`;
    this.caption.textContent =
      most > 1 ? `${size}; where one stripe stands for up to ${most} characters, it shows ${from}` : size;
  }

  /** Says which rows are in view, where not all of them are. */
  describeRows() {
    const { map, rowHeight, order } = this;
    const first = Math.floor(map.scrollTop / rowHeight);
    const end = Math.min(Math.ceil((map.scrollTop + map.clientHeight) / rowHeight), order.length);
    const part = `; rows ${first + 1} to ${end} of ${order.length} in view, scroll for the others`;
    this.rows.textContent = this.rowsAre + (end - first < order.length ? part : "");
  }

  /** Marks the unit shown and the part of the text that is visible. */
  mark(record, unit, [first, end]) {
    if (!this.order) return; // a single row has no raster
    const row = this.order.indexOf(unit);
    this.rowMark.style.top = `${row * this.rowHeight}px`;
    this.rowMark.style.height = `${this.rowHeight}px`;
    // As high as all rows, not only those in view: it scrolls with them.
    this.rangeMark.style.height = this.canvas.style.height;
    this.rangeMark.style.left = `${(100 * first) / record.characters}%`;
    this.rangeMark.style.width = `${(100 * (end - first)) / record.characters}%`;
    const { map, rowHeight } = this;
    const hidden = row * rowHeight < map.scrollTop;
    if (hidden || (row + 1) * rowHeight > map.scrollTop + map.clientHeight) {
      map.scrollTop = row * rowHeight - map.clientHeight / 2;
    }
  }

  /** The unit, raster column and first character under the pointer. */
  under(event, record) {
    const box = this.canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * record.units);
    const place = ((event.clientX - box.left) / box.width) * this.columns;
    const column = clamp(Math.floor(place), 0, this.columns - 1);
    const within = clamp((event.clientX - box.left) / box.width, 0, 1);
    const character = Math.min(Math.floor(within * record.characters), record.characters - 1);
    return { unit: this.order[clamp(row, 0, record.units - 1)], column, character };
  }

  /** Says what is under the pointer. */
  read(record, { unit, column }) {
    const edges = poolEdges(record.characters, this.columns);
    const [first, end] = [edges[column], edges[column + 1]];
    const value = (this.pooled[unit * this.columns + column] * record.peak[unit]) / STEPS;
    const place = positionsOf(record, first, end);
    const follows = namedOf(record, unit) && ` ${namedOf(record, unit)}`;
    this.readout.textContent = `unit ${unit}${follows}, ${place}: ${signed(value, record, unit)}`;
  }
}

/** Where each column begins, and the end. */
function poolEdges(characters, columns) {
  return Array.from({ length: columns + 1 }, (_, k) => Math.floor((k * characters) / columns));
}

/** For each unit and column the value farthest from the centre: (unit, column). */
function pool(record, centre, columns) {
  const { characters, units, values, peak } = record;
  const pooled = new Int16Array(units * columns);
  const edges = poolEdges(characters, columns);
  for (let unit = 0; unit < units; unit++) {
    const middle = peak[unit] ? (centre * STEPS) / peak[unit] : 0;
    const row = unit * characters;
    for (let column = 0; column < columns; column++) {
      let farthest = values[row + edges[column]];
      for (let i = row + edges[column] + 1; i < row + edges[column + 1]; i++) {
        if (Math.abs(values[i] - middle) > Math.abs(farthest - middle)) farthest = values[i];
      }
      pooled[unit * columns + column] = farthest;
    }
  }
  return pooled;
}
