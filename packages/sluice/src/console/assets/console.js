/*
 * Keeps a page up to date. Everything on it can be read and decided without this file. It changes texts and attributes in
 * place: it never moves the focus, empties a field, scrolls, or puts rows in another order under the pointer.
 */
const { body } = document;
const follows = body.dataset.follows;
const texts = {
  live: (age) => `Live, ${age} ago`,
  lost: (at) => `Reconnecting, as of ${at}`,
  paused: (at) => `Paused, as of ${at}`,
};
const skewMs = Date.now() - Number(body.dataset.now);
const now = () => Date.now() - skewMs;

let isPaused = false;
let isConnected = false;
let heardAt = Date.now();
let goodAt = now();
let lastId = body.dataset.last;

// Times: the server writes the clock, this counts on.

function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts = [
    [Math.floor(seconds / 86400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0s';
  return parts
    .slice(first, first + (first < 2 ? 2 : 1))
    .filter(([count]) => count > 0)
    .map(([count, unit]) => count + unit)
    .join(' ');
}

const clock = (ms) => new Date(ms).toLocaleTimeString([], { hour12: false });

const relative = {
  since: (ms) => duration(now() - ms),
  ago: (ms) => (Math.abs(now() - ms) < 86400000 ? `${duration(now() - ms)} ago` : undefined),
  until: (ms) => (ms > now() ? `${clock(ms)}, in ${duration(ms - now())}` : `${clock(ms)}, due`),
};

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  for (const element of document.querySelectorAll('time[data-rel]')) {
    const text = relative[element.dataset.rel]?.(Date.parse(element.dateTime));
    if (text !== undefined) setText(element, text);
  }
  showFreshness();
}

// Freshness

const fresh = document.getElementById('fresh');

function showFreshness() {
  if (!fresh || !follows) return;
  const state = isPaused ? 'paused' : isConnected && Date.now() - heardAt < 35000 ? 'live' : 'lost';
  if (state === 'live') goodAt = now();
  fresh.dataset.fresh = state;
  const age = state === 'live' ? duration(Date.now() - heardAt) : clock(goodAt);
  setText(document.getElementById('fresh-text'), texts[state](age));
  if (isLeader && state === 'lost' && isConnected) reconnect();
}

// Changes in place

let saidAt = 0;
function say(text) {
  if (Date.now() - saidAt < 5000) return;
  saidAt = Date.now();
  document.getElementById('said').textContent = text;
}

function patch({ key, state, bar, texts: changed, gone }) {
  for (const place of document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)) {
    if (gone) {
      place.dataset.gone = '';
      continue;
    }
    if (place.dataset.state && place.dataset.state !== state) say(`${key}: ${changed.phase}`);
    for (const element of [place, ...place.querySelectorAll('.hero, .badge[data-state]')])
      if (element.dataset.state && element.querySelector('[data-icon], [data-text="phase"]'))
        element.dataset.state = state;
    for (const element of place.querySelectorAll('[data-text]'))
      setText(element, changed[element.dataset.text] ?? '');
    for (const element of place.querySelectorAll('[data-bar]')) element.setAttribute('width', bar);
    for (const element of place.querySelectorAll('[data-icon]')) element.setAttribute('href', `#i-${state}`);
  }
}

/** Makes `old` like `fresh`, node by node, so that focus, typed text and open details stay. */
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  const isField = old.matches('input, textarea, select');
  if (isField && old.type !== 'hidden') return;
  for (const { name } of Array.from(old.attributes))
    if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value && name !== 'open') old.setAttribute(name, value);
  if (old.matches('time[data-rel]') && fresh.matches('time[data-rel]')) return;
  const news = [...fresh.childNodes];
  [...old.childNodes].slice(news.length).forEach((node) => node.remove());
  news.forEach((node, index) => {
    const before = old.childNodes[index];
    if (before) morph(before, node);
    else old.append(node);
  });
}

const keysIn = (root) =>
  [...root.querySelectorAll('[data-list] tbody tr')].map((row) => row.dataset.key).join('\n');

/** Whether rows would move under the pointer or the focus. */
function wouldMove(fresh) {
  const list = document.querySelector('[data-list]');
  if (!list || keysIn(document) === keysIn(fresh)) return false;
  return list.matches(':hover') || list.contains(document.activeElement);
}

