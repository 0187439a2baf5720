// The page of the floor: the table, the queues above it, and capturing from its cards.

import * as capture from "./capture.js";
import * as floor from "./floor.js";
import * as queues from "./queues.js";

/** Bring all of it to life. Returns what takes it down. */
export function mount(page) {
  const ends = [floor, queues, capture].map((part) => part.mount(page));
  return () => ends.forEach((end) => end());
}
