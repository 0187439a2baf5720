// Every command and question of this page to our own API, in one place.

import { api, upload } from "../http.js";

const json = (answer) => {
  if (answer.ok) return answer.body;
  throw new Problem(answer.status, answer.body);
};

/** The server said no: `code` is its reason, `message` the sentence in the reader's language. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? "");
    this.status = status;
    this.code = body?.code ?? "";
    this.body = body ?? {};
  }

  /** Worth another try: the server or the way to it failed, or asked for patience. */
  get passing() {
    return this.status >= 500 || this.status === 429;
  }
}

const get = (path) => api("GET", path).then(json);
const post = (path, body = {}) => api("POST", path, body).then(json);

export const desk = () => get("workspace/");
export const newest = (chat) => get(`chats/${chat}/messages/`);
export const before = (chat, line) => get(`chats/${chat}/messages/?before=${line}`);
export const since = (chat, rev) => get(`chats/${chat}/messages/?since=${rev}`);
export const say = (chat, line) => post(`chats/${chat}/messages/`, line);
export const note = (chat, text) => post(`chats/${chat}/notes/`, { text });
export const read = (chat, rev) => post(`chats/${chat}/read/`, { rev });
export const draft = (chat, text) => api("PUT", `chats/${chat}/draft/`, { text }).then(json);
export const attach = (chat, file, progress) => upload(`chats/${chat}/attachments/`, file, progress).then(json);
export const quickAnswers = () => get("quick-answers/");
export const templates = () => get("templates/");
export const enter = (strategy) => post(`strategies/${strategy}/enter/`);
export const leave = (strategy) => post(`strategies/${strategy}/leave/`);
export const tree = (campaign) => get(`dispositions/?campaign=${encodeURIComponent(campaign)}`);
export const dispose = (ticket, act) => post(`tickets/${ticket}/disposition/`, act);
export const resolve = (ticket) => post(`tickets/${ticket}/resolve/`);
export const reopen = (ticket) => post(`tickets/${ticket}/reopen/`);
export const ticket = (id) => get(`tickets/${id}/`);
export const targets = (ticket) => get(`tickets/${ticket}/targets/`);
export const transfer = (ticket, to) => post(`tickets/${ticket}/transfer/`, to);
export const history = (contact) => get(`contacts/${contact}/history/`);
export const captures = (me) => get(`supervision/?active=true&supervisor=${me}`);
export const contacts = (text, most) => get(`contacts/?q=${encodeURIComponent(text)}&page_size=${most}`);
export const call = (id) => get(`calls/${id}/`);
export const user = (id) => get(`users/${id}/`);
export const giveBack = (session, note_) => post(`supervision/${session}/give-back/`, { note: note_ });
