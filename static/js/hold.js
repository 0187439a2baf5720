// Rows hold still under pointer and focus: while somebody is in the table nothing re-orders, the row
// he is on stays, and rows that come and go above it do not push it away (R88, E18).

export class Hold {
  /** `released()` is called when the table is free again, or another row is under the pointer. */
  constructor(scroller, released) {
    this.scroller = scroller;
    this.released = released;
    this.pending = new Set(); // entries that wait to move or to leave
    this.pointed = null;
    this.carded = null;
  }

  mount() {
    const { scroller } = this;
    const wire = { pointerover: "over", pointerleave: "out", focusin: "focus", focusout: "focus" };
    const ends = Object.entries(wire).map(([type, method]) => {
      const listener = (event) => this[method](event);
      scroller.addEventListener(type, listener);
      return () => scroller.removeEventListener(type, listener);
    });
    return () => ends.forEach((end) => end());
  }

  over(event) {
    if (event.pointerType === "touch") return;
    const tr = event.target.closest("tbody tr");
    if (tr === this.pointed) return;
    this.pointed = tr;
    if (this.pending.size) this.released();
  }

  out() {
    this.pointed = null;
    if (this.pending.size) this.released();
  }

  focus() {
    if (this.pending.size) queueMicrotask(() => this.released());
  }

  /** The card of this row is open, or of none. */
  card(tr) {
    this.carded = tr;
    if (this.pending.size) this.released();
  }

  focused() {
    const tr = document.activeElement?.closest?.("tbody tr");
    return tr && this.scroller.contains(tr) && document.hasFocus() ? tr : null;
  }

  /** Nothing may change places now. */
  get frozen() {
    return Boolean(this.pointed || this.carded || this.focused());
  }

  /** Whether somebody is on this very row. */
  holds({ tr }) {
    return Boolean(tr) && (tr === this.pointed || tr === this.carded || tr === this.focused());
  }

  /** Call before rows change; call the result after, and the row in use stands where it stood. */
  steady() {
    const tr = this.pointed ?? this.carded ?? this.focused();
    if (!tr?.isConnected) return () => {};
    const before = tr.getBoundingClientRect().top;
    return () => {
      if (!tr.isConnected) return;
      const moved = tr.getBoundingClientRect().top - before;
      if (moved) this.scroller.scrollTop += moved;
    };
  }
}
