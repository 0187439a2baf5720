// The visitor's line to us: his token, the doors he may use, and the socket that brings what is new.

const BACKOFF = { first: 500, most: 15_000 }; // ms; each wait is a random part of it
const SILENT = 45_000; // ms without a word although the server pings every 20 s
const UNKNOWN = 4401; // close code: the token is nobody's

/** What a browser keeps; in memory where it may not (a strict frame). */
export const store = (() => {
  try {
    localStorage.setItem("beex.webchat", "1");
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key), keys: () => [...kept.keys()],
    };
  }
})();

/** The server said no, for good (`final`) or for now. */
export class Refusal extends Error {
  constructor(status, body) {
    super(body?.detail ?? "");
    this.status = status;
    this.final = status < 500 && status !== 429 && status !== 401;
  }
}

export class Session {
  constructor(widget) {
    this.widget = widget;
    this.key = `beex.webchat.${widget}.token`;
    this.bus = new EventTarget();
    this.token = store.getItem(this.key);
    this.attempt = 0;
    this.heardAt = 0;
    setInterval(() => this.watch(), 5_000);
    addEventListener("online", () => this.socket || this.connect());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && !this.socket && this.connect());
  }

  on(type, listener) {
    this.bus.addEventListener(type, (event) => listener(event.detail));
  }

  tell(type, detail) {
    this.bus.dispatchEvent(new CustomEvent(type, { detail }));
  }

  get headers() {
    return { Authorization: `Visitor ${this.token}` };
  }

  async ask(method, path, body) {
    const response = await fetch(`/api/v1/webchat/${this.widget}/${path}`, {
      method,
      credentials: "omit",
      headers: { "Content-Type": "application/json", ...(this.token ? this.headers : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json().catch(() => null);
    if (response.status === 401) this.forget();
    if (!response.ok) throw new Refusal(response.status, answer);
    return answer;
  }

  /** Be somebody: the first message makes a visitor of whoever has no token. */
  async enter(who) {
    if (this.token) return;
    this.entering ??= this.ask("POST", "sessions/", who).finally(() => { this.entering = null; });
    const { token } = await this.entering;
    if (this.token) return;
    this.token = token;
    store.setItem(this.key, token);
    this.connect();
  }

  forget() {
    this.token = null;
    store.removeItem(this.key);
  }

  connect() {
    clearTimeout(this.retry);
    if (!this.token || this.socket) return;
    const url = new URL(`/ws/v1/webchat/${this.widget}/`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = (this.socket = new WebSocket(url));
    this.heardAt = performance.now();
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.token }));
    socket.onmessage = (event) => socket === this.socket && this.receive(event.data);
    socket.onclose = (event) => socket === this.socket && this.closed(event.code);
  }

  receive(data) {
    this.heardAt = performance.now();
    this.attempt = 0;
    const frame = JSON.parse(data);
    if (frame.type === "ping") this.socket.send(JSON.stringify({ type: "pong", n: frame.n }));
    this.tell("link", true);
    this.tell(frame.type, frame);
  }

  closed(code) {
    this.socket = null;
    if (code === UNKNOWN) {
      this.forget();
      return this.tell("stranger");
    }
    this.tell("link", false);
    const wait = Math.random() * Math.min(BACKOFF.most, BACKOFF.first * 2 ** this.attempt);
    this.attempt += 1;
    this.retry = setTimeout(() => this.connect(), wait);
  }

  watch() {
    if (!this.socket || performance.now() - this.heardAt < SILENT) return;
    const old = this.socket;
    this.socket = null;
    old.close();
    this.closed(1006);
  }
}
