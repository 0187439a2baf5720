// Shows the web chat in a corner of the page that loads this script. Nothing of the page is read or
// changed; it works in every site that our server allows to frame it.
(() => {
  const texts = JSON.parse("{{ texts|escapejs }}");
  const { currentScript } = document;
  const address = new URL(currentScript.src);
  const { lang = document.documentElement.lang.slice(0, 2), theme = "light", side = "right" } = currentScript.dataset;
  const PATIENCE = 5_000; // ms until the page has answered
  const start = texts[lang] ?? texts["{{ language }}"];
  const page = new URL("./", address);
  for (const [name, value] of Object.entries({ embed: "1", lang, theme })) page.searchParams.set(name, value);

  const style = (element, rules) => Object.assign(element.style, { all: "initial", position: "fixed", zIndex: "2147483000", ...rules });
  const button = document.createElement("button");
  button.type = "button";
  style(button, {
    bottom: "20px", [side]: "20px", width: "56px", height: "56px", borderRadius: "50%", cursor: "pointer", color: "#fff",
    background: "#2f5bd0", boxShadow: "0 4px 16px rgb(0 0 0 / 30%)", font: "600 13px system-ui, sans-serif", textAlign: "center",
  });
  const drawn = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    return element;
  };
  const bubble = drawn("svg", { width: "26", height: "26", viewBox: "0 0 16 16", fill: "#fff", "aria-hidden": "true" });
  bubble.append(drawn("path", { d: "M16 8c0 3.866-3.582 7-8 7a9 9 0 0 1-2.347-.306c-.584.296-1.925.864-4.181 1.234-.2.032-.352-.176-.273-.362.354-.836.674-1.95.77-2.966C.744 11.37 0 9.76 0 8c0-3.866 3.582-7 8-7s8 3.134 8 7" }));
  bubble.style.verticalAlign = "middle";
  button.append(bubble);
  const badge = document.createElement("span");
  style(badge, {
    bottom: "60px", [side]: "16px", display: "none", minWidth: "20px", height: "20px", lineHeight: "20px", borderRadius: "10px",
    background: "#c02a2a", color: "#fff", font: "600 12px/20px system-ui, sans-serif", textAlign: "center", pointerEvents: "none",
  });
  let frame = null;
  let open = false;
  let ready = false; // the page in the frame listens
  const absent = document.createElement("p"); // stands where the page does not answer
  absent.setAttribute("role", "status");

  function label(unread = 0) {
    button.setAttribute("aria-expanded", String(open));
    const more = unread && !open ? `, ${start.unread.replace("{n}", unread)}` : "";
    button.setAttribute("aria-label", (open ? start.close : start.open) + more);
    badge.style.display = unread && !open ? "block" : "none";
    badge.textContent = unread;
  }

  const box = {
    bottom: "88px", [side]: "20px", width: "min(384px, calc(100vw - 24px))", borderRadius: "14px", background: "#fff",
    boxShadow: "0 8px 40px rgb(0 0 0 / 30%)", colorScheme: "normal",
  };

  function make() {
    frame = document.createElement("iframe");
    frame.title = start.title;
    style(frame, { ...box, height: "min(600px, calc(100vh - 108px))", border: "0" });
    style(absent, { ...box, padding: "20px", boxSizing: "border-box", color: "#222", font: "15px/1.4 system-ui, sans-serif" });
    frame.src = page;
    document.body.append(absent, frame);
    setTimeout(() => ready || missing(), PATIENCE);
  }

  /** The page has not answered: this site may not show it, or it cannot be reached. */
  function missing() {
    console.warn(`Beex: the chat of ${page.origin} does not answer here. Its WEBCHAT_ORIGINS must name ${location.origin}`);
    absent.textContent = start.absent;
    show();
  }

  /** Show what there is, the page or why it is not there. */
  function show() {
    const away = Boolean(absent.textContent);
    frame.style.display = open && !away ? "block" : "none";
    absent.style.display = open && away ? "block" : "none";
  }

  function tell() {
    if (ready) frame.contentWindow.postMessage({ beex: "webchat", open }, page.origin);
  }

  function toggle(wanted) {
    open = wanted;
    if (!frame) make();
    show();
    tell();
    label();
    if (open) frame.focus();
    else button.focus();
  }

  button.addEventListener("click", () => toggle(!open));
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== page.origin || event.data?.beex !== "webchat") return;
    if (event.data.ready) {
      ready = true;
      absent.textContent = "";
      show();
      tell();
    }
    if (event.data.close) toggle(false);
    if (Number.isInteger(event.data.unread)) label(event.data.unread);
  });
  label();
  const begin = () => document.body.append(button, badge);
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
