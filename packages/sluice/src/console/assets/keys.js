/* Keys move about, and decide nothing. A setting of this browser turns them off. */
const keysOn = document.getElementById('keys-on');
if (keysOn) {
  keysOn.disabled = false;
  keysOn.checked = localStorage.getItem('keys') !== 'off';
  keysOn.addEventListener('change', () => localStorage.setItem('keys', keysOn.checked ? 'on' : 'off'));
}
const places = { r: '/rollouts', a: '/gates', d: '/deliveries' };
let previous = '';

function step(by) {
  const links = [...document.querySelectorAll('[data-list] tbody th a')];
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem('keys') === 'off') return;
  if (target.matches('input, textarea, select')) return;
  if (previous === 'g' && places[key]) location.assign(places[key]);
  else if (key === '/') {
    const field = document.querySelector('[data-filter]');
    if (field) event.preventDefault();
    field?.focus();
  } else if (key === 'j') step(1);
  else if (key === 'k') step(-1);
  else if (key === '?') location.assign('/settings#keys');
  previous = key;
});
