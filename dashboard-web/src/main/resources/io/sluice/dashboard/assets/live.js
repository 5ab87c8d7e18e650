// Keeps an open page current: the server says that something changed, the page asks what differs from the version that it
// is, and takes that over in place. Focus, selection, scroll position and opened details stay, because what is equal is not
// touched.
'use strict';

(() => {
  const POLL_MILLIS = 2000;

  /** Whether this page lacked something that the server took it to have. */
  let lost = false;

  /** Makes `from` look like `to`. Children pair up by their key or id, else by order among their like. Plots draw themselves. */
  function morph(from, to) {
    if (from.nodeType !== Node.ELEMENT_NODE) {
      if (from.data !== to.data) from.data = to.data;
      return;
    }
    // What a reader is about to ask for is the reader's.
    if (from.nodeName === 'FORM') return;
    if (from.isEqualNode(to) || from.hasAttribute('data-plot') || from.hasAttribute('data-numbers')) return;
    for (const { name, value } of to.attributes) {
      if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
    for (const { name } of [...from.attributes]) {
      // Whether details are open is the reader's choice.
      if (!to.hasAttribute(name) && name !== 'open' && name !== 'class') from.removeAttribute(name);
    }
    morphChildren(from, to);
  }

  function morphChildren(from, to) {
    let at = from.firstChild;
    for (const wanted of [...to.childNodes]) {
      const match = find(at, wanted);
      if (match) {
        while (at !== match) at = drop(at);
        const same = wanted.nodeType === Node.ELEMENT_NODE && wanted.dataset.same;
        at = same ? after(match, Number(same)) : match.nextSibling;
        if (!same) morph(match, wanted);
      } else {
        from.insertBefore(document.importNode(wanted, true), at);
      }
    }
    while (at) at = drop(at);
  }

  /** What is behind so many elements, which are as they were. */
  function after(first, count) {
    let node = first;
    for (let left = count; left > 0; node = node.nextSibling) {
      if (!node) {
        lost = true;
        return null;
      }
      if (node.nodeType === Node.ELEMENT_NODE) left--;
    }
    return node;
  }

  function drop(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  /** Elements are looked for further on, past what has gone; for text that would drop what has not. */
  function find(start, wanted) {
    if (wanted.nodeType !== Node.ELEMENT_NODE) {
      return start && start.nodeType === wanted.nodeType ? start : null;
    }
    for (let node = start; node; node = node.nextSibling) {
      if (node.nodeName === wanted.nodeName && key(node) === key(wanted)) return node;
    }
    return null;
  }

  const key = (element) => element.dataset.key || element.id;

  /** Asks for all of the page, as after a change. */
  function whole(page) {
    delete page.dataset.version;
    htmx.trigger(document.body, 'sluice:change');
  }

  document.addEventListener('htmx:configRequest', (event) => {
    event.detail.headers['Sluice-Holds'] = event.detail.elt.dataset.version || 'none';
  });

  document.addEventListener('htmx:load', (event) => sluiceZone.localize(event.detail.elt));

  htmx.defineExtension('morph', {
    isInlineSwap: (style) => style === 'morph',
    handleSwap: (style, target, fragment) => {
      if (style !== 'morph') return false;
      const page = fragment.querySelector('#page') || fragment.firstElementChild;
      if (page) {
        sluiceZone.localize(page);
        lost = false;
        morph(target, page);
        if (lost || target.querySelector('[data-same]')) whole(target);
        document.title = target.dataset.title || document.title;
        document.dispatchEvent(new Event('sluice:morphed'));
      }
      return [target];
    },
  });

  // Whoever holds a printed page may want to come back to it.
  document.querySelector('.printed').textContent = location.href;

  // On a narrow screen the navigation is longer than its place.
  const entry = document.querySelector('.top nav [aria-current]');
  if (entry) entry.parentElement.scrollLeft = entry.offsetLeft + entry.offsetWidth / 2 - entry.parentElement.offsetLeft - entry.parentElement.clientWidth / 2;

  // Some pages are made from the log, and stay as they were asked.
  if (!document.getElementById('page').hasAttribute('hx-get')) return;

  const status = document.getElementById('live');
  let stream = null;
  let polling = 0;

  function say(state, text) {
    if (status.dataset.state !== state) {
      status.dataset.state = state;
      status.textContent = text;
    }
  }

  const changed = () => htmx.trigger(document.body, 'sluice:change');

  function poll(on) {
    if (on && !polling) polling = setInterval(changed, POLL_MILLIS);
    if (!on && polling) polling = clearInterval(polling) || 0;
  }

  /** Browsers open few streams at once to one server: a page that nobody sees gives its own back. */
  function connect() {
    if (document.hidden) {
      if (stream) stream.close();
      stream = null;
      poll(false);
      return;
    }
    if (stream && stream.readyState !== EventSource.CLOSED) return;
    const again = stream !== null || status.dataset.state !== undefined;
    stream = new EventSource('/live');
    stream.addEventListener('change', changed);
    stream.addEventListener('open', () => {
      say('on', 'Live');
      poll(false);
      if (again) changed();
    });
    stream.addEventListener('error', () => {
      say('off', 'Reconnecting');
      poll(true);
    });
  }

  // The server may be gone for a while; then its pages are old, and say so.
  document.addEventListener('htmx:sendError', () => say('off', 'Reconnecting'));
  document.addEventListener('visibilitychange', connect);
  setInterval(connect, 10 * POLL_MILLIS);
  connect();
})();
