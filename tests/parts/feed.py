"""A server's part played inside the page: a worker feeds the table with rows and changes.

So that only the page's own work is seen: its frames a second, its memory.
"""

#: the worker: takes {base, count} and {rate}, sends frames
_WORKER = """
  const rows = [];
  let rev = 1, timer = 0;
  const pick = (list) => list[Math.floor(Math.random() * list.length)];
  const frame = (more) => JSON.stringify(
    {sub: 1, epoch: 'bench', at: new Date().toISOString(), gone: [], ...more});
  const change = () => {
    const row = pick(rows);
    row.rev = rev;
    const code = pick(['available', 'lunch', 'busy', 'training']);
    row.status = {code, since: new Date().toISOString()};
    row.active_tickets = Math.floor(Math.random() * 5);
    const call = {id: 1, state: pick(['talking', 'acw', 'ringing']), since: row.status.since,
      direction: 'outbound', campaign_id: 1, acw_until: null, hidden: false};
    row.call = pick([null, call]);
    return row;
  };
  onmessage = ({data: {base, count, rate}}) => {
    clearInterval(timer);
    if (base) {
      for (let i = 0; i < count; i++) {
        rows.push({...base[i % base.length], id: 10000 + i, extension: String(10000 + i), rev});
      }
      const at = (from) => from + 200 >= count;
      for (let from = 0; from < count; from += 200) {
        postMessage(frame({type: from ? 'delta' : 'snapshot', rev: at(from) ? rev : 0, total: count,
          more: !at(from), rows: rows.slice(from, from + 200)}));
      }
    }
    if (!rate) return;
    timer = setInterval(() => {
      const prev = rev++;
      const changed = new Set(Array.from({length: rate / 10}, change));
      postMessage(frame({type: 'rows', prev, rev, rows: [...changed]}));
    }, 100);
  };
"""
_SOCKET = """
  const feed = new Worker(URL.createObjectURL(new Blob([%r])));
  window.feed = feed;
  window.WebSocket = class {
    static OPEN = 1;
    readyState = 0;
    constructor() {
      feed.onmessage = (event) => this.onmessage?.({data: event.data});
      setTimeout(() => { this.readyState = 1; this.onopen?.({}); });
    }
    send(text) {
      if (JSON.parse(text).stream === 'floor') window.asked?.();
    }
    close() {}
  };
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push(Math.round(entry.duration));
  }).observe({entryTypes: ['longtask']});
"""
#: fills the table with `count` copies of the rows `base`; gives the milliseconds it took
FILL = """
  async ([base, count]) => {
    tasks.length = 0;
    const began = performance.now();
    feed.postMessage({base, count});
    const table = document.querySelector('[data-testid=mon-table]');
    const there = () => Number(table.getAttribute('aria-rowcount')) > count;
    while (!there()) await new Promise((go) => setTimeout(go, 50));
    return Math.round(performance.now() - began);
  }
"""

#: for ``add_init_script``: every socket of the page is the worker, ``feed``; needs ``bypass_csp``
FEED = _SOCKET % _WORKER
