// Between the heatmap and a widget: its traits say what to show, and take what is picked.

const TRAITS = ["unit", "cursor", "selection"];
// The page around may be of any colour, and takes keys of its own.
const OWN_STYLE = ".heatmap { padding: 0.75rem; background: var(--heat-background); }";

function render({ model, el }) {
  const host = document.createElement("div");
  host.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves keys alone there
  el.append(host);
  const room = roomIn(host, STYLE + OWN_STYLE, MARKUP);
  let payload = bytesOf(model.get("payload"));
  let wish = { wish: 1, ...Object.fromEntries(TRAITS.map((name) => [name, model.get(name)])) };

  const state = () => ({ payload, height: model.get("height"), dark: standsOnDark(host), wish });
  const heatmap = mount(room, state, (picked) => {
    for (const name of TRAITS) model.set(name, picked[name]);
    model.save_changes();
  });

  const heard = {
    payload: () => (payload = bytesOf(model.get("payload"))),
    height: () => {},
    ...Object.fromEntries(TRAITS.map((name) => [name, () => ask(name)])),
  };
  /** What is news becomes a wish; what was picked here, and is said back, is none. */
  function ask(name) {
    const said = model.get(name);
    const news = JSON.stringify(heatmap.choice[name]) !== JSON.stringify(said);
    if (news) wish = { wish: wish.wish + 1, [name]: said };
  }
  const listeners = Object.entries(heard).map(([name, take]) => {
    const listener = () => {
      take();
      heatmap.update();
    };
    model.on(`change:${name}`, listener);
    return () => model.off(`change:${name}`, listener);
  });
  const ends = [...listeners, whenAppearanceChanges(() => heatmap.update()), () => heatmap.close()];
  return () => {
    for (const end of ends) end();
    host.remove();
  };
}

/** Hosts give bytes as a DataView, an array of bytes or a buffer. */
function bytesOf(value) {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

export default { render };
