// Makes pages that work without scripts a little quicker to use: nothing here is needed.
const form = document.querySelector('#invoice-form');

/** Shows the form as the server renders it for what is in its fields now, and keeps the cursor where it is. */
let latest = 0;
async function refresh(button) {
  const turn = ++latest;
  const current = document.querySelector('#invoice-form');
  const query = new URLSearchParams(new FormData(current, button?.name ? button : undefined));
  const answer = await fetch(`/invoices/new?${query}`, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return current.submit();
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (turn !== latest) return;
  const { id, value } = document.activeElement ?? {};
  const fresh = page.querySelector('#invoice-form');
  const open = current.querySelector('details')?.open;
  current.replaceChildren(...fresh.childNodes);
  if (open) current.querySelector('details').open = true;
  const field = id ? document.getElementById(id) : undefined;
  if (!field) return;
  field.focus();
  if (field.type === 'search') {
    field.value = value;
    field.setSelectionRange(value.length, value.length);
  }
}

if (form) {
  let timer;
  form.addEventListener('submit', (event) => {
    if (event.submitter?.formMethod !== 'get') return;
    event.preventDefault();
    refresh(event.submitter);
  });
  form.addEventListener('input', ({ target }) => {
    if (!target.matches('[data-search]')) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 200);
  });
  form.addEventListener('change', ({ target }) => target.matches('[data-refresh]') && refresh());
  form.querySelector('.alert')?.focus();
}

for (const field of document.querySelectorAll('[data-submit]')) {
  field.addEventListener('change', () => field.form.requestSubmit());
}
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
