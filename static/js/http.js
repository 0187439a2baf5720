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

/** Send one file to the API, telling `progress` the share that is there (0 to 1). As `api`; rejects
 *  with "aborted" when `signal` says so. `headers` replace the session's. */
export function upload(path, file, progress = () => {}, { signal, headers } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/${path}`);
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers ?? { "X-CSRFToken": token() })) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => resolve({ ok: request.status < 400, status: request.status, body: request.response });
    request.onerror = () => reject(new TypeError("network"));
    request.onabort = () => reject(new Error("aborted"));
    signal?.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}
