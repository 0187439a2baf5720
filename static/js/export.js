// The file of exactly what is shown: the rows' ids, in their order, go with the form.

/** Fill the export form of `root` with `ids()` when it is sent; returns the way out. */
export function wireExport(root, ids) {
  const form = root.querySelector("#export");
  const fill = () => {
    form.elements.ids.value = ids().join(",");
    document.getElementById("export-menu").hidePopover();
  };
  form.addEventListener("submit", fill);
  return () => form.removeEventListener("submit", fill);
}
