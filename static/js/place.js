// Where the table stood when it was left, so that Back brings the same view of it (R11).

const KEY = "beex.floor";

/** Remember how far the table at `url` was scrolled. */
export function leavePlace(url, scroller) {
  sessionStorage.setItem(KEY, JSON.stringify({ url, top: scroller.scrollTop }));
}

/** The kept place of this address, once; 0 when it was not left by going elsewhere. */
export function takePlace() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  return kept?.url === location.pathname + location.search ? kept.top : 0;
}

/** Make links marked `data-back` in `page` lead to the table as it was left. */
export function wireBack(page) {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (kept) for (const link of page.querySelectorAll("a[data-back]")) link.href = kept.url;
}
