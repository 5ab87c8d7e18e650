// Tells moments in the reader's own zone. The server writes them in UTC, which the title keeps for whoever points at one.
'use strict';

const sluiceZone = (() => {
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const two = (n) => String(n).padStart(2, '0');

  const day = (at) => at.getDate() + ' ' + MONTHS[at.getMonth()];
  const minutes = (at) => two(at.getHours()) + ':' + two(at.getMinutes());
  const seconds = (at) => minutes(at) + ':' + two(at.getSeconds());

  /** What the zone is called at that time: it differs between summer and winter. */
  function name(at) {
    const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(at);
    return parts.find((part) => part.type === 'timeZoneName').value;
  }

  /** In as many words as the server took. */
  function tell(element) {
    const at = new Date(element.dateTime);
    const date = element.hasAttribute('data-year') ? day(at) + ' ' + at.getFullYear() : day(at);
    const words = element.matches('[data-day], [data-year]') ? date + ', ' + minutes(at) : seconds(at);
    const text = element.hasAttribute('data-zone') ? words + ' ' + name(at) : words;
    if (element.textContent !== text) element.textContent = text;
  }

  const localize = (root) => root.querySelectorAll('time[datetime]').forEach(tell);

  localize(document);
  return { localize, name, day, minutes, seconds };
})();
