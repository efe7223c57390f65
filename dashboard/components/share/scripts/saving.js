// Files that a browser keeps where it keeps what it downloads.

/** What a file of this page is called: page, what it is, kind. */
export function fileName(name, kind) {
  const page = location.pathname.split("/").pop() || "train";
  const words = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `rnnviz-${page.replaceAll("_", "-")}-${words.slice(0, 60)}.${kind}`;
}

export function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
