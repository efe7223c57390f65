// Between the heatmap and Streamlit, which carries what Python wishes, and where its payload is.

import { mount } from "../rnnviz.text_heatmap/heatmap.js";
import { isDark } from "../rnnviz.text_heatmap/page.js";
import { readJson } from "../rnnviz.text_heatmap/payload.js";

// By key, as long as the browser tab lives: a choice outlasts leaving the page and coming back.
const choices = new Map();
// By digest, likewise, those seen last.
const payloads = new Map();
const PAYLOADS_KEPT = 8;
const mounted = new WeakMap();

/** Streamlit calls this at every new payload, theme or wish. */
export default function show({ data, parentElement, setStateValue }) {
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
    if (data === this.data) this.update();
    else this.read(data);
    return this.call;
  }

  async read(data) {
    this.data = data;
    const { content, end } = readJson(data, 0);
    const payload = content.address ? await payloadOf(content) : data.subarray(end);
    if (data !== this.data) return; // something else is to be shown by now, or nothing
    if (payload) {
      this.shown = { ...content, payload };
      this.update();
    } else this.setStateValue("missed", content.digest);
  }

  update() {
    if (!this.shown) return;
    if (this.heatmap) this.heatmap.update();
    else this.heatmap = mount(this.parent, () => this.state(), (picked) => this.tell(picked));
    choices.set(this.shown.key, this.heatmap.choice);
  }

  state() {
    const { key, payload, height, wish } = this.shown;
    const style = getComputedStyle(this.parent.querySelector("template"));
    const dark = isDark(style.getPropertyValue("--st-background-color").trim());
    return { payload, height, dark, before: choices.get(key), wish };
  }

  tell(picked) {
    this.setStateValue("picked", picked);
  }

  close() {
    this.data = null;
    this.heatmap?.close();
  }
}

/** The payload at an address of the server, which is asked for it once; null where it is not. */
function payloadOf({ address, digest }) {
  const found = payloads.get(digest) ?? fetched(address, digest);
  payloads.delete(digest);
  payloads.set(digest, found);
  if (payloads.size > PAYLOADS_KEPT) payloads.delete(payloads.keys().next().value);
  return found;
}

async function fetched(address, digest) {
  const url = new URL(address.replace(/^\//, "../../../"), import.meta.url);
  // What an address names never changes, so that what was kept is as good; but for errors.
  for (const cache of ["force-cache", "reload"]) {
    try {
      const response = await fetch(url, { cache });
      const payload = new Uint8Array(await response.arrayBuffer());
      if (readJson(payload, 0).content.digest === digest) return payload;
    } catch {
      // Nothing is there, or something else.
    }
  }
  payloads.delete(digest); // another time it may be there
  return null;
}
