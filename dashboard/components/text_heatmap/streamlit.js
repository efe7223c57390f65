// Between the heatmap and Streamlit, which calls it for each of its two parts: one carries the
// payload, the other what Python wishes.

import { mount } from "../rnnviz.text_heatmap/heatmap.js";
import { isDark } from "../rnnviz.text_heatmap/page.js";
import { readJson } from "../rnnviz.text_heatmap/payload.js";

// By key, as long as the browser tab lives: a choice outlasts leaving the page and coming back.
const choices = new Map();
const wishes = new Map();
const places = new Map();
const mounted = new WeakMap();

/** Streamlit calls this at every new payload, theme or wish. */
export default function show({ data, parentElement, setStateValue }) {
  if (!(data instanceof Uint8Array)) {
    wishes.set(data.key, data);
    places.get(data.key)?.update();
    return undefined;
  }
  const place = mounted.get(parentElement) ?? new Place(parentElement);
  mounted.set(parentElement, place);
  const call = place.take(data, setStateValue);
  return () => {
    // Streamlit also ends calls that a later one has overtaken; those must not end the heatmap.
    if (place.call !== call) return;
    place.close();
    mounted.delete(parentElement);
  };
}

class Place {
  constructor(parent) {
    this.parent = parent;
  }

  /** Takes over what Python sent; gives a mark of this call. */
  take(data, setStateValue) {
    this.call = {};
    this.setStateValue = setStateValue;
    if (data !== this.data) this.read(data);
    this.update();
    return this.call;
  }

  read(data) {
    this.data = data;
    const { content, end } = readJson(data, 0);
    this.key = content.key;
    this.height = content.height;
    this.payload = data.subarray(end);
    places.set(this.key, this);
  }

  update() {
    if (this.heatmap) this.heatmap.update();
    else this.heatmap = mount(this.parent, () => this.state(), (picked) => this.tell(picked));
    choices.set(this.key, this.heatmap.choice);
  }

  state() {
    const { key, payload, height } = this;
    const style = getComputedStyle(this.parent.querySelector("template"));
    const dark = isDark(style.getPropertyValue("--st-background-color").trim());
    return { payload, height, dark, before: choices.get(key), wish: wishes.get(key) };
  }

  tell(picked) {
    this.setStateValue("picked", picked);
  }

  close() {
    this.heatmap.close();
    if (places.get(this.key) === this) places.delete(this.key);
  }
}
