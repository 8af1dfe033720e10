// The page's parts, as functions of the state.
import { h } from '/preact.js';
import { ENDED, SIGNS, ago, name } from '/format.js';
import { hold } from '/hold.js';
import { details } from '/details.js';

const NOTHING = { cpuMillis: 0, memoryBytes: 0 };

export function page({ state, act }) {
  const reserved = new Map();
  state.jobs.forEach((job) => job.groups.forEach((group) => reserved.set(`${job.job}/${group.name}`, group.resources)));
  const reservedOf = (allocation) => reserved.get(`${allocation.job}/${allocation.group}`) || NOTHING;
  const allocations = [...state.allocations.values()];
  const byNode = group(allocations, (allocation) => allocation.node);
  const byJob = group(allocations, (allocation) => allocation.job);
  const selected = state.allocations.get(state.selected);
  return h('div', { class: selected ? 'page split' : 'page' },
    h(top, { state, act }),
    h('main', {},
      h('section', { 'aria-labelledby': 'holds' },
        h('h2', { id: 'holds' }, 'Holds', h(count, { of: state.nodes.length })),
        state.loaded && state.nodes.length === 0 && h('p', { class: 'hint' },
          'No node yet. Start an agent, and it appears here.'),
        h('div', { class: 'holds' }, state.nodes.map((node) => h(hold, {
          key: node.id, node, reservedOf, act, selected: state.selected,
          allocations: byNode.get(node.name) || byNode.get(node.id) || [],
        })))),
      h('section', { 'aria-labelledby': 'jobs' },
        h('h2', { id: 'jobs' }, 'Jobs', h(count, { of: state.jobs.length })),
        state.loaded && state.jobs.length === 0
          ? h('p', { class: 'hint' }, 'No job yet. ', h('code', {}, 'holdfast run docs/examples/hello.yaml'), ' submits one.')
          : h(jobs, { state, act, byJob })),
      state.truncated && h('p', { class: 'hint' }, 'There is more than this page shows.')),
    selected && h(details, { key: selected.id, allocation: selected, state, act }));
}

function group(items, key) {
  const groups = new Map();
  for (const item of items) {
    const of = key(item);
    if (!groups.has(of)) {
      groups.set(of, []);
    }
    groups.get(of).push(item);
  }
  return groups;
}

function count({ of }) {
  return of > 0 && h('span', { class: 'count' }, of);
}

function top({ state, act }) {
  const words = { live: 'live', connecting: 'connecting', reconnecting: 'connection lost, trying again' };
  return h('header', { class: 'top' },
    h('img', { src: '/icon.svg', alt: '', width: 26, height: 26 }),
    h('h1', {}, 'Holdfast'),
    h('span', { class: 'project' }, state.project),
    h('span', { class: 'grow' }),
    h('span', { class: `connection ${state.connection}`, role: 'status' },
      h('i', { 'aria-hidden': 'true' }, state.connection === 'live' ? '●' : '○'), words[state.connection]),
    h('button', { class: 'plain', type: 'button', onClick: act.theme, title: 'light or dark' },
      h('span', { 'aria-hidden': 'true' }, '◐'), h('span', { class: 'unseen' }, 'switch between light and dark')));
}

function jobs({ state, act, byJob }) {
  return h('table', { class: 'jobs' },
    h('thead', {}, h('tr', {}, ['Job', 'State', 'Instances', 'Version', 'Changed'].map((title) => h('th', { scope: 'col' }, title)))),
    state.jobs.map((job) => {
      const open = state.openJobs.has(job.job);
      return h('tbody', { key: job.job },
        h('tr', { class: open ? 'open' : '' },
          h('th', { scope: 'row' },
            h('button', { class: 'plain', type: 'button', 'aria-expanded': String(open), onClick: () => act.toggleJob(job.job) },
              h('span', { class: 'arrow', 'aria-hidden': 'true' }, '▸'), job.job),
            h('span', { class: 'type' }, job.type)),
          h('td', {}, h(stateTag, { state: job.state })),
          h('td', {}, h(instances, { job })),
          h('td', { class: 'number' }, `v${job.version}`),
          h('td', { class: 'number' }, ago(job.changedAt, state.now))),
        job.groups.filter((group) => group.pendingReason).map((group) => h('tr', { class: 'reason' },
          h('td', { colspan: 5 }, `${group.name}: ${group.pendingReason}`))),
        open && h('tr', { class: 'inner' }, h('td', { colspan: 5 }, h(rows, { items: byJob.get(job.job) || [], state, act }))));
    }));
}

export function stateTag({ state }) {
  return h('span', { class: `state ${state}` }, h('i', { 'aria-hidden': 'true' }, SIGNS[state]), state);
}

function instances({ job }) {
  const sum = (field) => job.groups.reduce((total, group) => total + group[field], 0);
  const parts = ['running', 'starting', 'pending', 'complete', 'failed', 'lost']
    .map((state) => ({ state, number: sum(state) })).filter((part) => part.number > 0);
  const all = Math.max(1, parts.reduce((total, part) => total + part.number, 0));
  const text = parts.map((part) => `${part.number} ${part.state}`).join(', ') || 'none';
  return h('div', { class: 'instances' },
    h('div', { class: 'bar', 'aria-hidden': 'true' }, parts.map((part) => h('span', {
      class: part.state, style: { width: `${(100 * part.number) / all}%` },
    }))),
    h('span', {}, text, sum('desired') > 0 && h('span', { class: 'dim' }, ` of ${sum('desired')} wanted`)));
}

function rows({ items, state, act }) {
  if (items.length === 0) {
    return h('p', { class: 'hint' }, 'No allocations.');
  }
  const sorted = [...items].sort((a, b) => ENDED.has(a.state) - ENDED.has(b.state)
    || (a.group < b.group ? -1 : a.group > b.group ? 1 : a.index - b.index) || (a.createdAt < b.createdAt ? 1 : -1));
  return h('ul', { class: 'rows' }, sorted.slice(0, 200).map((allocation) => h('li', { key: allocation.id },
    h('button', {
      type: 'button', class: state.selected === allocation.id ? 'selected' : '', onClick: () => act.select(allocation.id),
    },
    h(stateTag, { state: allocation.state }),
    h('span', { class: 'name' }, name(allocation)),
    h('code', {}, allocation.id.slice(0, 8)),
    h('span', {}, allocation.node),
    h('span', { class: 'dim grow' }, allocation.reason),
    h('span', { class: 'dim number' }, ago(allocation.finishedAt || allocation.startedAt || allocation.createdAt, state.now))))));
}

export function tokenForm({ wrong, onToken }) {
  return h('form', {
    class: 'token',
    onSubmit: (event) => {
      event.preventDefault();
      onToken(new FormData(event.target).get('token').trim());
    },
  },
  h('img', { src: '/icon.svg', alt: '', width: 56, height: 56 }),
  h('h1', {}, 'Holdfast'),
  h('label', { for: 'token' }, wrong ? 'That token is not valid (any more).' : 'A token opens this page.'),
  h('input', { id: 'token', name: 'token', type: 'password', required: true, autofocus: true, autocomplete: 'off' }),
  h('button', { type: 'submit' }, 'Come aboard'),
  h('p', { class: 'hint' }, h('code', {}, 'holdfast token'), ' prints it.'));
}