let waitingPage;
function offer(fresh) {
  waitingPage = fresh;
  if (document.getElementById('apply')) return;
  const line = document.createElement('p');
  line.className = 'changed';
  line.id = 'apply';
  const button = document.createElement('button');
  button.textContent = 'The list has changed: show it';
  button.className = 'button primary';
  button.addEventListener('click', () => show(waitingPage));
  line.append(button);
  document.querySelector('[data-list]').after(line);
}

function show(fresh) {
  document.getElementById('apply')?.remove();
  for (const selector of ['main', '.top nav']) {
    const [old, news] = [document.querySelector(selector), fresh.querySelector(selector)];
    if (old && news) morph(old, news);
  }
  tick();
}

let isFetching = false;
let isAsked = false;
let failures = 0;

async function readAnew() {
  const answer = await fetch(location.pathname + location.search, { signal: AbortSignal.timeout(10000) });
  // The session has ended.
  if (answer.redirected) return location.reload();
  if (!answer.ok && answer.status !== 404) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (wouldMove(page)) offer(page);
  else show(page);
}

/** Reads the page anew: at most twice a second, and never two at once. */
async function refresh() {
  isAsked = true;
  if (isFetching || isPaused) return;
  isFetching = true;
  while (isAsked && !isPaused) {
    isAsked = false;
    // The mark of freshness says what is wrong, and the next change tries again.
    await readAnew().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, follows === '*' ? 1500 : 400));
  }
  isFetching = false;
}

// The stream: one for all tabs of this browser

let source;
let isLeader = false;
const tabs = new BroadcastChannel('sluice-console');

function take(kind, data, id) {
  heardAt = Date.now();
  isConnected = kind !== 'cut';
  if (id) lastId = id;
  if (kind === 'stale') isConnected = false;
  if (kind === 'reset') void refresh();
  if (kind === 'rollout') {
    const change = JSON.parse(data);
    if (!isPaused) patch(change);
    if (follows === '*' || follows === change.key) void refresh();
  }
  showFreshness();
}

tabs.addEventListener('message', ({ data }) => take(...data));

function hear(kind, data, id) {
  tabs.postMessage([kind, data, id]);
  take(kind, data, id);
}

function connect() {
  source = new EventSource(`/api/v1/stream?after=${encodeURIComponent(lastId)}`);
  source.addEventListener('open', () => {
    failures = 0;
    hear('beat');
  });
  for (const kind of ['beat', 'stale', 'rollout', 'reset'])
    source.addEventListener(kind, ({ data, lastEventId }) => hear(kind, data, lastEventId));
  source.addEventListener('error', () => {
    hear('cut');
    reconnect();
  });
}

let again;
/** After 1, 2, 4 … 30 seconds; from the third time on the page itself is read, too. */
function reconnect() {
  source?.close();
  source = undefined;
  isConnected = false;
  clearTimeout(again);
  failures += 1;
  if (failures > 2) void refresh();
  again = setTimeout(connect, Math.min(30000, 500 * 2 ** failures) * (0.75 + Math.random() / 2));
}

if (follows && body.dataset.inside) {
  void navigator.locks.request('sluice-stream', () => {
    isLeader = true;
    connect();
    return new Promise(() => {});
  });
  // A tab that joins hears the leader within one beat; until then it is as fresh as its page.
  isConnected = true;
  const button = document.getElementById('pause-live');
  button.hidden = false;
  button.addEventListener('click', () => {
    isPaused = !isPaused;
    button.setAttribute('aria-pressed', String(isPaused));
    button.textContent = isPaused ? 'Resume' : 'Pause';
    if (!isPaused) void refresh();
    showFreshness();
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh();
  });
}
tick();
setInterval(tick, 1000);

// Forms: one click is one decision

for (const form of document.querySelectorAll('form[data-decide]'))
  form.addEventListener('submit', () =>
    // After the form has been read: a disabled button sends no value.
    setTimeout(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
    }),
  );
document.querySelector('[autofocus]')?.focus();
if (location.hash === '#result') document.getElementById('result')?.focus();
