// Commands to our own server. The CSRF token is read when it is sent: another tab may have signed in
// again meanwhile.

const token = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";

/** POST a form (name → text). Rejects only when the network fails. */
export function post(url, fields) {
  return fetch(url, { method: "POST", headers: { "X-CSRFToken": token() }, body: new URLSearchParams(fields) });
}

/** Send JSON with `method` to the API; resolves to {ok, status, body}, body null when it is not JSON. */
export async function api(method, path, body) {
  const response = await fetch(`/api/v1/${path}`, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { ok: response.ok, status: response.status, body: await response.json().catch(() => null) };
}
