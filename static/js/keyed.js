// The children of a list by key: an element is made anew only when what it shows has changed, and
// moved only when its place has.

export class Keyed {
  constructor(root) {
    this.root = root;
    this.held = new Map(); // key → {shows, element}
  }

  clear() {
    this.held.clear();
    this.root.replaceChildren();
  }

  /** The element of `key`, as it is when it still shows `shows`, else as `make` makes it. */
  element(key, shows, make) {
    const held = this.held.get(key);
    if (held?.shows === shows) return held.element;
    const element = make();
    held?.element.replaceWith(element);
    this.held.set(key, { shows, element });
    return element;
  }

  /** Show these elements, in this order, and no others. */
  show(nodes) {
    nodes.forEach((node, index) => {
      if (this.root.children[index] !== node) this.root.insertBefore(node, this.root.children[index] ?? null);
    });
    while (this.root.children.length > nodes.length) this.root.lastElementChild.remove();
  }
}
