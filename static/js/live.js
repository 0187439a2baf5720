// The page's one socket (/ws/v1/live/): connects, answers pings, acknowledges, comes back.
//
// Loss is assumed: whoever subscribes gives a function that says where it stands, and is asked again
// after every reconnect. Silence is measured from messages, never from timers a hidden tab may lose.

import { heard } from "./time.js";

const BACKOFF = { first: 500, most: 10_000 }; // ms; each wait is a random part of it
const SILENT = 12_000; // ms without a word although the server pings every 4 s
const ANSWER = 3_000; // ms to answer after the page was woken
const ACK = { time: 2_000, size: 256 * 1024 }; // ms, or characters, between acknowledgements
const RESTORED = 3_000; // ms the good news is shown

const bus = new EventTarget();
const streams = new Map(); // stream → describe()
let socket = null;
let attempt = 0;
let heardAt = 0;
let acked = { rev: null, at: 0 };
let owed = 0; // characters since the last acknowledgement
let newest = null;
let retry = 0;
let address = null;
let link = "connecting"; // connecting | live | lost

/** Listen to frames of `type` ("rows", "desk" …) or to "link" ({state, lost}). Returns the way out. */
export function on(type, listener) {
  const call = (event) => listener(event.detail);
  bus.addEventListener(type, call);
  return () => bus.removeEventListener(type, call);
}

const tell = (type, detail) => bus.dispatchEvent(new CustomEvent(type, { detail }));

/** Send a message if the link stands; a lost one is not kept. */
export function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** Ask for `stream` now and after every reconnect. `describe()` gives the rest of the message. */
export function subscribe(stream, describe = () => ({})) {
  streams.set(stream, describe);
  resubscribe(stream);
  return () => {
    if (streams.get(stream) !== describe) return;
    streams.delete(stream);
    send({ type: "unsubscribe", stream });
  };
}

/** Ask again, for instance after a gap. */
export function resubscribe(stream) {
  const describe = streams.get(stream);
  if (describe) send({ type: "subscribe", stream, ...describe() });
}

/** Open the socket for this tab. Called once, by the shell. */
export function connect(tab) {
  const url = new URL("/ws/v1/live/", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("tab", tab);
  address = url;
  open();
  setInterval(watch, 1_000);
  for (const sign of ["online", "pageshow"]) addEventListener(sign, () => wake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
}

function open() {
  clearTimeout(retry);
  const mine = (socket = new WebSocket(address));
  heardAt = performance.now();
  mine.onopen = () => {
    heardAt = performance.now();
    tell("open");
    for (const stream of streams.keys()) resubscribe(stream);
  };
  mine.onmessage = (event) => mine === socket && receive(event.data);
  mine.onclose = (event) => mine === socket && closed(event.code);
}

function receive(data) {
  heardAt = performance.now();
  owed += data.length;
  const frame = JSON.parse(data);
  if (frame.at) heard(frame.at, heardAt);
  if (frame.type === "ping") return send({ type: "pong", n: frame.n });
  if (link !== "live") restored();
  if (frame.rev !== undefined && frame.type !== "beat") newest = frame.rev;
  tell(frame.type, frame);
  acknowledge();
}

function acknowledge() {
  if (newest === acked.rev || (owed < ACK.size && heardAt - acked.at < ACK.time)) return;
  send({ type: "ack", rev: newest });
  acked = { rev: newest, at: heardAt };
  owed = 0;
}

function restored() {
  const back = link === "lost";
  link = "live";
  attempt = 0;
  tell("link", { state: back ? "restored" : "live" });
  if (back) setTimeout(() => link === "live" && tell("link", { state: "live" }), RESTORED);
}

const ENDED = new Set([4401, 4403]); // the session or the account is over: the page must ask again

function closed(code) {
  socket = null;
  if (ENDED.has(code)) return location.reload();
  lose();
  const wait = Math.random() * Math.min(BACKOFF.most, BACKOFF.first * 2 ** attempt);
  attempt += 1;
  retry = setTimeout(open, wait);
}

function lose() {
  if (link === "lost") return;
  link = "lost";
  tell("link", { state: "lost" });
}

function drop() {
  const old = socket;
  socket = null;
  old?.close();
  closed(1006);
}

function watch() {
  if (socket && performance.now() - heardAt > SILENT) drop();
  else if (socket) acknowledge();
}

/** The page was hidden, asleep or offline: ask where we stand, and do not wait long for the answer. */
function wake() {
  if (!address) return;
  if (!socket) return open();
  if (socket.readyState !== WebSocket.OPEN) return;
  const asked = performance.now();
  if (asked - heardAt < 5_000) return;
  for (const stream of streams.keys()) resubscribe(stream);
  const mine = socket;
  setTimeout(() => mine === socket && heardAt < asked && drop(), ANSWER);
}
